"""What is taken out of OFD files, hand-made ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest

from core.errors import DamagedFile, TooMuchContent
from worker.office.ofd import POINTS_PER_MM, OfdFile, OfdLimits
from worker.office.sheet import Fill, Item, Mark, Picture, Sheet, Stroke

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
ROOT = "<ofd:DocBody><ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"


def markup(name: str, inner: str) -> bytes:
    return f"<ofd:{name} {NAMESPACE}>{inner}</ofd:{name}>".encode()


def document(common: str = "", pages: int = 1, after: str = "") -> bytes:
    area = "<ofd:PageArea><ofd:PhysicalBox>0 0 100 200</ofd:PhysicalBox></ofd:PageArea>"
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/P{n}.xml"/>' for n in range(pages))
    return markup(
        "Document",
        f"<ofd:CommonData>{area}{common}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages>{after}",
    )


def page(objects: str, before: str = "") -> bytes:
    return markup("Page", f"{before}<ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content>")


def packed(parts: Mapping[str, bytes]) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, content in {"OFD.xml": markup("OFD", ROOT), **parts}.items():
            package.writestr(name, content)
    return file


def sheet(
    objects: str, *, before: str = "", common: str = "", after: str = "", **more: bytes
) -> Sheet:
    parts = {f"Doc_0/{name}.xml": content for name, content in more.items()}
    own = {
        "Doc_0/Document.xml": document(common, after=after),
        "Doc_0/Pages/P0.xml": page(objects, before),
        "Doc_0/Res/a.png": b"pixels",
    }
    return OfdFile(packed({**own, **parts}), "a.ofd").sheet(1)


def text(said: str, *, box: str = "10 20 50 5", more: str = "", code: str = 'X="0" Y="4"') -> str:
    return (
        f'<ofd:TextObject Boundary="{box}" Size="4" {more}>'
        f"<ofd:TextCode {code}>{said}</ofd:TextCode></ofd:TextObject>"
    )


def path(data: str, more: str = "", inner: str = "") -> str:
    return (
        f'<ofd:PathObject Boundary="10 20 30 40" {more}>{inner}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def said(found: Sheet) -> str:
    return "".join(item.text for item in found.items if isinstance(item, Mark))


def in_mm(item: Item) -> list[tuple[float, float]]:
    assert isinstance(item, Stroke | Fill)
    return [(round(x / POINTS_PER_MM, 2), round(y / POINTS_PER_MM, 2)) for x, y in item.points]


def places(found: Sheet) -> list[tuple[float, float]]:
    return [
        (round(item.left / POINTS_PER_MM, 2), round(item.baseline / POINTS_PER_MM, 2))
        for item in found.items
        if isinstance(item, Mark)
    ]


def test_characters_stand_where_the_file_puts_them() -> None:
    found = sheet(text("项目 名", code='X="1" Y="4" DeltaX="5 g 2 6"'))
    assert (round(found.width), round(found.height)) == (283, 567)
    assert said(found) == "项目 名"
    assert places(found) == [(11, 24), (16, 24), (28, 24)]
    assert {round(item.size, 2) for item in found.items if isinstance(item, Mark)} == {11.34}


def test_without_distances_characters_follow_by_their_widths_and_codes_go_on() -> None:
    two = (
        '<ofd:TextObject Boundary="0 0 50 5" Size="4"><ofd:TextCode X="1" Y="4">项目</ofd:TextCode>'
        '<ofd:TextCode Y="9" X="1">二</ofd:TextCode></ofd:TextObject>'
    )
    assert places(sheet(two)) == [(1, 4), (5, 4), (1, 9)]
    assert places(sheet(text("上下", code='X="0" Y="4" DeltaY="6"'))) == [(10, 24), (10, 30)]


def test_a_matrix_scales_and_moves_before_the_corner() -> None:
    (mark,) = sheet(text("大", more='CTM="2 0 0 2 3 1"')).items
    assert isinstance(mark, Mark)
    assert (round(mark.left / POINTS_PER_MM), round(mark.baseline / POINTS_PER_MM)) == (13, 29)
    assert round(mark.size / POINTS_PER_MM) == 8


@pytest.mark.parametrize(
    "hidden",
    [
        text("藏", more='Visible="false"'),
        text("藏", more='Alpha="0"'),
        text("藏", more='Fill="false"'),
        text("藏").replace("<ofd:TextCode", '<ofd:FillColor Value="255 255 255"/><ofd:TextCode'),
        text("藏").replace("<ofd:TextCode", '<ofd:FillColor Value="0" Alpha="0"/><ofd:TextCode'),
        text("藏") + path("M 0 0 L 30 0 L 30 40 L 0 40 C", 'Fill="true" Stroke="false"'),
    ],
)
def test_text_that_nobody_sees_is_not_there(hidden: str) -> None:
    assert said(sheet(hidden + text("显", box="60 20 9 5"))) == "显"


def test_outlines_become_lines_and_areas() -> None:
    line = sheet(path("M 0 0 L 30 0 M 0 5 L 30 5", 'LineWidth="0.5"'))
    assert [in_mm(item) for item in line.items] == [[(10, 20), (40, 20)], [(10, 25), (40, 25)]]
    assert isinstance(line.items[0], Stroke)
    assert round(line.items[0].width / POINTS_PER_MM, 2) == 0.5
    (area,) = sheet(
        path(
            "M 0 0 L 30 0 L 30 40 C",
            'Fill="true" Stroke="false"',
            '<ofd:FillColor Value="255 0 0"/>',
        )
    ).items
    assert isinstance(area, Fill)
    assert area.colour == (255, 0, 0)
    (curve,) = sheet(path("M 0 0 B 0 10 10 10 10 0 Q 15 0 20 5 A 5 5 0 0 1 30 5")).items
    assert in_mm(curve)[0] == (10, 20)
    assert in_mm(curve)[-1] == (40, 25)
    assert len(in_mm(curve)) == 26


@pytest.mark.parametrize("data", ["", "L 1 1", "M 1", "X 1 1", "M a b", "M 1e99 0 L 1 1"])
def test_an_outline_that_is_none_draws_nothing(data: str) -> None:
    assert sheet(path(data)).items == ()


@pytest.mark.parametrize(
    ("value", "colour"),
    [
        ("128", (128,) * 3),
        ("#ff #00 #10", (255, 0, 16)),
        ("0 255 255 0", (255, 0, 0)),
        ("", (0,) * 3),
    ],
)
def test_colours_are_told_by_their_parts(value: str, colour: tuple[int, int, int]) -> None:
    (item,) = sheet(path("M 0 0 L 1 1", "", f'<ofd:StrokeColor Value="{value}"/>')).items
    assert isinstance(item, Stroke)
    assert item.colour == colour


RESOURCES = markup(
    "Res",
    '<ofd:DrawParams><ofd:DrawParam ID="5" LineWidth="2"><ofd:StrokeColor Value="9"/></ofd:DrawParam>'
    '<ofd:DrawParam ID="6" Relative="5"/></ofd:DrawParams>'
    '<ofd:MultiMedias><ofd:MultiMedia ID="7"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia>'
    "</ofd:MultiMedias><ofd:CompositeGraphicUnits>"
    f'<ofd:CompositeGraphicUnit ID="8"><ofd:Content>{text("合", box="1 1 9 9")}'
    '<ofd:CompositeObject ResourceID="9" Boundary="0 0 1 1"/></ofd:Content></ofd:CompositeGraphicUnit>'
    '<ofd:CompositeGraphicUnit ID="9"><ofd:Content><ofd:CompositeObject ResourceID="9"/>'
    "</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>",
).replace(b'2016"', b'2016" BaseLoc="Res"')
COMMON = "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes><ofd:PublicRes>gone.xml</ofd:PublicRes>"


def test_pictures_lie_in_their_box_or_by_their_matrix() -> None:
    boxed = '<ofd:ImageObject ResourceID="7" Boundary="10 20 30 40"/>'
    placed = '<ofd:ImageObject ResourceID="7" Boundary="10 20 30 40" CTM="30 0 0 40 0 0"/>'
    lost = '<ofd:ImageObject ResourceID="77" Boundary="10 20 30 40"/>'
    first, second = sheet(boxed + placed + lost, common=COMMON, DocumentRes=RESOURCES).items
    assert first == second
    assert isinstance(first, Picture)
    assert (first.content, round(first.across[0] / POINTS_PER_MM)) == (b"pixels", 30)


def test_lines_take_what_they_do_not_say_from_their_parameters() -> None:
    (line,) = sheet(
        path("M 0 0 L 9 0", 'DrawParam="6"'), common=COMMON, DocumentRes=RESOURCES
    ).items
    assert isinstance(line, Stroke)
    assert line.colour == (9, 9, 9)


def test_templates_lie_under_and_over_and_annotations_on_top() -> None:
    templates = "".join(
        f'<ofd:TemplatePage ID="{n}" BaseLoc="{name}.xml"/>'
        for n, name in ((3, "Under"), (4, "Over"))
    )
    asked = '<ofd:Template TemplateID="4" ZOrder="Foreground"/><ofd:Template TemplateID="3"/>'
    note = (
        f'<ofd:Annot><ofd:Appearance Boundary="50 60 9 9">{text("注", box="1 1 9 9")}</ofd:Appearance>'
        f'</ofd:Annot><ofd:Annot Visible="false"><ofd:Appearance>{text("藏")}</ofd:Appearance></ofd:Annot>'
    )
    found = sheet(
        text("中") + f"<ofd:PageBlock>{text('块')}</ofd:PageBlock>",
        before=asked,
        common=templates,
        after="<ofd:Annotations>Annots.xml</ofd:Annotations>",
        Under=page(text("下")),
        Over=page(text("上")),
        Annots=markup(
            "Annotations", '<ofd:Page PageID="0"><ofd:FileLoc>A0.xml</ofd:FileLoc></ofd:Page>'
        ),
        A0=markup("PageAnnot", note),
    )
    assert said(found) == "下中块上注"
    assert places(found)[-1] == (51, 65)


def test_a_page_has_its_own_area_and_begins_at_its_corner() -> None:
    area = "<ofd:Area><ofd:PhysicalBox>10 20 50 60</ofd:PhysicalBox></ofd:Area>"
    found = sheet(text("角"), before=area)
    assert round(found.width / POINTS_PER_MM) == 50
    assert places(found) == [(0, 4)]


def test_what_refers_to_itself_or_has_no_end_is_refused() -> None:
    turning = '<ofd:CompositeObject ResourceID="8" Boundary="0 0 1 1"/>'
    with pytest.raises(TooMuchContent):
        sheet(turning, common=COMMON, DocumentRes=RESOURCES)
    parts = {"Doc_0/Document.xml": document(), "Doc_0/Pages/P0.xml": page(text("一") * 9)}
    with pytest.raises(TooMuchContent):
        OfdFile(packed(parts), "a.ofd", OfdLimits(objects=8)).sheet(1)


@pytest.mark.parametrize(
    "parts",
    [
        {"OFD.xml": b"<a/"},
        {"OFD.xml": b""},
        {"Doc_0/Other.xml": document()},
        {"Doc_0/Document.xml": b"\0\1"},
    ],
)
def test_a_file_without_its_parts_is_damaged(parts: Mapping[str, bytes]) -> None:
    with pytest.raises(DamagedFile):
        OfdFile(packed(parts), "a.ofd")


def test_a_missing_page_costs_that_page() -> None:
    parts = {"Doc_0/Document.xml": document(pages=2), "Doc_0/Pages/P1.xml": page(text("二"))}
    file = OfdFile(packed(parts), "a.ofd")
    assert (len(file.pages), said(file.sheet(2))) == (2, "二")
    with pytest.raises(DamagedFile):
        file.sheet(1)
