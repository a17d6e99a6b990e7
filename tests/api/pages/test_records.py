"""Records: found again, laid out as on paper, each value with its place and its doubts."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from api.pages import records
from api.parts import Parts
from core.checks import check_form, mark
from core.extraction import Form
from core.geometry import Box
from tests.api.pages.desk import HOSTILE, record_ids, text_of, value_at
from tests.core.seed import missing, seed_forms, spoiled
from tests.core.store.orders import form, read_through


def checked(read: Form) -> Form:
    """Return a form as the pipeline files it."""
    checks = check_form(read.record, read.fields, "zh")
    return read.model_copy(update={"checks": checks, "fields": mark(read.fields, checks)})


def shown(client: TestClient, parts: Parts, *forms: Form, pages: int = 1) -> str:
    """File a document and return the page of its first record."""
    job_id = read_through(parts.store, "roads", *forms, pages=pages)
    return client.get(f"/records/{record_ids(parts, job_id)[0]}").text


def test_the_form_is_laid_out_as_on_paper(client: TestClient, parts: Parts) -> None:
    page = shown(client, parts, seed_forms()[1])
    text = text_of(page)

    assert "Project 科创要素对接" in text
    assert "年度资金总额 1,550,000.00 1,103,476.50 1,103,476.5 10 100.00 10" in text
    assert re.search(r'<td rowspan="5"><button[^>]*id="/indicators/0/level1"', page)
    assert re.search(r'<td rowspan="2"><button[^>]*id="/indicators/0/level2"', page)
    assert 'id="/indicators/1/level1"' not in page


def test_every_value_knows_its_place_on_the_scan(client: TestClient, parts: Parts) -> None:
    read = seed_forms()[0]
    there = read.fields["/funding/0/executed"].model_copy(
        update={"page": 2, "box": Box(10, 20, 30, 40), "confidence": 0.875}
    )
    read = read.model_copy(
        update={"pages": (1, 2), "fields": {**read.fields, "/funding/0/executed": there}}
    )

    page = shown(client, parts, read, pages=2)
    value = value_at(page, "/funding/0/executed")

    assert (value["data-page"], value["data-box"]) == ("2", "10 20 30 40")
    assert (value["data-confidence"], value["data-reader"]) == ("87.5%", "PP-OCR")
    assert page.count("<figure") == 2
    assert 'viewBox="0 0 100 140"' in page
    second = page.split("<figure")[2]
    assert re.search(
        r'<rect class="mark ok" data-pointer="/funding/0/executed" x="10" y="20" width="20" height="20">',
        second,
    )


def test_doubts_are_listed_with_why_and_what_else_it_may_be(
    client: TestClient, parts: Parts
) -> None:
    read = spoiled(
        seed_forms()[0],
        "/indicators/0/score",
        "1",
        status="review",
        why="readers_disagree",
        alternatives=("7", "4"),
    )
    page = shown(client, parts, missing(read, "/total/score"))
    text = text_of(page)

    assert "Next doubtful value (2 in all)" in text
    assert ": two readings disagree or rather: 7 or 4" in text
    value = value_at(page, "/indicators/0/score")
    assert value["class"] == "value review"
    assert value["data-alternatives"] == "7\n4"
    lost = value_at(page, "/total/score")
    assert lost["class"].startswith("value missing")
    assert "data-box" not in lost


@pytest.mark.parametrize(
    ("language", "verdict", "message"),
    [("en", "The form is wrong", "the form says 9"), ("zh", "原表有误", "表上为 9")],
)
def test_checks_stand_in_the_language_of_the_reader(
    client: TestClient, parts: Parts, language: str, verdict: str, message: str
) -> None:
    wrong = checked(spoiled(seed_forms()[0], "/funding/0/score", "9"))
    job_id = read_through(parts.store, "roads", wrong)
    (record,) = record_ids(parts, job_id)

    page = client.get(f"/records/{record}?lang={language}").text
    text = text_of(page)

    assert verdict in text
    assert re.search(r'<li class="form_error">', page)
    assert 'href="#/funding/0/score"' in page
    assert message in text


def test_a_clean_form_has_nothing_to_step_through(client: TestClient, parts: Parts) -> None:
    page = shown(client, parts, checked(seed_forms()[0]))

    assert 'id="next-doubt"' not in page
    assert re.search(r"Checks passed: \d+", text_of(page))


def test_forms_of_a_document_lead_to_each_other(client: TestClient, parts: Parts) -> None:
    job_id = read_through(parts.store, "roads", *seed_forms()[:3], pages=3)
    first, second, third = record_ids(parts, job_id)

    page = client.get(f"/records/{second}").text

    assert "Form 2 of 3" in text_of(page)
    assert re.search(rf'rel="prev" href="/records/{first}"', page)
    assert re.search(rf'rel="next" href="/records/{third}"', page)
    assert 'rel="prev"' not in client.get(f"/records/{first}").text
    assert 'rel="next"' not in client.get(f"/records/{third}").text


def test_what_a_document_says_is_shown_as_text(client: TestClient, parts: Parts) -> None:
    read = spoiled(
        seed_forms()[0], "/project_name", HOSTILE, status="review", alternatives=(HOSTILE,)
    )
    with_extra = read.model_copy(
        update={"record": read.record.model_copy(update={"extra": {HOSTILE: HOSTILE}})}
    )

    page = shown(client, parts, with_extra)

    assert text_of(page).count(HOSTILE) >= 4
    assert "<script>alert" not in page
    assert value_at(page, "/project_name")["data-raw"] == HOSTILE


def test_a_form_without_blocks_is_shown_all_the_same(client: TestClient, parts: Parts) -> None:
    page = shown(client, parts, form())

    assert value_at(page, "/project_name")["data-raw"] == "道路养护"
    assert "<table" not in page


def test_records_are_found_by_what_is_asked_for(client: TestClient, parts: Parts) -> None:
    read_through(parts.store, "roads", form("f1", project="道路养护"), form("f2", "review", "桥梁"))

    def names(**asked: str | int) -> set[str]:
        text = text_of(client.get("/records", params=asked).text)
        return {name for name in ("道路养护", "桥梁") if name in text}

    assert names() == {"道路养护", "桥梁"}
    assert names(text="桥") == {"桥梁"}
    assert names(status="review") == {"桥梁"}
    assert names(year=2023, department="财政局") == {"道路养护", "桥梁"}
    assert names(year=2022) == set()
    assert names(text="", year="", department="", status="ok") == {"道路养护"}


def test_an_empty_list_says_why(client: TestClient) -> None:
    assert "No records yet" in text_of(client.get("/records").text)
    assert "No record fits" in text_of(client.get("/records?text=x").text)


def test_records_come_in_pages_that_keep_the_question(
    client: TestClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "RECORDS_A_PAGE", 1)
    read_through(parts.store, "roads", form("f1", project="路一"), form("f2", project="路二"))

    first = client.get("/records?text=路").text
    (following,) = re.findall(r'href="(/records\?text=[^"]*cursor=[^"]*)"', first)
    second = client.get(following.replace("&amp;", "&")).text

    shown = [{name for name in ("路一", "路二") if name in page} for page in (first, second)]
    assert sorted(map(len, shown)) == [1, 1]
    assert shown[0] != shown[1]


@pytest.mark.parametrize("path", ["/records?status=odd", "/records?year=x"])
def test_a_question_that_makes_no_sense_is_told_as_a_page(client: TestClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("text/html")


def test_a_record_that_is_not_there_is_told_as_a_page(client: TestClient) -> None:
    answer = client.get("/records/none")

    assert answer.status_code == 404
    assert "record_not_found" in answer.text
