"""Drawn pages as OFD (GB/T 33190-2016): the same lines of text and rules as the PDF, and so the same truth and geometry.

As in files of real writers each line is a text object with the distances between its characters, and each rule a path.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from xml.sax.saxutils import escape

from samples.generator.draw import ruling_lines
from samples.generator.fonts import measure
from samples.generator.paginate import Page
from samples.generator.style import Style
from samples.generator.typeset import ASCENT, Line

_MM = 25.4 / 72
_NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_DATE = (2024, 1, 1, 0, 0, 0)


def write_ofd(pages: Sequence[Page], styles: Sequence[Style]) -> bytes:
    """Draw pages as OFD; `styles` are the forms' styles by number. The same pages make the same bytes."""
    parts = {
        "OFD.xml": _markup("OFD", _ROOT, ' Version="1.1" DocType="OFD"'),
        "Doc_0/Document.xml": _markup("Document", _document(pages)),
        "Doc_0/PublicRes.xml": _markup("Res", _FONTS, ' BaseLoc="Res"'),
    }
    for number, page in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = _markup("Page", _page(page, styles))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, markup in parts.items():
            package.writestr(zipfile.ZipInfo(name, _DATE), markup, zipfile.ZIP_DEFLATED)
    return file.getvalue()


_ROOT = (
    "<ofd:DocBody><ofd:DocInfo><ofd:DocID>0</ofd:DocID></ofd:DocInfo>"
    "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
)
_FONTS = '<ofd:Fonts><ofd:Font ID="1" FontName="宋体"/></ofd:Fonts>'


def _markup(name: str, inner: str, attributes: str = "") -> str:
    return f"{_HEAD}<ofd:{name} {_NAMESPACE}{attributes}>{inner}</ofd:{name}>"


def _document(pages: Sequence[Page]) -> str:
    area = f"<ofd:PageArea><ofd:PhysicalBox>{_size(pages[0])}</ofd:PhysicalBox></ofd:PageArea>"
    common = f"<ofd:MaxUnitID>9</ofd:MaxUnitID>{area}<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
    listed = "".join(
        f'<ofd:Page ID="{number + 2}" BaseLoc="Pages/Page_{number}/Content.xml"/>'
        for number in range(len(pages))
    )
    return f"<ofd:CommonData>{common}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages>"


def _size(page: Page) -> str:
    return _joined((0.0, 0.0, *page.size_pt))


def _joined(points: Iterable[float]) -> str:
    return " ".join(f"{point * _MM:.3f}" for point in points)


def _page(page: Page, styles: Sequence[Style]) -> str:
    rules = (
        _rule(rule[:4], styles[piece.form].rule_pt)
        for piece in page.pieces
        for rule in ruling_lines(piece)
    )
    objects = "".join((*rules, *map(_text, _lines(page))))
    area = f"<ofd:Area><ofd:PhysicalBox>{_size(page)}</ofd:PhysicalBox></ofd:Area>"
    return f'{area}<ofd:Content><ofd:Layer ID="8">{objects}</ofd:Layer></ofd:Content>'


def _lines(page: Page) -> Iterator[Line]:
    for heading in page.headings:
        yield from heading.lines
    for piece in page.pieces:
        for cell in piece.cells:
            yield from cell.lines
    yield from page.footer


def _rule(ends: Sequence[float], width: float) -> str:
    left, top, right, bottom = ends
    data = f"M 0 0 L {_joined((right - left, bottom - top))}"
    return (
        f'<ofd:PathObject Boundary="{_joined((left, top, right - left, bottom - top))}"'
        f' LineWidth="{width * _MM:.3f}"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'
    )


def _text(line: Line) -> str:
    left, top, right, bottom = line.box
    steps = [measure(sign, line.face, line.latin) * line.size_pt * _MM for sign in line.text[:-1]]
    delta = " ".join(_runs(f"{step:.3f}" for step in steps))
    return (
        f'<ofd:TextObject Boundary="{_joined((left, top, right - left, bottom - top))}" Font="1"'
        f' Size="{line.size_pt * _MM:.3f}"><ofd:TextCode X="0" Y="{ASCENT * line.size_pt * _MM:.3f}"'
        f' DeltaX="{delta}">{escape(line.text)}</ofd:TextCode></ofd:TextObject>'
    )


def _runs(steps: Iterable[str]) -> Iterator[str]:
    """Write equal distances as a count and one of them."""
    for step, equal in groupby(steps):
        count = len(list(equal))
        yield f"g {count} {step}" if count > 2 else " ".join([step] * count)
