"""Look-ups for pages: names, neighbours, places of pictures; and only what is the caller's."""

from __future__ import annotations

from core.store import Store
from core.store.browsing import (
    document_records,
    find_origin,
    first_names,
    page_frames,
    record_choices,
)
from core.store.jobs import job_documents
from core.store.records import RecordFilter, list_records
from core.store.submission import submit
from tests.core.store.orders import form, order, read_through


def test_a_record_is_shown_with_the_newest_upload_that_one_may_see(store: Store) -> None:
    first = read_through(store, "roads", form(), owner="a")
    again = submit(store, order("roads", owner="b")).job_id
    (record,) = list_records(store).records

    origins = [find_origin(store, record, owner) for owner in (None, "a", "b", "c")]

    assert [origin and origin.job_id for origin in origins] == [again, first, again, None]
    assert origins[0] is not None
    assert (origins[0].position, origins[0].name) == (0, "roads.pdf")


def test_the_records_of_a_document_come_in_the_order_of_its_forms(store: Store) -> None:
    job_id = read_through(store, "roads", form("f2", project="乙"), form("f1", "review", "甲"))
    (document,) = job_documents(store, job_id)

    entries = document_records(store, document.sha256)

    assert [(e.form_id, e.position, e.project_name, e.status) for e in entries] == [
        ("f2", 0, "乙", "ok"),
        ("f1", 1, "甲", "review"),
    ]
    assert document_records(store, "none") == ()


def test_frames_of_pages_that_were_read(store: Store) -> None:
    job_id = read_through(store, "roads", form(), pages=2)
    (document,) = job_documents(store, job_id)

    assert page_frames(store, document.run_id, (2, 3)) == {2: (100, 140)}


def test_a_job_is_called_after_its_first_document(store: Store) -> None:
    job_id = submit(store, order("roads", "bridges")).job_id

    assert first_names(store, [job_id, "none"]) == {job_id: "roads.pdf"}


def test_choices_and_lists_are_those_of_an_owner(store: Store) -> None:
    read_through(store, "roads", form(), owner="a")

    assert record_choices(store).departments == ("财政局",)
    assert record_choices(store, "a").years == (2023,)
    assert record_choices(store, "b").departments == ()
    assert len(list_records(store, RecordFilter(owner="a")).records) == 1
    assert list_records(store, RecordFilter(owner="b")).records == ()
