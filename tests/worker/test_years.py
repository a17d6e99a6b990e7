import pytest

from core.extraction import Record
from core.vocabulary import standard
from worker.rebuild import Rebuilt
from worker.years import Told, with_year, year_of_file


def of_year(year: int | None) -> Rebuilt:
    return Rebuilt(Record(fiscal_year=year), {}, "project-self-evaluation")


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("2021年绩效自评表.pdf", 2021),
        ("自评2019.tif", 2019),
        ("2023年公开2022年度自评.pdf", None),
        ("20230105123.pdf", None),
        ("扫描.pdf", None),
    ],
)
def test_year_in_the_name_of_a_file(name: str, year: int | None) -> None:
    assert year_of_file(name, standard()) == year


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
