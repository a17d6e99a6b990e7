"""Tests of text in a box whose lines are not known."""

from __future__ import annotations

from math import cos, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.geometry import Box
from core.layered.filling import Filling, FillingParameters, natural_width
from tests.core.layered.sample import sample_page

PARAMS = FillingParameters()


def lines(text: str, box: Box, size: float, rotation: int = 0) -> list[str]:
    return [strip.text for strip in Filling(rotation, 0.0, size, PARAMS).strips(text, box)]


def test_the_size_of_the_print_is_found() -> None:
    # The sample's print is 8.8 points at 240 dpi.
    assert Filling.of(sample_page()).size == pytest.approx(29.3, rel=0.25)


def test_text_stands_in_about_as_many_lines_as_it_was_printed_in() -> None:
    fill = Filling.of(sample_page())
    page = sample_page()
    cells = {cell.text: cell for table in page.tables for cell in table.cells}
    for text, count in {
        "产出指标": 1,
        "按预定成本完成，有效控制经费支出": 2,
        "1031336.77": 1,
    }.items():
        assert len(list(fill.strips(text, cells[text].box))) == count


def test_numbers_are_never_cut() -> None:
    assert lines("预算1031336.77元", Box(0, 0, 100, 200), 25) == ["预算", "1031336.77", "元"]
    assert lines("1031336.77", Box(0, 0, 40, 200), 25) == ["1031336.77"]


@given(
    text=st.text(alphabet="项目金额12.5 %\n", max_size=40),
    width=st.integers(1, 400),
    height=st.integers(1, 400),
    rotation=st.sampled_from([0, 90, 180, 270]),
    skew_deg=st.floats(-5, 5),
)
def test_all_text_lies_in_the_box(
    text: str, width: int, height: int, rotation: int, skew_deg: float
) -> None:
    box = Box(50, 60, 50 + width, 60 + height)
    strips = list(Filling(rotation, skew_deg, 20.0, PARAMS).strips(text, box))
    if strips:
        found = "".join(strip.text for strip in strips)
        assert "".join(found.split()) == "".join(text.split())
    angle = radians(rotation + skew_deg)
    for strip in strips:
        across = (abs(strip.length * cos(angle)) + abs(strip.height * sin(angle))) / 2
        down = (abs(strip.length * sin(angle)) + abs(strip.height * cos(angle))) / 2
        assert box.left - 1e-6 <= strip.x - across
        assert strip.x + across <= box.right + 1e-6
        assert box.top - 1e-6 <= strip.y - down
        assert strip.y + down <= box.bottom + 1e-6


@pytest.mark.parametrize(("text", "ems"), [("项目", 2.0), ("12.5", 2.0), ("（%", 1.5), ("", 0.0)])
def test_wide_characters_take_an_em(text: str, ems: float) -> None:
    assert natural_width(text) == ems
