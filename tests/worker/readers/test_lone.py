import pytest

from core.readings import Reading
from tests.worker.drawing import drawn_lines
from worker.readers.lone import LoneParams, beside_figures, is_flat, is_lone, without_figures

PARAMS = LoneParams()


@pytest.mark.parametrize("text", ["—", "-", "——"])
def test_dashes_are_flat(text: str) -> None:
    assert is_flat(drawn_lines([text], margin=0.1), PARAMS)


@pytest.mark.parametrize("text", ["0", "1", "/", "=", "二", "880.7", "=100%", "及时"])
def test_other_print_is_not_flat(text: str) -> None:
    assert not is_flat(drawn_lines([text], margin=0.2), PARAMS)


def test_one_character_is_lone_and_a_word_is_not() -> None:
    assert is_lone(drawn_lines(["7"], margin=0.2), PARAMS)
    assert is_lone(drawn_lines(["无"], margin=0.2), PARAMS)
    assert not is_lone(drawn_lines(["及时"], margin=0.2), PARAMS)


def test_figures_are_printed_behind_the_line() -> None:
    line = drawn_lines(["7"], margin=0.2)

    shown = beside_figures(line, PARAMS)

    assert (shown[:, : line.shape[1]] == line).all()
    assert shown[:, line.shape[1] :].min() < 60


def _reading(text: str) -> Reading:
    sure = tuple(1 - 0.1 * index for index in range(len(text)))
    return Reading(text=text, confidence=min(sure, default=0.0), engine="ppocr", characters=sure)


def test_the_mark_is_what_stands_before_the_figures() -> None:
    reading = without_figures(_reading("/ 95%"))

    assert reading == Reading(text="/", confidence=1.0, engine="ppocr", characters=(1.0,))


@pytest.mark.parametrize("text", ["95%", "/95", "", "/ 9S%"])
def test_without_mark_or_figures_nothing_was_learnt(text: str) -> None:
    assert without_figures(_reading(text)) is None
