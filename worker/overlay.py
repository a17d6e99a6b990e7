"""Pictures of what each stage made of a page, for people.

One file a stage: `0003-2-rulings.jpg` is the second of page 3. The first shows the scan as it came, the
next four the upright page, the last, once the document is assembled, the forms on the scan again. A page
that had to be dewarped is shown as it was before, with the rules that said how, in `0003-0-warped.jpg`; the streaks and
ghosts that were taken off a page are marked in `0003-0-dirt.jpg`. `0003-3-lines.jpg` is what the reader saw: the lines
of each cell without rules and dust.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from core.errors import OutputFailed
from core.extraction import Extraction, FieldStatus
from core.geometry import Box
from core.readings import TextLine
from worker.dewarp import Warping
from worker.page import Pixels
from worker.pipeline import PageTrace

Colour = tuple[int, int, int]
"""Blue, green, red, as OpenCV has it."""

GREEN, AMBER, RED, BLUE = (60, 160, 40), (0, 150, 255), (40, 40, 220), (200, 90, 20)
STATUS_COLOURS: dict[FieldStatus, Colour] = {
    "ok": GREEN,
    "review": AMBER,
    "corrected": BLUE,
    "missing": RED,
}
# Without thinning out the colours, as is usual: thin lines would lose theirs.
JPEG = [
    *(cv2.IMWRITE_JPEG_QUALITY, 85),
    *(cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444),
]


@dataclass(frozen=True)
class OverlayParameters:
    """How pictures are drawn; `line` is in ems of the page and at least two pixels.

    Readings from `sure` on are green, below `unsure` red. `fade` is the share of the print that is left
    under what is drawn over it. `em_inch` stands in for the em of a page without print: 11 points.
    """

    sure: float = 0.98
    unsure: float = 0.90
    fade: float = 0.35
    line: float = 0.06
    em_inch: float = 0.15


def write_overlays(
    page: PageTrace, directory: Path, params: OverlayParameters = OverlayParameters()
) -> None:
    """Draw the stages of a page into `directory`, which is made; raises `OutputFailed`."""
    stages: dict[str, Callable[[PageTrace, OverlayParameters], Pixels]] = {
        "1-upright": lambda page, _: page.upright.grey,
        "2-rulings": draw_rulings,
        "3-grid": draw_grid,
        "3-lines": draw_lines,
        "4-readings": draw_readings,
    }
    number = page.raster.number
    _write(page.raster.pixels, directory, number, "0-scan")
    if page.tidied.streaks.found or page.tidied.ghosts is not None:
        _write(draw_dirt(page, params), directory, number, "0-dirt")
    if page.warping:
        _write(draw_warping(page, page.warping, params), directory, number, "0-warped")
    for name, draw in stages.items():
        _write(draw(page, params), directory, number, name)


def draw_dirt(page: PageTrace, params: OverlayParameters) -> Pixels:
    """Colour what was taken off the scan: streaks red, what shone through from the back amber."""
    picture = _faded(page.tidied.grey, params.fade)
    for streak in page.tidied.streaks.down:
        picture[:, streak.left : streak.right] = RED
    for streak in page.tidied.streaks.across:
        picture[streak.left : streak.right] = RED
    if page.tidied.ghosts is not None:
        picture[page.tidied.ghosts] = AMBER
    return picture


def draw_warping(page: PageTrace, warping: Warping, params: OverlayParameters) -> Pixels:
    """Draw the rules over the faded level page as they ran, horizontal ones red, vertical ones blue."""
    picture = _faded(page.level.grey, params.fade)
    for traces, colour in ((warping.lying, RED), (warping.standing, BLUE)):
        for trace in traces:
            course = np.rint(trace.points).astype(np.int32)
            cv2.polylines(
                picture, [course], isClosed=False, color=colour, thickness=_thickness(page, params)
            )
    return picture


def draw_rulings(page: PageTrace, params: OverlayParameters) -> Pixels:
    """Draw horizontal rules red and vertical ones blue over the faded page."""
    picture = _faded(page.upright.grey, params.fade)
    for rule in page.rulings.horizontal:
        ends = (rule.start, rule.at(rule.start)), (rule.end, rule.at(rule.end))
        _line(picture, ends, RED, _thickness(page, params))
    for rule in page.rulings.vertical:
        ends = (rule.at(rule.start), rule.start), (rule.at(rule.end), rule.end)
        _line(picture, ends, BLUE, _thickness(page, params))
    return picture


def draw_grid(page: PageTrace, params: OverlayParameters) -> Pixels:
    """Draw each cell with its row and column, amber where the rules leave it in doubt; an open edge stays without a frame."""
    picture = _faded(page.upright.grey, params.fade)
    thickness = _thickness(page, params)
    for grid in page.grids:
        for cell in grid.cells:
            inner = cell.box.grown(-2 * thickness)
            _frame(picture, inner, AMBER if cell.unsound else GREEN, thickness)
            corner = Box(inner.left, inner.top, inner.right, inner.top + round(_em(page, params)))
            _text(picture, corner, f" {cell.row},{cell.col}", BLUE)
    return picture


def draw_lines(page: PageTrace, _: OverlayParameters) -> Pixels:
    """Show the lines as the reader was shown them, each at its place."""
    picture = np.full_like(page.upright.grey, 255)
    for spot in page.spots:
        for line in spot.lines:
            left, top = spot.box.left + line.box.left, spot.box.top + line.box.top
            height, width = line.pixels.shape
            picture[top : top + height, left : left + width] = line.pixels
    return picture


def draw_readings(page: PageTrace, params: OverlayParameters) -> Pixels:
    """Print what was read where it was read, in the colour of its confidence."""
    picture = np.full((*page.upright.grey.shape, 3), 255, np.uint8)
    for table in page.reading.tables:
        for cell in table.cells:
            _frame(picture, cell.upright, RED if cell.illegible else (215, 215, 215), 1)
            for line in cell.lines:
                _reading(picture, line, params)
    for line in page.reading.lines:
        _reading(picture, line, params)
    return picture


def write_forms(extraction: Extraction, directory: Path) -> None:
    """Draw on each scan which form it belongs to, and its values by the status of their fields.

    Takes the scans that `write_overlays` has left in `directory`; raises `OutputFailed`.
    """
    for page in extraction.pages:
        scan = cv2.imread(str(_path(directory, page.number, "0-scan")), cv2.IMREAD_COLOR)
        if scan is None:  # the page could not be rasterised
            continue
        picture = np.asarray(scan, np.uint8)
        thickness = max(2, page.height // 1000)
        for ordinal, form in enumerate(extraction.forms, 1):
            placed = [
                (field.box, STATUS_COLOURS[field.status])
                for field in form.fields.values()
                if field.page == page.number and field.box is not None
            ]
            for box, colour in placed:
                _frame(picture, box, colour, thickness)
            if placed:
                around = Box.around(box for box, _ in placed).grown(6 * thickness)
                _frame(picture, around, BLUE, 2 * thickness)
                label = Box(around.left, around.top - 20 * thickness, around.right, around.top)
                _text(picture, label, f"{ordinal}  {form.id}", BLUE)
        _write(picture, directory, page.number, "5-forms")


def _path(directory: Path, number: int, stage: str) -> Path:
    return directory / f"{number:04d}-{stage}.jpg"


def _write(picture: Pixels, directory: Path, number: int, stage: str) -> None:
    path = _path(directory, number, stage)
    _, encoded = cv2.imencode(".jpg", picture, JPEG)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded.tobytes())
    except OSError as error:
        raise OutputFailed(path=str(path), reason=str(error.strerror)) from error


def _faded(grey: Pixels, fade: float) -> Pixels:
    """Return the page in BGR with its print paler, a new array."""
    pale = np.asarray(255 - fade * (255.0 - grey), np.uint8)
    return np.asarray(cv2.cvtColor(pale, cv2.COLOR_GRAY2BGR), np.uint8)


def _em(page: PageTrace, params: OverlayParameters) -> float:
    return page.reading.em or params.em_inch * page.raster.dpi


def _thickness(page: PageTrace, params: OverlayParameters) -> int:
    return max(2, round(params.line * _em(page, params)))


def _reading(picture: Pixels, line: TextLine, params: OverlayParameters) -> None:
    confidence = line.reading.confidence
    unsure = AMBER if confidence >= params.unsure else RED
    _text(picture, line.upright, line.text, GREEN if confidence >= params.sure else unsure)


def _line(
    picture: Pixels,
    ends: tuple[tuple[float, float], tuple[float, float]],
    colour: Colour,
    thickness: int,
) -> None:
    (x0, y0), (x1, y1) = ends
    cv2.line(picture, (round(x0), round(y0)), (round(x1), round(y1)), colour, thickness)


def _frame(picture: Pixels, box: Box, colour: Colour, thickness: int) -> None:
    cv2.rectangle(picture, box[:2], (box.right - 1, box.bottom - 1), colour, thickness)


def _text(picture: Pixels, box: Box, text: str, colour: Colour) -> None:
    """Print `text` into `box`, as high as it and squeezed to its width, in OpenCV's own Chinese font."""
    font = cv2.FontFace("uni")
    size = max(6, round(0.8 * box.height))
    measured = cv2.getTextSize((0, 0), text, (0, 0), font, size)
    width = max(1, measured[2])
    fitting = max(6, min(size, size * box.width // width))
    baseline = (box.left, box.bottom - (box.height - fitting) // 2 - fitting // 6)
    cv2.putText(picture, text, baseline, colour, font, fitting)
