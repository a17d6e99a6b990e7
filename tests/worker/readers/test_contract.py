"""What every reader keeps to."""

import pickle
from typing import get_args

import numpy as np
import pytest

from core.readings import ReaderName
from tests.worker.drawing import drawn_lines, grain
from worker.page import Pixels
from worker.readers.base import CellReader
from worker.readers.registry import make_reader

TEXTS = ("主管部门", "1031336.77", "98.62", "年度总体目标")


@pytest.fixture(params=get_args(ReaderName))
def reader(request: pytest.FixtureRequest) -> CellReader:
    return make_reader(request.param)


@pytest.fixture(scope="module")
def lines() -> list[Pixels]:
    return [drawn_lines([text], margin=0.25) for text in TEXTS]


def test_readings_keep_the_order_and_carry_the_name(
    reader: CellReader, lines: list[Pixels]
) -> None:
    readings = reader.read(lines)

    assert [reading.text for reading in readings] == list(TEXTS)
    assert {reading.engine for reading in readings} == {reader.name}


def test_no_lines_give_no_readings(reader: CellReader) -> None:
    assert reader.read([]) == []


@pytest.mark.parametrize(
    "blank",
    [
        pytest.param(np.full((50, 120), 255, np.uint8), id="white"),
        pytest.param(np.zeros((0, 20), np.uint8), id="no rows"),
        pytest.param(np.zeros((20, 0), np.uint8), id="no columns"),
        pytest.param(np.full((1, 1), 255, np.uint8), id="one pixel"),
        pytest.param(grain((50, 120)), id="grain"),
    ],
)
def test_a_line_without_print_is_empty_and_unsure(reader: CellReader, blank: Pixels) -> None:
    (reading,) = reader.read([blank])

    assert (reading.text, reading.confidence, reading.characters) == ("", 0.0, ())


def test_blank_lines_between_others_shift_nothing(reader: CellReader, lines: list[Pixels]) -> None:
    white = np.full((50, 120), 255, np.uint8)
    mixed = [white, lines[0], white[:0], white, lines[1], grain((40, 90)), lines[3], white]

    texts = [reading.text for reading in reader.read(mixed)]

    assert texts == ["", TEXTS[0], "", "", TEXTS[1], "", TEXTS[3], ""]


def test_the_same_lines_read_the_same_and_stay_untouched(
    reader: CellReader, lines: list[Pixels]
) -> None:
    before = [line.copy() for line in lines]

    assert reader.read(lines) == reader.read(lines)
    assert all((line == old).all() for line, old in zip(lines, before, strict=True))


def test_a_line_reads_the_same_alone_and_among_others(
    reader: CellReader, lines: list[Pixels]
) -> None:
    assert reader.read([lines[2]]) == reader.read(lines)[2:3]


def test_confidence_is_that_of_the_least_sure_character(
    reader: CellReader, lines: list[Pixels]
) -> None:
    for reading in reader.read(lines):
        assert len(reading.characters) in {0, len(reading.text)}
        assert all(0 <= sure <= 1 for sure in reading.characters)
        assert reading.confidence == min(reading.characters, default=reading.confidence)
        assert 0 < reading.confidence <= 1


def test_a_reader_can_be_sent_to_another_process(reader: CellReader, lines: list[Pixels]) -> None:
    reader.read(lines[:1])

    assert pickle.loads(pickle.dumps(reader)) == reader
