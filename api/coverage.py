"""See what a campaign covers, and what it lacks."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response

from api.callers import KEY_ERRORS, Caller, require
from api.downloads import written
from api.examples import COVERAGE, answered
from api.languages import LanguageWanted
from api.parameters import Text
from api.parts import PartsNeeded
from api.problems import problems
from core.errors import CampaignNotFound
from core.exports.coverage import write_coverage
from core.places import incoming_folder
from core.store.campaigns import find_campaign
from core.store.coverage import Coverage, coverage

router = APIRouter(prefix="/api/v1", tags=["campaigns"])

Reader = Annotated[Caller, Depends(require("read"))]
CampaignName = Annotated[
    str,
    Path(
        pattern=r"^[^\x00]*$",
        max_length=255,
        description="its name or its id",
        examples=["2023年回填"],
    ),
]

ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The matrix, a line for each of its cells.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


@router.get(
    "/campaigns/{name}/coverage",
    responses={**answered(COVERAGE), **problems(*KEY_ERRORS, CampaignNotFound)},
)
def get_coverage(
    name: CampaignName, parts: PartsNeeded, caller: Reader, department: Text = None
) -> Coverage:
    """Count the files of a campaign by year and department, and find what is lacking.

    With `department`, its files by year and project; an empty one stands for the files of none.
    `missing` are rows of the catalogue without a file. `cut` says that there is more than is told.
    """
    campaign = find_campaign(parts.store, name, caller.owner)
    return coverage(parts.store, campaign.id, campaign.name, department)


@router.get(
    "/campaigns/{name}/coverage.csv",
    response_class=Response,
    responses={**ANSWER, **problems(*KEY_ERRORS, CampaignNotFound)},
)
def get_coverage_file(
    name: CampaignName,
    parts: PartsNeeded,
    caller: Reader,
    language: LanguageWanted,
    department: Text = None,
) -> Response:
    """Download the matrix of a campaign as CSV (UTF-8 with a byte order mark)."""
    campaign = find_campaign(parts.store, name, caller.owner)
    found = coverage(parts.store, campaign.id, campaign.name, department)
    return written(
        lambda out: write_coverage(found.cells, out, language),
        "csv",
        "dangan-coverage",
        incoming_folder(parts.settings),
    )
