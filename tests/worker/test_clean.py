import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worker.drawing import EM, drawn_lines, grain
from worker.clean import StretchParams, stretch, surroundings
from worker.lines import is_blank
from worker.page import Pixels


@pytest.fixture(scope="module")
def sheet() -> Pixels:
    return drawn_lines(["项目支出绩效自评表"] * 12, margin=2.0)


def test_print_becomes_black_and_paper_white(sheet: Pixels) -> None:
    faded = np.round(190 - (255 - sheet.astype(float)) * 0.3).astype(np.uint8)

    stretched = stretch(faded)

    assert stretched.shape == sheet.shape
    assert np.median(stretched) == 255
    assert np.median(stretched[sheet == sheet.min()]) < 20


def test_light_that_falls_off_is_evened(sheet: Pixels) -> None:
    light = np.linspace(1.0, 0.5, sheet.shape[1])[None, :]
    shaded = (sheet * light).astype(np.uint8)

    stretched = stretch(shaded)

    assert stretched[sheet == 255].min() > 200
    assert stretched[sheet == sheet.min()].max() < 80


def test_a_red_seal_fades_and_the_print_under_it_stays(sheet: Pixels) -> None:
    colour = np.repeat(sheet[..., None], 3, axis=2)
    colour[100:200, 100:300] = np.minimum(colour[100:200, 100:300], (60, 50, 220))

    stretched = stretch(colour)

    under = sheet[100:200, 100:300]
    assert np.median(stretched[100:200, 100:300][under == 255]) > 190
    assert np.median(stretched[100:200, 100:300][under == sheet.min()]) < 20


def test_a_blank_page_stays_blank() -> None:
    assert is_blank(stretch(grain((800, 600))), EM)


@given(height=st.integers(1, 60), width=st.integers(1, 60), channels=st.sampled_from([1, 3]))
@settings(deadline=None)
def test_any_size_keeps_its_size(height: int, width: int, channels: int) -> None:
    grey = grain((height, width))
    pixels = grey if channels == 1 else np.repeat(grey[..., None], 3, axis=2)

    stretched = stretch(pixels)

    assert stretched.shape == (height, width)
    assert stretched.dtype == np.uint8


def on_a_table(sheet: Pixels, *, light: Pixels | None = None) -> Pixels:
    """Lay the sheet aslant on a dark table, in that light (255 = full)."""
    height, width = sheet.shape
    corners = np.array([(60, 50), (width + 30, 80), (width + 50, height + 40), (40, height + 60)])
    whole = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    view = cv2.getPerspectiveTransform(whole, corners.astype(np.float32))
    size = width + 100, height + 100
    photo = cv2.warpPerspective(sheet, view, size, borderValue=(90,))
    shade = np.full(photo.shape, 255) if light is None else cv2.resize(light, size)
    return np.asarray(photo * (shade / 255.0), np.uint8)


def test_a_dark_table_around_the_sheet_becomes_paper(sheet: Pixels) -> None:
    stretched = stretch(on_a_table(sheet))

    assert stretched[:45].min() == 255
    assert stretched[:, :35].min() == 255
    assert stretched[-30:].min() == 255
    assert np.count_nonzero(stretched < 100) > 0.8 * np.count_nonzero(sheet < 100)


def test_a_shadow_on_the_sheet_is_not_taken_for_the_table(sheet: Pixels) -> None:
    shade = np.linspace(255, 110, 200)[None, :].astype(np.uint8)

    stretched = stretch(on_a_table(sheet, light=shade))

    assert np.count_nonzero(stretched < 100) > 0.8 * np.count_nonzero(sheet < 100)


def test_a_page_without_surroundings_keeps_all_its_print(sheet: Pixels) -> None:
    assert not surroundings(sheet, StretchParams()).any()


def test_a_dark_cover_is_no_surroundings(sheet: Pixels) -> None:
    assert not surroundings(255 - sheet, StretchParams()).any()
