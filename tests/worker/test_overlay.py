"""Tests of the pictures of the stages: each shows what its stage found, where it found it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.errors import OutputFailed
from core.geometry import Bend, Box, Polynomial, Transform
from core.readings import PageReading, ReadCell, Reading, ReadTable, TextLine
from tests.core.exports.seed import field, seed_extraction
from worker.dewarp import Trace, Warping
from worker.grid import Grid, GridCell
from worker.lines import Line
from worker.overlay import AMBER, BLUE, GREEN, RED, Colour, write_forms, write_overlays
from worker.page import Raster, Upright
from worker.pipeline import PageTrace, Spot, Tidied
from worker.rulings import Ruling, Rulings
from worker.streaks import Streak, Streaks

HEIGHT, WIDTH, EM = 400, 300, 20.0
CELL = Box(50, 100, 250, 200)


def page_of(confidence: float) -> PageTrace:
    """Return a page with one cell between two rules and one reading in it."""
    grey = np.full((HEIGHT, WIDTH), 255, np.uint8)
    line = TextLine(
        reading=Reading(text="项目■■", confidence=confidence, engine="ppocr"),
        box=Box(100, 120, 220, 150),
        upright=Box(100, 120, 220, 150),
    )
    cell = ReadCell(row=0, col=0, row_span=1, col_span=1, box=CELL, upright=CELL, lines=(line,))
    table = ReadTable(
        rows=1,
        cols=1,
        cells=(cell,),
        box=CELL,
        upright=CELL,
        column_edges=(50.0, 250.0),
        row_edges=(100.0, 200.0),
    )
    reading = PageReading(
        number=7,
        width=WIDTH,
        height=HEIGHT,
        upright_width=WIDTH,
        upright_height=HEIGHT,
        dpi=150,
        em=EM,
        tables=(table,),
    )
    rules = Rulings(
        (Ruling("horizontal", 50, 250, 100, 0.0, 2, 1.0),),
        (Ruling("vertical", 100, 200, 50, 0.0, 2, 1.0),),
        np.zeros_like(grey),
    )
    grid = Grid((100.0, 200.0), (50.0, 250.0), (GridCell(0, 0, 1, 1, CELL),), False, False)
    upright = Upright(grey, Transform(), 0, 0.0)
    spot = Spot(CELL, (Line(Box(50, 20, 170, 50), np.full((30, 120), 90, np.uint8)),))
    tidied = Tidied(grey, Streaks(), None)
    return PageTrace(
        Raster(7, grey, 150), tidied, upright, None, upright, rules, (grid,), (spot,), reading
    )


def picture(folder: Path, stage: str) -> np.ndarray:
    (path,) = folder.glob(f"*-{stage}.jpg")
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR), np.int16)


def shows(pixels: np.ndarray, colour: Colour) -> bool:
    """Tell whether a colour is there, as far as JPEG keeps it."""
    return bool((np.abs(pixels - np.array(colour)).max(axis=-1) < 60).any())


def test_every_stage_has_its_picture_in_the_order_of_the_stages(tmp_path: Path) -> None:
    write_overlays(page_of(0.99), tmp_path / "new" / "folder")
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == [
        "0007-0-scan.jpg",
        "0007-1-upright.jpg",
        "0007-2-rulings.jpg",
        "0007-3-grid.jpg",
        "0007-3-lines.jpg",
        "0007-4-readings.jpg",
    ]


def test_a_dewarped_page_is_shown_with_its_rules_as_they_ran(tmp_path: Path) -> None:
    still = Polynomial(((0.0,),), (0.0, 0.0), 1.0, (0.0, 0.0, 1.0, 1.0))
    trace = Trace(np.array([(50.0, 100.0), (150.0, 90.0), (250.0, 100.0)]), 1.0)
    warping = Warping(Bend(still, still), (trace,), (), 10.0)
    write_overlays(replace(page_of(0.99), warping=warping), tmp_path)
    warped = picture(tmp_path, "0-warped")
    assert shows(warped[88:93, 140:160], RED)
    assert not shows(warped[98:103, 140:160], RED)


def test_cells_in_doubt_are_drawn_in_another_colour(tmp_path: Path) -> None:
    page = page_of(0.99)
    (grid,) = page.grids
    doubted = replace(grid, cells=tuple(replace(cell, unsound=True) for cell in grid.cells))
    write_overlays(replace(page, grids=(doubted,)), tmp_path)
    assert shows(picture(tmp_path, "3-grid")[100:110, 60:240], AMBER)


def test_what_was_taken_off_a_page_is_marked_on_its_scan(tmp_path: Path) -> None:
    page = page_of(0.99)
    light = np.ones((1, 4), np.float32)
    ghosts = np.zeros((HEIGHT, WIDTH), bool)
    ghosts[300:320, 100:140] = True
    streaks = Streaks((Streak(20, 24, light),), (Streak(350, 354, light),))
    write_overlays(replace(page, tidied=Tidied(page.upright.grey, streaks, ghosts)), tmp_path)
    dirt = picture(tmp_path, "0-dirt")
    assert shows(dirt[:300, 18:26], RED)
    assert shows(dirt[348:356, 200:], RED)
    assert shows(dirt[300:320, 100:140], AMBER)
    assert not shows(dirt[:290, 40:], RED)


def test_lines_are_shown_as_the_reader_saw_them(tmp_path: Path) -> None:
    write_overlays(page_of(0.99), tmp_path)
    lines = picture(tmp_path, "3-lines")
    assert np.abs(lines[125:145, 105:215] - 90).max() < 20
    assert lines[160:].min() > 240


def test_rules_and_cells_are_drawn_where_they_are(tmp_path: Path) -> None:
    write_overlays(page_of(0.99), tmp_path)
    rulings, grid = picture(tmp_path, "2-rulings"), picture(tmp_path, "3-grid")
    assert shows(rulings[98:103, 100:200], RED)
    assert shows(rulings[120:180, 48:53], BLUE)
    assert not shows(rulings[120:180, 80:], BLUE)
    assert shows(grid[100:110, 60:240], GREEN)
    assert not shows(grid[220:], GREEN)


@pytest.mark.parametrize(("confidence", "colour"), [(0.99, GREEN), (0.95, AMBER), (0.5, RED)])
def test_readings_have_the_colour_of_their_confidence(
    tmp_path: Path, confidence: float, colour: Colour
) -> None:
    write_overlays(page_of(confidence), tmp_path)
    readings = picture(tmp_path, "4-readings")
    for each in (GREEN, AMBER, RED):
        assert shows(readings[120:150, 100:220], each) == (each == colour)


def test_forms_are_drawn_on_the_scans_that_are_there(tmp_path: Path) -> None:
    page = page_of(0.99)
    write_overlays(page, tmp_path)
    (tmp_path / "0007-0-scan.jpg").rename(tmp_path / "0001-0-scan.jpg")
    doubtful = field("review").model_copy(update={"box": Box(60, 60, 120, 90)})
    missing = field("missing")
    write_forms(
        seed_extraction(forms=1, fields={"/title": doubtful, "/total/score": missing}), tmp_path
    )
    forms = picture(tmp_path, "5-forms")
    assert shows(forms[58:64, 60:120], AMBER)
    assert shows(forms[40:56, 60:120], BLUE)


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputFailed):
        write_overlays(page_of(0.99), tmp_path / "file" / "folder")
