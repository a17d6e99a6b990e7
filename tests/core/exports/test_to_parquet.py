"""Tests of the Parquet file, read back."""

from __future__ import annotations

import io
import sys
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import MissingExtra
from core.exports import to_parquet
from core.exports.to_parquet import schema, write_parquet
from core.extraction import Extraction
from tests.core.exports.doubtful import doubtful_extraction
from tests.core.exports.seed import seed_extraction, truth


def table(*extractions: Extraction) -> pa.Table:
    out = io.BytesIO()
    write_parquet(extractions, out)
    out.seek(0)
    return pq.read_table(out)


def test_every_form_is_a_row_with_exact_numbers() -> None:
    found = table(seed_extraction())
    assert found.schema.equals(schema())
    rows = found.to_pylist()
    assert [row["project_name"] for row in rows] == [form["project_name"] for form in truth()]
    for row, form in zip(rows, truth(), strict=True):
        assert row["fiscal_year"] == 2023
        assert row["funding"][0]["executed"] == Decimal(
            form["funding"][0]["executed"].replace(",", "")
        )
        assert [one["target"] for one in row["indicators"]] == [
            one["target"] for one in form["indicators"]
        ]
        assert (
            sum(one["score"] for one in row["indicators"]) + row["funding"][0]["score"]
            == (row["total"]["score"])
        )
        assert row["extra"] == [("填报人", "张三")]


def test_doubts_and_failed_checks_come_along() -> None:
    first, second = table(doubtful_extraction()).to_pylist()
    assert [doubt["field"] for doubt in first["doubts"]] == [
        "/funding/0/executed",
        "/indicators/1/target",
        "/indicators/2/score",
        "/total/score",
    ]
    assert first["failed_checks"][0]["rule"] == "weights_sum"
    assert (second["doubts"], second["failed_checks"]) == ([], [])


@pytest.mark.parametrize("text", ["约10", "1" * 29, "0." + "1" * 11, "1e5", "NaN"])
def test_what_is_no_number_is_kept_as_text(text: str) -> None:
    extraction = seed_extraction(forms=1)
    form = extraction.forms[0]
    total = form.record.total.model_copy(update={"score": text, "weight": ""})
    record = form.record.model_copy(update={"total": total})
    changed = form.model_copy(update={"record": record})
    (row,) = table(extraction.model_copy(update={"forms": (changed,)})).to_pylist()
    assert row["total"] == {"score": None, "weight": None}
    assert dict(row["not_numbers"])["/total/score"] == text


def test_rows_are_written_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(to_parquet, "ROWS_A_GROUP", 4)
    out = io.BytesIO()
    write_parquet([seed_extraction()], out)
    read = pq.ParquetFile(out)
    groups = [read.metadata.row_group(number).num_rows for number in range(read.num_row_groups)]
    assert groups == [4, 4, 2]


def test_without_the_library_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(to_parquet, "find_spec", lambda name: None if name == "pyarrow" else sys)
    with pytest.raises(MissingExtra) as raised:
        write_parquet([], io.BytesIO())
    assert raised.value.details["extra"] == "parquet"
