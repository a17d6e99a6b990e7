import pytest

from core.checks import mark
from core.checks.units import odd_units
from core.extraction import Field


def row(target: str, reached: str) -> dict[str, Field]:
    return {
        f"/indicators/0/{name}": Field(
            raw=raw, confidence=1.0, page=1, box=None, reader="ppocr", status="ok"
        )
        for name, raw in (("target", target), ("actual", reached))
    }


@pytest.mark.parametrize("target", ["≥5000平方米", "=5354平万术"])
def test_a_unit_that_both_readers_misread_is_given_away_by_the_other(target: str) -> None:
    fields = row(target, "5354平方木")

    assert odd_units(fields) == set(fields)
    assert {field.why for field in mark(fields, ()).values()} == {"units_differ"}


@pytest.mark.parametrize(
    ("target", "reached"),
    [
        ("≥5000平方米", "5354平方米"),
        ("≥5次", "5场"),
        ("≥5人次", "5人"),
        ("≥95%", "96(%)"),
        ("及时", "基本及时"),
        ("12月底前", "11月完成"),
        ("", "5平方米"),
    ],
)
def test_other_units_go_together(target: str, reached: str) -> None:
    assert odd_units(row(target, reached)) == set()
