"""The acceptance sheet as PDF: what people sign, and the lists that it rests on.

The verdict stands on the first page with a place for signatures; what was drawn, what was found and
what has to be done again follow in tables that repeat their heads. A4, the font is embedded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import islice
from math import floor
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
)
from reportlab.platypus.tables import TableStyle

from core.acceptance.verdict import Line
from core.errors import MissingFont
from core.messages import Language, say
from core.store.acceptance import AcceptanceView, FindingView, Rework, SampleView, Stratum

FONT = "wqy-microhei"
FONT_FILE, FONT_PACKAGE = "wqy-microhei.ttc", "fonts-wqy-microhei"
FONT_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
)

MARGIN = 14 * mm
PADDING = 6
"""In points, what a frame of reportlab keeps free on its sides."""
INK, SOFT, RULE, HEAD = (colors.HexColor(it) for it in ("#1b2430", "#55606e", "#9aa5b3", "#eef1f5"))

CELL = 3
"""In points, what a cell keeps free on its sides."""
LEADING = 1.35

NEAR_END = 45 * mm
"""A list begins on the next page where less of this one is left: a title alone at its foot misleads."""

MOST_ROWS = 5_000
"""Of each list; a longer one is nothing to print, and says where the rest is. 7,300 rows took 7 s."""

SAMPLE_COLUMNS = (
    *("place", "item_number", "archive_number", "fiscal_year"),
    *("department", "path", "result", "by"),
)

Say = Callable[..., str]


@dataclass(frozen=True)
class SheetContent:
    """What a sheet tells. `printed` and all times of findings are shown as the server's clock has them."""

    acceptance: AcceptanceView
    strata: Sequence[Stratum]
    samples: Iterable[SampleView]
    reworks: Iterable[Rework]
    printed: datetime


def write_sheet(content: SheetContent, out: BinaryIO, language: Language) -> None:
    """Write the sheet of an acceptance; raises `MissingFont`."""
    register_font()
    said = partial(_said, language)
    foot = said(
        "sheet_foot",
        campaign=content.acceptance.campaign,
        printed=_moment(content.printed),
        seed=content.acceptance.seed,
    )
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        title=f"{said('sheet_title')} · {content.acceptance.campaign}",
        author="Dangan",
        lang="zh-CN" if language == "zh" else "en",
        leftMargin=MARGIN - PADDING,
        rightMargin=MARGIN - PADDING,
        topMargin=MARGIN,
        bottomMargin=18 * mm,
    )

    def begin(canvas: Canvas, _: BaseDocTemplate) -> None:
        canvas.foot, canvas.said = foot, said  # type: ignore[attr-defined]

    document.build(
        [*_first_page(content, said), *_lists(content, said)],
        onFirstPage=begin,
        canvasmaker=_NumberedCanvas,
    )


def _first_page(content: SheetContent, said: Say) -> Iterator[Flowable]:
    view = content.acceptance
    yield Paragraph(escape(said("sheet_title")), _TITLE)
    yield Spacer(0, 3 * mm)
    yield _table(
        (26, 65, 26, 65),
        [
            (said("campaign"), view.campaign, said("seed"), str(view.seed)),
            (said("drawn_by"), view.by, said("drawn_at"), _moment(view.created)),
            (
                said("sheet_sample"),
                said("sheet_sample_told", drawn=view.drawn, of=view.machine.checked),
                said("draws"),
                said("draws_told", draws=view.draws),
            ),
        ],
        heads=(0, 2),
    )
    yield Spacer(0, 4 * mm)
    heading = ("criterion", "needed", "right_of", "share", "result")
    yield _table(
        (72, 24, 36, 24, 26),
        [
            tuple(said(code) for code in heading),
            *(_criterion(line, said) for line in view.outcome.lines),
        ],
        repeat=1,
    )
    yield Spacer(0, 4 * mm)
    verdict = said(f"verdict_{view.outcome.verdict}")
    yield _table((30, 152), [(said("verdict"), verdict)], heads=(0,), size=14)
    yield Spacer(0, 4 * mm)
    yield _table(
        (26, 65, 26, 65),
        [
            (said(name), "", said("date"), "")
            for name in ("signed_checker", "signed_handover", "signed_takeover")
        ],
        heads=(0, 2),
        least=14 * mm,
    )
    yield Spacer(0, 2 * mm)
    yield Paragraph(escape(said("sheet_rules")), _NOTE)


