"""The file's text is heard where the picture bears it out, and nowhere else."""

from collections.abc import Sequence

import numpy as np
import pytest

from core.geometry import Box, Transform
from core.readings import PageReading, Reading
from core.values import Kind
from tests.worker.readings import drawn, line_of, page_of
from worker.page import Glyph
from worker.rebuild.print import print_of_lines
from worker.rebuild.values import REVIEW, Entry, entry
from worker.sheet import PageLine
from worker.text_layer import hear

EM = 7
UPRIGHT = Transform()


def glyphs_in(box: Box, text: str) -> list[Glyph]:
    """Return the characters of a text from the left edge of a box on."""
    top = round(box.centre[1]) - EM // 2
    return [
        Glyph(char, Box(left, top, left + EM, top + EM))
        for left, char in zip(range(box.left, box.left + EM * len(text), EM), text, strict=True)
    ]


def page_and_glyphs(rows: Sequence[str], said: Sequence[str]) -> tuple[PageReading, list[Glyph]]:
    """Return a page of one column, and a layer that says other texts in its rows."""
    page = page_of(1, [drawn(rows)])
    boxes = [cell.box for cell in page.tables[0].cells]
    return page, [
        glyph for box, text in zip(boxes, said, strict=True) for glyph in glyphs_in(box, text)
    ]


def texts(page: PageReading) -> list[str]:
    return [cell.text for cell in page.tables[0].cells]


def test_the_file_has_the_say_where_the_page_agrees() -> None:
    page, glyphs = page_and_glyphs(
        ["年度资金总额", "项目资金1元"], ["年度资金总额", "项目资金〇元"]
    )
    heard = hear(page, glyphs, UPRIGHT)
    assert texts(heard) == texts(page)  # 11 of 12 characters are not enough

    page, glyphs = page_and_glyphs(
        ["年度资金总额" * 2, "其中：当年财政拨款", "1O"],
        ["年度资金总额" * 2, "其中：当年财政拨款", "10"],
    )
    heard = hear(page, glyphs, UPRIGHT)
    assert texts(heard) == ["年度资金总额年度资金总额", "其中：当年财政拨款", "10"]
    line = heard.tables[0].cells[2].lines[0]
    assert line.reading == Reading(text="10", confidence=1.0, engine="text-layer")
    assert [other.text for other in line.others] == ["1O", "1O"]


def test_a_layer_that_says_something_else_is_not_heard() -> None:
    page, glyphs = page_and_glyphs(["年度资金总额", "得分"], ["qwerty", "xy"])
    assert hear(page, glyphs, UPRIGHT) == page
    assert hear(page, [], UPRIGHT) == page


@pytest.mark.parametrize("nonsense", ["得\ue000", "得\ufffd"])
def test_a_character_without_a_meaning_says_nothing(nonsense: str) -> None:
    page, glyphs = page_and_glyphs(["年度资金总额" * 4, "得分"], ["年度资金总额" * 4, nonsense])
    engines = [cell.lines[0].reading.engine for cell in hear(page, glyphs, UPRIGHT).tables[0].cells]
    assert engines == ["text-layer", "ppocr"]


def test_ink_that_nobody_could_read_is_what_the_file_says() -> None:
    page, glyphs = page_and_glyphs(["年度资金总额", "?", ""], ["年度资金总额", "—", "x"])
    heard = hear(page, glyphs, UPRIGHT).tables[0].cells
    assert (heard[1].text, heard[1].illegible) == ("—", False)
    assert heard[2].text == ""  # nothing is to be seen there


def test_a_mark_whose_box_reaches_beyond_its_ink_is_part_of_its_line() -> None:
    page = page_of(1, [drawn(["完成及时。"])])
    box = page.tables[0].cells[0].lines[0].upright
    glyphs = glyphs_in(Box(box.right - 4 * EM - 5, *box[1:]), "完成及时。")
    assert texts(hear(page, glyphs, UPRIGHT)) == ["完成及时。"]


def test_a_page_on_its_side_is_heard_in_the_order_of_its_print() -> None:
    page, glyphs = page_and_glyphs(["年度资金总额"], ["年度资金总额"])
    to_scan = Transform.of(np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 3000.0]]))
    turned = [Glyph(glyph.text, to_scan.box(glyph.box)) for glyph in reversed(glyphs)]
    (line,) = hear(page, turned, to_scan).tables[0].cells[0].lines
    assert (line.text, line.reading.engine) == ("年度资金总额", "text-layer")


def value_of(file: str, *seen: str, kind: Kind = Kind.MONEY) -> Entry:
    line = line_of(file, Box(0, 0, 90, 30), 1.0)
    engines = ("ppocr", "ppocr-tiny", "tesseract")
    others = tuple(
        Reading.model_validate({"text": text, "confidence": 0.99, "engine": engine})
        for text, engine in zip(seen, engines, strict=False)
    )
    of_file = line.reading.model_copy(update={"engine": "text-layer"})
    read = line.model_copy(update={"reading": of_file, "others": others})
    return entry(print_of_lines([PageLine(1, read)]), kind, REVIEW)


@pytest.mark.parametrize("mark", ["—", "/", "1"])
def test_a_lone_mark_is_no_riddle_where_the_file_names_it(mark: str) -> None:
    value = value_of(mark, mark, mark)
    assert (value.field.status, value.field.raw) == ("ok", mark)


@pytest.mark.parametrize("kind", [Kind.MONEY, Kind.TEXT])
def test_a_person_looks_where_two_readers_see_something_else(kind: Kind) -> None:
    value = value_of("93.65", "98.65", "98.65", kind=kind)
    assert (value.field.raw, value.field.why) == ("93.65", "readers_disagree")
    assert value.field.alternatives == ("98.65",)
