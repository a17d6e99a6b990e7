"""Addresses that lead nowhere."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/static/none.css", 404)])
def test_a_person_is_shown_a_page_and_a_program_a_problem(
    client: TestClient, path: str, status: int
) -> None:
    page = client.get(path, headers={**BROWSER, "Accept-Language": "zh"})
    assert page.status_code == status
    assert page.headers["content-type"].startswith("text/html")
    assert 'href="/"' in page.text
    assert 'role="alert"' in page.text
    for accepted in ({}, {"Accept": "application/json"}):
        problem = client.get(path, headers=accepted)
        assert (problem.status_code, problem.json()["code"]) == (status, "not_found")


def test_a_method_that_is_not_there(client: TestClient) -> None:
    page = client.put("/records", headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (405, "text/html; charset=utf-8")
    assert page.headers["allow"] == "GET"


def test_calls_of_the_api_answer_programs_whatever_they_accept(client: TestClient) -> None:
    answer = client.get("/api/v1/nowhere", headers=BROWSER)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["content-type"] == "application/problem+json"
