"""Take records out, all of them or some, as one file."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Response

from api.callers import KEY_ERRORS
from api.downloads import MEDIA_TYPES, written
from api.languages import LanguageWanted
from api.parts import PartsNeeded
from api.problems import problems
from api.records import Wanted
from core.errors import MissingExtra, OutputFailed
from core.exports import write
from core.places import incoming_folder
from core.store.archive import archived

router = APIRouter(prefix="/api/v1", tags=["records"])

ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The records, in the format that was asked for.",
        "content": {
            MEDIA_TYPES["xlsx"]: {"schema": {"type": "string", "format": "binary"}},
            "text/csv": {"schema": {"type": "string"}},
            MEDIA_TYPES["jsonl"]: {"schema": {"type": "string"}},
            MEDIA_TYPES["parquet"]: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.get(
    "/exports/records.{suffix}",
    response_class=Response,
    responses={**ANSWER, **problems(*KEY_ERRORS, OutputFailed, MissingExtra)},
)
def get_records_file(
    suffix: Literal["xlsx", "csv", "jsonl", "parquet"],
    parts: PartsNeeded,
    wanted: Wanted,
    language: LanguageWanted,
) -> Response:
    """Download records with their corrections; the filters are those of `/records`.

    Records that a better one stands for are left out unless they are asked for. XLSX has a sheet each for projects, indicators, funding and findings and marks what is doubtful;
    CSV is one table in long form; JSONL has a form a line, complete; Parquet has a form a row, where its library is
    installed. All say where the catalogue of a campaign puts the file.
    """
    if wanted.superseded is None:
        wanted = wanted.model_copy(update={"superseded": False})
    found = archived(parts.store, wanted)
    return written(
        lambda out: write(suffix, found, out, language, array=True),
        suffix,
        "dangan-records",
        incoming_folder(parts.settings),
    )
