"""The sample's first pages as an extraction made from its truth, lying as is wanted."""

from __future__ import annotations

import hashlib
import json
from math import atan2, degrees
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image

from core.extraction import Cell, Extraction, Page, Source, Table
from core.geometry import Box

SAMPLES = Path(__file__).parents[3] / "samples"
SCAN = SAMPLES / "songjiang-2023.pdf"
TURNS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180}
TURNS[270] = Image.Transpose.ROTATE_270


def picture(number: int = 1) -> Image.Image:
    """Return the scan of a page of the sample."""
    with pikepdf.open(SCAN) as pdf:
        scan = pdf.pages[number - 1].resources.XObject.Im0
        assert isinstance(scan, pikepdf.Stream)
        return pikepdf.PdfImage(scan).as_pil_image()


def extraction_of(file: Path, *pages: Page) -> Extraction:
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    source = Source(file=file.name, sha256=sha256, pages=len(pages), pipeline="test")
    return Extraction(source=source, pages=pages, forms=(), issues=())


def sample_page(number: int = 1, turned: int = 0, *, shown_as: int | None = None) -> Page:
    """Return a page of the sample, its scan turned counter-clockwise by 0, 90, 180 or 270 degrees."""
    truth = json.loads((SAMPLES / "songjiang-2023.cells.json").read_text())["pages"][number - 1]
    size = truth["scan"]["width"], truth["scan"]["height"]
    first = truth["tables"][0]["cells"][0]["quad"]
    (left, top), (right, low) = first[0], first[1]
    skew_deg = degrees(atan2(top - low, right - left))
    width, height = size[::-1] if turned in {90, 270} else size
    return Page(
        number=number if shown_as is None else shown_as,
        width=width,
        height=height,
        rotation=turned,
        skew_deg=skew_deg,
        kind="form",
        tables=tuple(_table(table, size, turned) for table in truth["tables"]),
    )


def _table(table: dict[str, Any], size: tuple[int, int], turned: int) -> Table:
    cells = tuple(
        Cell(
            **{key: cell[key] for key in ("row", "col", "row_span", "col_span", "text")},
            confidence=1.0,
            box=_bounds([_turned(x, y, size, turned) for x, y in cell["quad"]]),
        )
        for cell in table["cells"]
    )
    return Table(rows=table["rows"], cols=table["cols"], cells=cells)


def _turned(x: float, y: float, size: tuple[int, int], turned: int) -> tuple[float, float]:
    width, height = size
    match turned:
        case 90:
            return y, width - x
        case 180:
            return width - x, height - y
        case 270:
            return height - y, x
        case _:
            return x, y


def _bounds(corners: list[tuple[float, float]]) -> Box:
    xs, ys = zip(*corners, strict=True)
    return Box(round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys)))
