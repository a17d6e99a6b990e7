"""The calls of the API about one campaign, and what the client looks at in their answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from pydantic import RootModel

from cli.client.patience import Patience
from cli.client.server import Server
from cli.client.upload import Sent
from cli.client.views import Seen
from core.bells import Priority
from core.errors import CampaignNotFound
from core.store.items import ManifestRow
from core.store.tables import CampaignState

CAMPAIGNS = "api/v1/campaigns"
ROWS_AT_ONCE = 500
"""Rows of a manifest in one call; the server takes up to 1,000."""

LISTED_AT_ONCE = 200

What = Literal["failed", "outdated"]


class Campaign(Seen):
    """A campaign; `items` counts the rows of its manifest."""

    id: str
    name: str
    state: CampaignState
    priority: Priority
    items: int


class CampaignList(RootModel[tuple[Campaign, ...]]):
    """All campaigns, the newest first."""


class ItemTrouble(Seen):
    """Why a file failed."""

    code: str
    message: str = ""


class Item(Seen):
    """A file of a campaign as it stands."""

    id: str
    path: str
    state: str
    size: int | None
    sha256: str | None
    pages: int | None
    fiscal_year: int | None
    department: str | None
    project_name: str | None
    box: str | None
    item_number: str | None
    archive_number: str | None
    job_id: str | None
    trouble: ItemTrouble | None


class ItemList(Seen):
    """Files in the order of the manifest; `next` is the cursor of what follows."""

    items: tuple[Item, ...]
    next: str | None


class ManifestTaken(Seen):
    """What became of rows."""

    new: int
    changed: int
    known: int


class Progress(Seen):
    """How a campaign stands."""

    states: dict[str, int]
    pages: int
    pages_done: int
    pages_failed: int
    records: int
    pages_per_hour: float | None
    seconds_left: float | None


class Failure(Seen):
    """What failed for one reason; `paths` names some of the files."""

    code: str
    files: int
    pages: int
    paths: tuple[str, ...]


class FailureList(Seen):
    """What failed, the most frequent reason first."""

    items: tuple[Failure, ...]


class Rerun(Seen):
    """How many jobs were begun anew, and how many are left for the next call."""

    started: int
    left: int


class CampaignCalls:
    """One campaign of a server. All raise what the calls of `Server` raise."""

    def __init__(self, server: Server, campaign: Campaign, patience: Patience) -> None:
        self._server = server
        # By its id: a name may hold what no address does.
        self._path = f"{CAMPAIGNS}/{quote(campaign.id, safe='')}"
        self._patience = patience

    def view(self) -> Campaign:
        return self._server.ask(self._path, Campaign, self._patience)

    def enter(self, rows: Sequence[ManifestRow]) -> ManifestTaken:
        """Enter rows into the manifest; the same rows again change nothing."""
        told = {"rows": [row.model_dump(mode="json") for row in rows]}
        return self._server.tell(f"{self._path}/manifest", told, ManifestTaken, self._patience)

    def wanted(self, under: str) -> Iterator[ItemList]:
        """Yield the files whose bytes are wanted, some at a time."""
        return self._listed("wanted", under=under)

    def items(self, under: str | None = None, state: str | None = None) -> Iterator[Item]:
        """Yield files in the order of the manifest."""
        for page in self._listed("items", under=under, state=state):
            yield from page.items

    def send(self, item_id: str, file: Path, begin: Callable[[], Sent]) -> Item:
        """Send the bytes of a file; raises `UnreadableFile`."""
        path = f"{self._path}/items/{item_id}/content"
        return self._server.put(path, file, begin, Item, self._patience)

    def progress(self) -> Progress:
        return self._server.ask(f"{self._path}/progress", Progress, self._patience)

    def failures(self) -> tuple[Failure, ...]:
        return self._server.ask(f"{self._path}/failures", FailureList, self._patience).items

    def pause(self) -> Campaign:
        return self._told("pause", {})

    def resume(self) -> Campaign:
        return self._told("resume", {})

    def prioritise(self, priority: Priority) -> Campaign:
        return self._told("priority", {"priority": priority})

    def rerun(self, what: What) -> Rerun:
        """Have files read again, a number of them at a time."""
        told = {"what": what}
        return self._server.tell(f"{self._path}/rerun", told, Rerun, self._patience)

    def _told(self, step: str, content: object) -> Campaign:
        return self._server.tell(f"{self._path}/{step}", content, Campaign, self._patience)

    def _listed(self, step: str, **wanted: str | None) -> Iterator[ItemList]:
        cursor: str | None = None
        while True:
            page = self._server.ask(
                f"{self._path}/{step}",
                ItemList,
                self._patience,
                cursor=cursor,
                limit=LISTED_AT_ONCE,
                **wanted,
            )
            yield page
            cursor = page.next
            if cursor is None:
                return


def make_campaign(
    server: Server, name: str, priority: Priority, patience: Patience
) -> tuple[CampaignCalls, Campaign]:
    """Make a campaign where there is none of that name, and return it."""
    content = {"name": name, "priority": priority}
    made = server.tell(CAMPAIGNS, content, Campaign, patience)
    return CampaignCalls(server, made, patience), made


def find_campaign(server: Server, name: str, patience: Patience) -> tuple[CampaignCalls, Campaign]:
    """Return the newest campaign of that name or id; raises `CampaignNotFound`."""
    listed = server.ask(CAMPAIGNS, CampaignList, patience).root
    for campaign in listed:
        if name in {campaign.name, campaign.id}:
            return CampaignCalls(server, campaign, patience), campaign
    raise CampaignNotFound(campaign=name)
