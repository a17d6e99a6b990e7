"""Tests of JSON and JSON lines."""

from __future__ import annotations

import io
import json

import pytest

from core.exports.to_json import write_json
from core.exports.to_jsonl import write_jsonl
from core.extraction import SCHEMA, Extraction
from tests.core.exports.doubtful import doubtful_extraction
from tests.core.exports.seed import seed_extraction


def written(*extractions: Extraction, array: bool) -> str:
    out = io.BytesIO()
    write_json(extractions, out, array=array)
    return out.getvalue().decode()


@pytest.mark.parametrize("extraction", [seed_extraction(), doubtful_extraction()])
def test_an_object_is_the_whole_document(extraction: Extraction) -> None:
    text = written(extraction, array=False)
    assert json.loads(text)["schema"] == SCHEMA
    assert Extraction.model_validate_json(text) == extraction


@pytest.mark.parametrize("count", [0, 1, 3])
def test_an_array_holds_any_number(count: int) -> None:
    extraction = seed_extraction(forms=1)
    found = json.loads(written(*[extraction] * count, array=True))
    assert [Extraction.model_validate(one) for one in found] == [extraction] * count


def test_a_page_and_a_form_are_a_line_each() -> None:
    lines = written(doubtful_extraction(), array=False).splitlines()
    pages = [json.loads(line.strip(" ,]")) for line in lines if '"skew_deg"' in line]
    assert [page["number"] for page in pages] == [1, 2, 3, 4, 5, 6, 7]


def test_json_lines_are_a_line_a_form_and_a_line_an_issue() -> None:
    extraction = doubtful_extraction()
    out = io.BytesIO()
    write_jsonl([extraction, seed_extraction()], out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["kind"] for line in lines] == ["form"] * 2 + ["issue"] * 2 + ["form"] * 10
    assert {line["schema"] for line in lines} == {SCHEMA}
    first = lines[0]
    assert first["source"]["file"] == "songjiang-2023.pdf"
    assert first["pages"] == [1, 2]
    assert first["record"] == extraction.forms[0].record.model_dump(mode="json")
    assert first["fields"]["/indicators/2/score"]["status"] == "missing"
    assert lines[2]["code"] == "stale_year"
