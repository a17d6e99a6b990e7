"""See what a campaign covers and what it lacks, and take its catalogue out."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Response

from api.campaigns.asked import CAMPAIGN_ERRORS, ToRead
from api.downloads import MEDIA_TYPES, written
from api.examples import COVERAGE, answered
from api.languages import LanguageWanted
from api.parameters import Text
from api.parts import PartsNeeded
from api.problems import problems
from core.errors import OutputFailed
from core.exports.coverage import write_coverage
from core.exports.item_catalogue import write_catalogue
from core.places import incoming_folder
from core.store.coverage import Coverage, coverage
from core.store.item_catalogue import catalogue_rows

router = APIRouter(prefix="/api/v1", tags=["campaigns"])

ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The matrix, a line for each of its cells.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}

CATALOGUE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The catalogue, a line for each row of the manifest.",
        "content": {
            MEDIA_TYPES["xlsx"]: {"schema": {"type": "string", "format": "binary"}},
            "text/csv": {"schema": {"type": "string"}},
        },
    }
}


@router.get(
    "/campaigns/{name}/coverage",
    responses={**answered(COVERAGE), **problems(*CAMPAIGN_ERRORS)},
)
def get_coverage(campaign: ToRead, parts: PartsNeeded, department: Text = None) -> Coverage:
    """Count the files of a campaign by year and department, and find what is lacking.

    With `department`, its files by year and project; an empty one stands for the files of none.
    `missing` are rows of the catalogue without a file. `cut` says that there is more than is told.
    """
    return coverage(parts.store, campaign.id, campaign.name, department)


@router.get(
    "/campaigns/{name}/coverage.csv",
    response_class=Response,
    responses={**ANSWER, **problems(*CAMPAIGN_ERRORS)},
)
def get_coverage_file(
    campaign: ToRead,
    parts: PartsNeeded,
    language: LanguageWanted,
    department: Text = None,
) -> Response:
    """Download the matrix of a campaign as CSV (UTF-8 with a byte order mark)."""
    found = coverage(parts.store, campaign.id, campaign.name, department)
    return written(
        lambda out: write_coverage(found.cells, out, language),
        "csv",
        "dangan-coverage",
        incoming_folder(parts.settings),
    )


@router.get(
    "/campaigns/{name}/catalogue.{suffix}",
    response_class=Response,
    responses={**CATALOGUE, **problems(*CAMPAIGN_ERRORS, OutputFailed)},
)
def get_catalogue_file(
    campaign: ToRead,
    suffix: Literal["csv", "xlsx"],
    parts: PartsNeeded,
    language: LanguageWanted,
) -> Response:
    """Download the catalogue of a campaign: where each file belongs and how it stands.

    Rows are in the order of the manifest, those of a given catalogue without a file among them.
    """
    rows = catalogue_rows(parts.store, campaign.id)
    return written(
        lambda out: write_catalogue(rows, out, suffix, language),
        suffix,
        "dangan-catalogue",
        incoming_folder(parts.settings),
    )
