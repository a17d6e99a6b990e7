import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worker.drawing import EM, drawn_lines, grain
from worker.clean import stretch
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