def _lists(content: SheetContent, said: Say) -> Iterator[Flowable]:
    yield from _list(
        said,
        "strata",
        (20, 82, 20, 20, 20, 20),
        ("fiscal_year", "department", "checked", "drawn", "looked_at", "found_wrong"),
        (_stratum(stratum) for stratum in content.strata),
    )
    yield from _list(
        said,
        "samples",
        (10, 14, 26, 12, 28, 44, 26, 22),
        SAMPLE_COLUMNS,
        (_sample(sample, said) for sample in content.samples),
    )
    yield from _list(
        said,
        "reworks",
        (14, 26, 12, 30, 52, 48),
        ("item_number", "archive_number", "fiscal_year", "department", "path", "reason"),
        (_rework(rework, said) for rework in content.reworks),
    )


def _list(
    said: Say,
    code: str,
    widths: Sequence[float],
    heading: Sequence[str],
    rows: Iterator[tuple[str, ...]],
) -> Iterator[Flowable]:
    """Yield a list under its title, with a head on every page, and how much of it there is."""
    shown = list(islice(rows, MOST_ROWS))
    more = sum(1 for _ in rows)
    yield CondPageBreak(NEAR_END)
    yield Spacer(0, 6 * mm)
    yield Paragraph(escape(said(f"list_{code}", count=len(shown) + more)), _SUBTITLE)
    head = tuple(said(name) for name in heading)
    if shown:
        yield _table(widths, [head, *shown], repeat=1, size=7.5)
    if more:
        yield Paragraph(escape(said("list_cut", shown=len(shown), more=more)), _NOTE)


def _criterion(line: Line, said: Say) -> tuple[str, ...]:
    share = _percent(line.right / line.of) if line.of else "—"
    met = said("met" if line.met else "unmet") if line.of else said("unknown")
    return (
        said(f"criterion_{line.criterion}"),
        f"≥ {_percent(line.needed)}",
        f"{line.right} / {line.of}",
        share,
        met,
    )


def _stratum(stratum: Stratum) -> tuple[str, ...]:
    counts = (stratum.checked, stratum.drawn, stratum.looked_at, stratum.wrong)
    return (_year(stratum.fiscal_year), stratum.department or "—", *map(str, counts))


def _sample(sample: SampleView, said: Say) -> tuple[str, ...]:
    item, finding = sample.item, sample.latest
    checked = "" if finding is None else f"{finding.by}\n{_moment(finding.created)}".strip()
    return (
        str(sample.place),
        item.item_number or "",
        item.archive_number or "",
        _year(item.fiscal_year),
        item.department or "",
        item.path,
        _result(finding, said),
        checked,
    )


def _rework(rework: Rework, said: Say) -> tuple[str, ...]:
    item, finding = rework.item, rework.finding
    reason = said(item.state) if finding is None else _result(finding, said)
    return (
        item.item_number or "",
        item.archive_number or "",
        _year(item.fiscal_year),
        item.department or "",
        item.path,
        reason,
    )


def _result(finding: FindingView | None, said: Say) -> str:
    if finding is None:
        return said("not_looked_at")
    wrong = [said(f"wrong_{name}") for name in finding.wrong()]
    return "\n".join([*(wrong or [said("nothing_wrong")]), *filter(None, [finding.note])])


def _year(year: int | None) -> str:
    return "—" if year is None else str(year)


def _percent(share: float) -> str:
    """Return a share in per cent, rounded down: 94.999 % is not the 95 % that is asked for."""
    return f"{floor(share * 10_000 + 1e-9) / 100:g}%"


def _moment(time: datetime) -> str:
    return time.astimezone().strftime("%Y-%m-%d %H:%M")


def _said(language: Language, code: str, **details: object) -> str:
    return say("acceptance", code, language, **details)


# --- How it looks --------------------------------------------------------------------------------

