import cv2
import numpy as np

from core.readings import Reading
from tests.worker.drawing import drawn_lines
from worker.hand import find_handwriting, level_share
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
