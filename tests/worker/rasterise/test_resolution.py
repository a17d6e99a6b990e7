"""The rule of resolution, on layouts made up."""

import pytest

from core.pdf.layout import Layout, Picture
from worker.rasterise.resolution import choose_dpi

A4_IN = 842 / 72


def picture(dpi: float, share: float = 1.0, down_dpi: float | None = None) -> Picture:
    return Picture(round(8 * dpi), round(11 * (down_dpi or dpi)), 8 * 72, 11 * 72, share)


@pytest.mark.parametrize(
    ("pictures", "marks", "dpi"),
    [
        ([], 0, 300),
        ([picture(200)], 0, 200),
        ([picture(200)], 100, 200),
        ([picture(200)], 101, 300),
        ([picture(400)], 101, 400),
        ([picture(1200)], 0, 600),
        ([picture(1200)], 900, 600),
        ([picture(30)], 0, 300),
        ([picture(200, share=0.3)], 0, 300),
        ([picture(200, share=0.5)], 0, 200),
        ([picture(200), picture(900, share=0.01)], 0, 200),
        ([picture(100), picture(300, share=0.1)], 0, 300),
        ([picture(100), picture(90)], 0, 150),
        ([picture(204, down_dpi=98)], 0, 204),
        ([picture(200, down_dpi=201)], 0, 200),
    ],
)
def test_resolution_of_a_page(pictures: list[Picture], marks: int, dpi: float) -> None:
    layout = Layout(tuple(pictures), marks)
    assert choose_dpi(layout, A4_IN, default=300) == pytest.approx(dpi, rel=0.003)


def test_paper_that_claims_to_be_huge_keeps_the_resolution_of_its_picture() -> None:
    """600 dpi on A4, written as 72 dpi on 97 inches; and 1200 dpi, which is halved."""
    assert choose_dpi(Layout((picture(72),)), A4_IN * 600 / 72, 300) == pytest.approx(72, rel=0.01)
    assert choose_dpi(Layout((picture(72),)), A4_IN * 1200 / 72, 300) == pytest.approx(36, rel=0.01)
