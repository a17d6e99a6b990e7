import cv2
import numpy as np
import pytest

from core.readings import Reading
from samples.generator.damage import Scan
from samples.generator.pen import PenMark
from tests.worker.drawing import EM, drawn_lines
from worker.hand import find_handwriting, level_share
from worker.lines import cut_lines
from worker.page import Pixels

LABELS = ("年度资金总额", "实施单位", "主管部门", "项目名称", "数量指标", "质量指标", "时效指标")


def reading(text: str) -> Reading:
    return Reading(text=text, confidence=0.99, engine="ppocr")


def slanted(line: Pixels, size: float = 1.5) -> Pixels:
    """Return the line as a hurried pen would have it: larger, and leaning over."""
    height, width = line.shape
    lean = np.array([[size, -0.45 * size, 0.5 * size * height], [0.18, size, 0]], np.float64)
    side = (round(size * (width + height)), round(size * height + 0.2 * width))
    leaning = cv2.warpAffine(line, lean, side, flags=cv2.INTER_AREA, borderValue=255)
    return np.asarray(leaning, np.uint8)


def lines_of(texts: tuple[str, ...]) -> list[Pixels]:
    return [drawn_lines([text], margin=0.25) for text in texts]


def test_a_large_leaning_line_is_handwriting() -> None:
    lines = [*lines_of(LABELS), slanted(lines_of(("张建国",))[0])]
    readings = [reading(text) for text in (*LABELS, "张建国")]

    assert find_handwriting(lines, readings) == {len(LABELS)}


def test_large_print_is_print() -> None:
    (heading,) = lines_of(("绩效自评表",))
    large = cv2.resize(heading, None, fx=1.6, fy=1.6, interpolation=cv2.INTER_AREA)
    lines = [*lines_of(LABELS), np.asarray(large, np.uint8)]

    assert not find_handwriting(lines, [reading(text) for text in (*LABELS, "绩效自评表")])


def test_a_slash_leans_in_any_type() -> None:
    figures = ("98.26", "100", "7.41", "85", "12.5", "64")
    lines = [*lines_of(figures), slanted(lines_of(("7",))[0])]

    assert find_handwriting(lines, [reading(text) for text in (*figures, "7")]) == {len(figures)}
    assert not find_handwriting(lines, [reading(text) for text in (*figures, "/")])


def test_few_lines_tell_nothing() -> None:
    lines = [*lines_of(LABELS[:3]), slanted(lines_of(("张建国",))[0])]

    assert not find_handwriting(lines, [reading(text) for text in (*LABELS[:3], "张建国")])


def test_leaning_strokes_are_less_level() -> None:
    (line,) = lines_of(("年度资金总额",))

    assert level_share(slanted(line, 1.0)) < 0.9 * level_share(line)


def cut_of(text: str) -> Pixels:
    """Return a line of print as it is cut out of its cell."""
    (line,) = cut_lines(drawn_lines([text], margin=1.0), EM)
    return line.pixels


def written_figure(seed: str) -> Pixels:
    """Return a figure by pen as it is cut out of its cell."""
    cell = np.full((3 * EM, 5 * EM), 255, np.uint8)
    pt = EM / 10
    pen = PenMark((0.0, 0.0, cell.shape[1] / pt, cell.shape[0] / pt), "figure", seed, 10.0)
    (line,) = cut_lines(pen.on(Scan(cell, round(72 * pt)), None).pixels, EM)
    return line.pixels


@pytest.mark.parametrize("seed", ["a", "b", "c", "d", "e", "f"])
def test_a_written_figure_is_handwriting_though_it_stands_upright(seed: str) -> None:
    figures = ("98.26", "100", "7.41", "85", "12.5", "64")
    lines = [*map(cut_of, figures), written_figure(seed)]

    assert find_handwriting(lines, [reading(text) for text in (*figures, "17")]) == {len(figures)}


def test_a_tick_beside_print_that_reads_as_nothing_is_a_pen_s() -> None:
    ticked = np.pad(
        lines_of(("农业技术推广服务中心主管部门",))[0], ((20, 20), (0, 60)), constant_values=255
    )
    height, width = ticked.shape
    cv2.polylines(
        ticked,
        [np.array([(width - 55, height - 40), (width - 42, height - 8), (width - 6, 6)])],
        False,
        30,
        4,
    )
    lines = [*lines_of(LABELS), np.asarray(ticked, np.uint8)]

    assert find_handwriting(lines, [reading(text) for text in (*LABELS, "农业技术推广")]) == {
        len(LABELS)
    }


def test_marks_that_lean_are_measured_by_their_like() -> None:
    figures = ("98.26", "100", "7.41", "85", "12.5", "64")
    (high,) = lines_of(("≥80.00(%)",))
    high = np.asarray(
        cv2.resize(high, None, fx=1.3, fy=1.3, interpolation=cv2.INTER_AREA), np.uint8
    )
    lines = [*lines_of(figures), high]

    assert not find_handwriting(lines, [reading(text) for text in (*figures, "≥80.00(%)")])
