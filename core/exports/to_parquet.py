"""One row a form, nested as the record is, for DuckDB, pandas, Spark and the like.

Numbers are exact decimals, so that sums are those of the forms. What stands in the place of a number
and is none (`约10`, or more digits than fit) is null there and kept under its JSON Pointer in
`not_numbers`. Rows go to the disk in groups; a year's archive is never in memory at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from core.errors import MissingExtra
from core.exports.rows import SHELF_KEYS, shelf_values
from core.extraction import SCHEMA, Extraction, Form, Funding, Indicator, Record, Total
from core.readings import Frozen

if TYPE_CHECKING:
    import pyarrow as pa

PRECISION, SCALE = 38, 10
"""Of all decimals: 28 digits before the point and ten behind it."""

ROWS_A_GROUP = 1000

NUMBERS = frozenset(
    ("initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score")
)

_NUMBER = re.compile(rf"-?[0-9]{{1,{PRECISION - SCALE}}}(\.[0-9]{{1,{SCALE}}})?")


def require_parquet() -> None:
    """Raises `MissingExtra` where the library for Parquet is not installed."""
    if find_spec("pyarrow") is None:
        raise MissingExtra(format="parquet", extra="parquet")


def write_parquet(extractions: Iterable[Extraction], out: BinaryIO) -> None:
    """Write the forms of all documents; raises `MissingExtra`."""
    require_parquet()
    # Only there: half a second and 100 MB that no other format needs.
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    rows = (_row(extraction, form) for extraction in extractions for form in extraction.forms)
    with pq.ParquetWriter(out, schema(), compression="zstd") as writer:
        while group := list(islice(rows, ROWS_A_GROUP)):
            writer.write_batch(pa.RecordBatch.from_pylist(group, schema=schema()))


@cache
def schema() -> pa.Schema:
    """Return the columns with their types."""
    import pyarrow as pa  # noqa: PLC0415

    text, whole = pa.string(), pa.int32()

    def block(of: type[Frozen]) -> pa.DataType:
        decimal = pa.decimal128(PRECISION, SCALE)
        return pa.struct([(name, decimal if name in NUMBERS else text) for name in of.model_fields])

    check = pa.struct(
        [
            ("rule", text),
            ("verdict", text),
            ("fields", pa.list_(text)),
            ("expected", text),
            ("found", text),
        ]
    )
    doubt = pa.struct([("field", text), ("status", text), ("raw", text), ("why", text)])
    heading = [(name, whole if name == "fiscal_year" else text) for name in _heading_names()]
    return pa.schema(
        [
            ("file", text),
            ("sha256", text),
            ("pipeline", text),
            ("form", text),
            ("pages", pa.list_(whole)),
            *((key, whole if key == "catalogue_year" else text) for key in SHELF_KEYS),
            *heading,
            ("funding", pa.list_(block(Funding))),
            ("goals", pa.struct([("expected", text), ("actual", text)])),
            ("indicators", pa.list_(block(Indicator))),
            ("total", block(Total)),
            ("extra", pa.map_(text, text)),
            ("not_numbers", pa.map_(text, text)),
            ("doubts", pa.list_(doubt)),
            ("failed_checks", pa.list_(check)),
        ],
        metadata={"schema": SCHEMA},
    )


def _heading_names() -> list[str]:
    blocks = {"funding", "goals", "indicators", "total", "extra"}
    return [name for name in Record.model_fields if name not in blocks]


def _row(extraction: Extraction, form: Form) -> dict[str, Any]:
    record = form.record
    others: dict[str, str] = {}
    return {
        "file": extraction.source.file,
        "sha256": extraction.source.sha256,
        "pipeline": extraction.source.pipeline,
        "form": form.id,
        "pages": form.pages,
        **shelf_values(extraction),
        **{name: getattr(record, name) for name in _heading_names()},
        "funding": _blocks("/funding", record.funding, others),
        "goals": record.goals.model_dump(),
        "indicators": _blocks("/indicators", record.indicators, others),
        "total": _block("/total", record.total, others),
        "extra": list(record.extra.items()),
        "not_numbers": others,
        "doubts": list(_doubts(form)),
        "failed_checks": [
            check.model_dump(exclude={"message"})
            for check in form.checks
            if check.verdict != "pass"
        ],
    }


def _blocks(pointer: str, of: Iterable[Frozen], others: dict[str, str]) -> list[dict[str, Any]]:
    return [_block(f"{pointer}/{number}", block, others) for number, block in enumerate(of)]


def _block(pointer: str, of: Frozen, others: dict[str, str]) -> dict[str, Any]:
    """Return the values of a block, its numbers as decimals; other texts go to `others`."""
    values = of.model_dump()
    for name in NUMBERS & values.keys():
        text = values[name]
        values[name] = Decimal(text) if text and _NUMBER.fullmatch(text) else None
        if text and values[name] is None:
            others[f"{pointer}/{name}"] = text
    return values


def _doubts(form: Form) -> Iterator[dict[str, Any]]:
    for pointer, read in form.fields.items():
        if read.status != "ok":
            yield {"field": pointer, "status": read.status, "raw": read.raw, "why": read.why}
