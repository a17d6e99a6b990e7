"""The rows of a campaign's manifest for its catalogue, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from core.readings import Frozen
from core.store.database import Store
from core.store.items import ItemState, state_of, with_runs
from core.store.tables import CampaignItem, Record, Run

BATCH = 500


class CatalogueRow(Frozen):
    """A row of the manifest; `file` is its path. `page_count` is None where nobody knows it."""

    item_number: str | None
    archive_number: str | None
    box: str | None
    fiscal_year: int | None
    department: str | None
    project_name: str | None
    file: str
    page_count: int | None
    state: ItemState
    record_count: int


def catalogue_rows(store: Store, campaign_id: str) -> Iterator[CatalogueRow]:
    """Yield all rows in the order of the manifest.

    The database is asked for `BATCH` rows at a time: memory does not grow with the campaign, and no
    transaction lasts as long as a download.
    """
    records = (
        select(func.count())
        .where(Record.sha256 == CampaignItem.sha256, CampaignItem.job_id.is_not(None))
        .correlate(CampaignItem)
        .scalar_subquery()
    )
    item = CampaignItem
    query = (
        with_runs(
            select(
                item.id,
                item.item_number,
                item.archive_number,
                item.box,
                item.fiscal_year,
                item.department,
                item.project_name,
                item.path.label("file"),
                func.coalesce(func.nullif(Run.pages_total, 0), item.pages).label("page_count"),
                state_of().label("state"),
                records.label("record_count"),
            )
        )
        .where(item.campaign_id == campaign_id)
        .order_by(item.id)
        .limit(BATCH)
    )
    after = ""
    while True:
        with store.reading() as session:
            found = session.execute(query.where(item.id > after)).mappings().all()
        for row in found:
            yield CatalogueRow(**{name: value for name, value in row.items() if name != "id"})
        if len(found) < BATCH:
            return
        after = found[-1]["id"]
