"""What a campaign covers, as a matrix that a person can read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request, Response

from api.callers import Caller, require
from api.campaigns.asked import CampaignName
from api.pages.campaign_view import address_of
from api.pages.rendering import page
from api.pages.routes import page_router
from api.parameters import Text
from api.parts import PartsNeeded
from api.views import ROOT
from core.readings import Frozen
from core.store.campaigns import find_campaign
from core.store.coverage import CoverageCell, Standing, coverage

TOLD: tuple[Standing, ...] = ("missing", "review", "failed", "open", "duplicate")
"""What a cell tells beside what was found, the most pressing first."""

router = page_router()


class Square(Frozen):
    """A cell as it is shown: what was found, of how many, and what else there is."""

    found: int
    total: int
    rest: tuple[tuple[Standing, int], ...]


class Line(Frozen):
    """A department or project with a square for each year, None where there is nothing, and in all."""

    name: str | None
    url: str | None
    squares: tuple[Square | None, ...]
    whole: Square


@router.get("/campaigns/{name}/coverage")
def get_coverage(
    name: CampaignName,
    request: Request,
    parts: PartsNeeded,
    caller: Annotated[Caller, Depends(require("read"))],
    department: Text = None,
) -> Response:
    """Show years by departments, or by the projects of one."""
    campaign = find_campaign(parts.store, name, caller.owner)
    found = coverage(parts.store, campaign.id, campaign.name, department)
    address = address_of(campaign)
    here = f"{address}/coverage"
    years = sorted({it.fiscal_year for it in found.cells}, key=lambda it: (it is None, it or 0))
    query = "" if department is None else f"?{urlencode({'department': department})}"
    return page(
        request,
        "coverage.html",
        found=found,
        years=years,
        lines=_lines(found.cells, years, None if department is not None else here),
        whole=_square(found.cells),
        campaign_url=address,
        here_url=here,
        file_url=f"{ROOT}{here}.csv{query}",
    )


def _lines(
    cells: Sequence[CoverageCell], years: Sequence[int | None], here: str | None
) -> tuple[Line, ...]:
    """Return a line for each department, with the way to its projects, or for each project."""
    grouped: dict[str | None, list[CoverageCell]] = {}
    for cell in cells:
        grouped.setdefault(cell.department if here else cell.project_name, []).append(cell)
    return tuple(
        Line(
            name=name,
            url=f"{here}?{urlencode({'department': name or ''})}" if here else None,
            squares=tuple(_of_year(grouped[name], year) for year in years),
            whole=_square(grouped[name]),
        )
        for name in sorted(grouped, key=lambda it: (it is None, it or ""))
    )


def _of_year(cells: Sequence[CoverageCell], year: int | None) -> Square | None:
    within = [cell for cell in cells if cell.fiscal_year == year]
    return _square(within) if within else None


def _square(cells: Sequence[CoverageCell]) -> Square:
    rest = tuple((standing, sum(getattr(it, standing) for it in cells)) for standing in TOLD)
    found = sum(cell.found for cell in cells)
    return Square(
        found=found + dict(rest)["review"],
        total=found + sum(count for standing, count in rest if standing != "duplicate"),
        rest=tuple((standing, count) for standing, count in rest if count),
    )