_TEXT = ParagraphStyle(
    "text", fontName=FONT, fontSize=9.5, leading=13, textColor=INK, wordWrap="CJK"
)
_NOTE = ParagraphStyle("note", _TEXT, fontSize=8, leading=11, textColor=SOFT)
_SUBTITLE = ParagraphStyle("subtitle", _TEXT, fontSize=11, leading=15, spaceAfter=4)
_TITLE = ParagraphStyle("title", _TEXT, fontSize=18, leading=24, alignment=1)


def _table(
    widths_mm: Sequence[float],
    rows: Sequence[Sequence[str]],
    *,
    heads: Sequence[int] = (),
    repeat: int = 0,
    least: float = 0.0,
    size: float = 9.5,
) -> LongTable:
    """Return a ruled table; the first `repeat` rows and the columns `heads` are shaded as heads.

    Rows are at least `least` points high, `size` is that of their print.
    """
    # Not paragraphs: 2,900 rows of them took 27 s, not 3, and they read markup in what names say.
    cells = [
        [
            _wrapped(text, wide * mm - 2 * CELL, size)
            for text, wide in zip(row, widths_mm, strict=True)
        ]
        for row in rows
    ]
    looks: list[Any] = [
        ("FONT", (0, 0), (-1, -1), FONT, size, size * LEADING),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("GRID", (0, 0), (-1, -1), 0.4, RULE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE" if heads else "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), CELL),
        ("RIGHTPADDING", (0, 0), (-1, -1), CELL),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        *(("BACKGROUND", (column, 0), (column, -1), HEAD) for column in heads),
    ]
    if repeat:
        looks.append(("BACKGROUND", (0, 0), (-1, repeat - 1), HEAD))
    return LongTable(
        cells,
        colWidths=[width * mm for width in widths_mm],
        rowHeights=[least] * len(cells) if least else None,
        repeatRows=repeat,
        style=TableStyle(looks),
    )


def _wrapped(text: str, width: float, size: float) -> str:
    """Return text in lines of at most `width` points: broken after a space, or anywhere, as Chinese is."""
    lines: list[str] = []
    for line in text.splitlines():
        begun, used = 0, 0.0
        for at, char in enumerate(line):
            used += size * _em_width(char)
            if used > width and at > begun:
                space = line.rfind(" ", begun, at) + 1
                end = space if space > begun else at
                lines.append(line[begun:end].rstrip())
                begun = end
                used = size * sum(map(_em_width, line[begun : at + 1]))
        lines.append(line[begun:])
    return "\n".join(lines)


@cache
def _em_width(char: str) -> float:
    return float(pdfmetrics.stringWidth(char, FONT, 1))


class _NumberedCanvas(Canvas):
    """A canvas that knows at the end how many pages there are, and says so on each of them."""

    foot: str
    said: Say

    def showPage(self) -> None:  # noqa: N802
        """Keep the page until all are known."""
        kept: list[dict[str, object]] = self.__dict__.setdefault("kept", [])
        kept.append({name: value for name, value in self.__dict__.items() if name != "kept"})
        self._startPage()  # type: ignore[attr-defined]

    def save(self) -> None:
        """Write all pages with their feet."""
        kept: list[dict[str, object]] = self.__dict__.pop("kept", [])
        for number, page in enumerate(kept, start=1):
            self.__dict__.update(page)
            self.setFont(FONT, 7.5)
            self.setFillColor(SOFT)
            self.drawString(MARGIN, 10 * mm, self.foot)
            told = self.said("sheet_page", page=number, of=len(kept))
            self.drawRightString(A4[0] - MARGIN, 10 * mm, told)
            super().showPage()
        super().save()


@cache
def register_font() -> None:
    """Make the font known to reportlab, once a process; raises `MissingFont`."""
    for folder in FONT_FOLDERS:
        for path in sorted(folder.rglob(FONT_FILE)) if folder.is_dir() else ():
            pdfmetrics.registerFont(TTFont(FONT, str(path), subfontIndex=0))
            return
    raise MissingFont(font=FONT_FILE, package=FONT_PACKAGE)
