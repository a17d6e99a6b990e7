import pytest

from core.extraction import Record
from worker.rebuild import Rebuilt
from worker.years import Told, with_year


def of_year(year: int | None) -> Rebuilt:
    return Rebuilt(Record(fiscal_year=year), {}, "project-self-evaluation")


def test_printed_year_counts_and_another_is_reported() -> None:
    form, findings = with_year(of_year(2022), Told(option=2023, file_name=2022), 4)
    assert form.record.fiscal_year == 2022
    assert [(it.code, it.page, it.details["told"]) for it in findings] == [
        ("fiscal_year_differs", 4, "2023")
    ]


@pytest.mark.parametrize(
    ("told", "year", "why"),
    [(Told(2023, 2022), 2023, "from_option"), (Told(None, 2022), 2022, "from_file_name")],
)
def test_told_year_stands_in_for_review(told: Told, year: int, why: str) -> None:
    form, findings = with_year(of_year(None), told, 1)
    assert form.record.fiscal_year == year
    field = form.fields["/fiscal_year"]
    assert (field.status, field.why, field.raw) == ("review", why, "")
    assert not findings


def test_nothing_told_changes_nothing() -> None:
    assert with_year(of_year(None), Told(), 1) == (of_year(None), ())
