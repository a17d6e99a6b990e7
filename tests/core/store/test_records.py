"""Records: found, searched, corrected, read again."""

from __future__ import annotations

import pytest

from core.corrections import CorrectedValue
from core.errors import BadValue, NoSuchField, RecordNotFound, VersionConflict
from core.store import Store
from core.store.records import (
    RecordFilter,
    correct_record,
    find_record,
    list_records,
    record_history,
)
from tests.core.store.orders import form, read_through

RIGHT = CorrectedValue(pointer="/project_name", value="桥梁养护")


def test_records_are_found_by_what_they_say(store: Store) -> None:
    read_through(store, "a", form("1"), form("2", project="校舍_修缮", status="review"))
    found = {
        name: [record.form_id for record in list_records(store, wanted).records]
        for name, wanted in {
            "all": RecordFilter(),
            "year": RecordFilter(fiscal_year=2022),
            "text": RecordFilter(text="修缮"),
            "wildcard": RecordFilter(text="_"),
            "status": RecordFilter(status="review"),
            "department": RecordFilter(department="财政局", project="道路养护"),
        }.items()
    }
    assert found == {
        "all": ["2", "1"],
        "year": [],
        "text": ["2"],
        "wildcard": ["2"],
        "status": ["2"],
        "department": ["1"],
    }
    first = list_records(store, limit=1)
    assert list_records(store, cursor=first.next, limit=1).next is None


def test_a_correction_is_laid_over_and_kept(store: Store) -> None:
    read_through(store, "a", form(status="review"))
    (record,) = list_records(store).records
    corrected = correct_record(
        store, record.id, RIGHT, version=record.version, by="li", reason="seal"
    )
    assert corrected.form.record.project_name == "桥梁养护"
    assert (corrected.status, corrected.version) == ("corrected", record.version + 1)
    (entry,) = record_history(store, record.id)
    assert (entry.before, entry.after, entry.by) == ("道路养护", "桥梁养护", "li")
    assert list_records(store, RecordFilter(project="桥梁养护")).records == (corrected,)
    with pytest.raises(VersionConflict):
        correct_record(store, record.id, RIGHT, version=record.version, by="wang")


def test_a_correction_outlives_another_reading(store: Store) -> None:
    read_through(store, "a", form("1"), form("2"))
    second, first = list_records(store).records
    correct_record(store, first.id, RIGHT, version=first.version, by="li")
    read_through(store, "a", form("1", project="道路养扩"), force=True)
    again = find_record(store, first.id)
    assert again.form.record.project_name == "桥梁养护"
    assert again.form.fields["/project_name"].status == "corrected"
    with pytest.raises(RecordNotFound):
        find_record(store, second.id)


def test_a_job_keeps_its_records_when_another_reads_its_document_anew(store: Store) -> None:
    first = read_through(store, "a", form("1"))
    second = read_through(store, "a", form("1"), force=True)
    read_through(store, "b", form("2"))
    for job_id in (first, second):
        (record,) = list_records(store, RecordFilter(job_id=job_id)).records
        assert record.form_id == "1"


def test_what_does_not_fit_is_refused(store: Store) -> None:
    read_through(store, "a", form())
    (record,) = list_records(store).records
    for pointer in ("/nothing", "/funding/0/score", "/goals", "project_name"):
        wrong = CorrectedValue(pointer=pointer, value="x")
        with pytest.raises(NoSuchField):
            correct_record(store, record.id, wrong, version=record.version, by="li")
    year = CorrectedValue(pointer="/fiscal_year", value="二〇二三")
    with pytest.raises(BadValue):
        correct_record(store, record.id, year, version=record.version, by="li")
    assert record_history(store, record.id) == []
