"""Tests of the sheet of a page: from what is seen to user space."""

from __future__ import annotations

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Name

from core.pdf.layout import Frame
from core.pdf.sheet import LETTER, TURNS, Sheet, Turn, read_sheet


def sheet_of(**keys: object) -> Sheet:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 300))
        for key, value in keys.items():
            page.obj[f"/{key}"] = Array(value) if isinstance(value, tuple) else value
        return read_sheet(page)


def test_a_page_is_what_its_boxes_have_in_common() -> None:
    found = sheet_of(MediaBox=(0, 0, 200, 300), CropBox=(250, 40, 10, -9), Rotate=-90)
    assert found == Sheet(Frame(10, 0, 200, 40), 1.0, 270)
    assert found.size_in() == (40 / 72, 190 / 72)


@pytest.mark.parametrize("nonsense", [Name.Left, (1, 2), (5, 5, 5, 9), ("x", 0, 1, 1)])
def test_nonsense_is_a_letter(nonsense: object) -> None:
    assert sheet_of(MediaBox=nonsense).frame == LETTER


@given(
    turn=st.sampled_from(TURNS),
    unit=st.sampled_from([1.0, 2.5]),
    left=st.integers(-50, 50),
    bottom=st.integers(-50, 50),
)
def test_the_corners_that_are_seen_are_those_of_the_frame(
    turn: Turn, unit: float, left: int, bottom: int
) -> None:
    frame = Frame(unit * left, unit * bottom, unit * (left + 200), unit * (bottom + 300))
    sheet = Sheet(frame, unit, turn)
    width, height = (3000, 2000) if turn in {90, 270} else (2000, 3000)
    to_user = sheet.from_pixels(width, height)
    seen = [(0, 0), (width, 0), (width, height), (0, height)]
    corners = [(left, bottom + 300), (left + 200, bottom + 300)]
    corners += [(left + 200, bottom), (left, bottom)]
    # Turned clockwise by a quarter, the lower left corner is seen at the upper left.
    first = -turn // 90 % 4
    for (x, y), corner in zip(seen, corners[first:] + corners[:first], strict=True):
        assert to_user.transform((x, y)) == pytest.approx(corner)
