"""What the pages show of campaigns, in words: from the store's views to what a template prints."""

from __future__ import annotations

from math import ceil
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import quote

from api.views import ROOT, trouble_out
from core.bells import Priority
from core.exports.wording import word
from core.messages import Language, catalogue, say
from core.readings import Frozen
from core.store.campaign_progress import CampaignProgress, Failure
from core.store.campaigns import CampaignView
from core.store.items import ITEM_STATES, OPEN_ITEMS, ItemState, ItemView

CampaignStanding = Literal["empty", "running", "paused", "ended"]

CHIPS: dict[ItemState, str] = {
    "done": "ok",
    "review": "review",
    "queued": "queued",
    "running": "running",
    "failed": "failed",
    "refused": "failed",
    "vanished": "failed",
    "changed": "review",
    "missing": "failed",
}
"""The colour of a state, by the name that the style sheet has for it; the others have none."""


class StateCount(Frozen):
    """How many files stand at a state, and where they are listed."""

    state: ItemState
    told: str
    chip: str
    count: int
    url: str


class FailureRow(Frozen):
    """Why files or pages failed, in words; `more` files are not named here."""

    code: str
    told: str
    files: int
    pages: int
    paths: tuple[str, ...]
    url: str


class CampaignRow(Frozen):
    """A campaign as it stands; `share_done` counts pages, as far as they are known."""

    id: str
    name: str
    url: str
    standing: CampaignStanding
    priority: Priority
    files: int
    open: int
    done: int
    pages: int
    pages_ended: int
    pages_failed: int
    records: int
    bytes: int
    pace: str
    left: str


class ItemRow(Frozen):
    """A file of a campaign: what the catalogue or its name says of it, and how it stands."""

    id: str
    path: str
    told: str
    chip: str
    about: str
    pages: str
    url: str | None
    trouble: str


def address_of(campaign: CampaignView) -> str:
    """Return the path of a campaign's page: by its name, or by its id where no path can hold that."""
    unfit = "/" in campaign.name or campaign.name in {"", ".", ".."}
    return f"/campaigns/{campaign.id if unfit else quote(campaign.name, safe='')}"


def campaign_row(
    campaign: CampaignView, progress: CampaignProgress, language: Language
) -> CampaignRow:
    """Show a campaign."""
    states = progress.states
    still_open = sum(states[state] for state in OPEN_ITEMS)
    return CampaignRow(
        id=campaign.id,
        name=campaign.name,
        url=address_of(campaign),
        standing=_standing(campaign, still_open),
        priority=campaign.priority,
        files=sum(states.values()),
        open=still_open,
        done=states["done"] + states["review"],
        pages=progress.pages,
        pages_ended=min(progress.pages, progress.pages_done + progress.pages_failed),
        pages_failed=progress.pages_failed,
        records=progress.records,
        bytes=progress.bytes,
        pace="" if progress.pages_per_hour is None else f"{progress.pages_per_hour:,.0f}",
        left=_left(campaign, progress, still_open, language),
    )


def state_counts(
    campaign: CampaignView, progress: CampaignProgress, language: Language
) -> tuple[StateCount, ...]:
    """Show the states that some file is at."""
    address = address_of(campaign)
    return tuple(
        StateCount(
            state=state,
            told=word(f"item_{state}", language),
            chip=CHIPS.get(state, ""),
            count=progress.states[state],
            url=f"{address}/files?state={state}",
        )
        for state in ITEM_STATES
        if progress.states[state]
    )


def failure_rows(
    campaign: CampaignView, failures: tuple[Failure, ...], language: Language
) -> tuple[FailureRow, ...]:
    """Show what failed, and the first of the files."""
    address = address_of(campaign)
    return tuple(
        FailureRow(
            code=failure.code,
            told=failure_told(failure.code, language),
            files=failure.files,
            pages=failure.pages,
            paths=failure.paths,
            url=f"{address}/files?code={quote(failure.code, safe='')}",
        )
        for failure in failures
    )


def failure_told(code: str, language: Language) -> str:
    """Say in a few words why a file or a page failed; a code without words stands for itself."""
    return catalogue(language)["failures"].get(code, code)


def item_row(item: ItemView, language: Language) -> ItemRow:
    """Show a file of a campaign."""
    trouble = trouble_out(item.trouble, language, PurePosixPath(item.path).name)
    return ItemRow(
        id=item.id,
        path=item.path,
        told=word(f"item_{item.state}", language),
        chip=CHIPS.get(item.state, ""),
        about=about(item, language),
        pages="" if item.pages is None else f"{item.pages_done + item.pages_failed}/{item.pages}",
        url=None if item.job_id is None else f"/jobs/{item.job_id}?document={item.position}",
        trouble="" if trouble is None else trouble.message,
    )


def about(item: ItemView, language: Language) -> str:
    """Say what is known of a file beside its name, on one line."""
    year = None if item.fiscal_year is None else word("year", language, year=item.fiscal_year)
    numbers = (
        say("pages", f"with_{name}", language, value=value)
        for name in ("box", "item_number", "archive_number")
        if (value := getattr(item, name))
    )
    return " · ".join(filter(None, (year, item.department, item.project_name, *numbers)))


def picture_of(item: ItemView) -> tuple[str | None, str | None]:
    """Return the addresses of a file's first page, in full and small, where it was read."""
    if item.job_id is None:
        return None, None
    pages = f"jobs/{item.job_id}/documents/{item.position}/pages/1"
    return f"{ROOT}/{pages}/picture", f"/{pages}/thumbnail"


def _standing(campaign: CampaignView, still_open: int) -> CampaignStanding:
    if not campaign.items:
        return "empty"
    if not still_open:
        return "ended"
    return campaign.state


def _left(
    campaign: CampaignView, progress: CampaignProgress, still_open: int, language: Language
) -> str:
    if not still_open or campaign.state == "paused" or progress.seconds_left is None:
        return ""
    hours, minutes = divmod(ceil(progress.seconds_left / 60), 60)
    if hours:
        return say("pages", "left_hours", language, hours=hours, minutes=minutes)
    return say("pages", "left_minutes", language, minutes=minutes)
