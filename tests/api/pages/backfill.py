"""A campaign for the pages to show, half-way: files at every state, made behind the API's back."""

from __future__ import annotations

from core.blobs import Blobs
from core.errors import EncryptedFile
from core.extraction import FieldStatus
from core.store import Store
from core.store.campaigns import CampaignView, create_campaign, find_campaign
from core.store.items import ManifestRow, add_manifest, wanted_items
from core.store.leases import Trouble
from core.store.runs import claim_opening, fail_run
from core.store.submission import Upload
from core.store.taking import refuse_bytes, take_item
from tests.api.pages.desk import HOSTILE, draw
from tests.core.store.orders import LIMITS, ME, finish_job, form, sha_of

NAME = "2021—2023 年回填"
DEPARTMENTS = ("财政局", "教育局", "民政局")
READ = 12
"""Files that are read, four of each year; one in five has something to check."""


def file_row(path: str, content: str | None = None, **more: object) -> ManifestRow:
    return ManifestRow.model_validate(
        {"path": path, "size": 120_000, "sha256": sha_of(content or path), **more}
    )


def backfill(store: Store, blobs: Blobs, name: str = NAME) -> CampaignView:
    """Make the campaign: read, in doubt, damaged, encrypted, missing, twice the same, still to come."""
    campaign, _ = create_campaign(store, "", name)
    read = [
        file_row(
            f"{2021 + number % 3}/{DEPARTMENTS[number % 3]}/{HOSTILE if number == 0 else number}.pdf",
            f"{name}-{number}",
            fiscal_year=2021 + number % 3,
            department=DEPARTMENTS[number % 3],
            box="012",
            item_number=f"{number + 1:04}",
            archive_number=f"X043-{number:05}",
            declared=("fiscal_year", "department", "box", "item_number", "archive_number"),
        )
        for number in range(READ)
    ]
    others = [
        file_row("2021/教育局/损坏.pdf", f"{name}-damaged", department="教育局"),
        file_row("2021/教育局/有密码.pdf", f"{name}-locked", department="教育局"),
        file_row("2021/教育局/副本.pdf", f"{name}-1", fiscal_year=2022),
        file_row("2023/民政局/未传.pdf", f"{name}-later", fiscal_year=2023, department="民政局"),
        ManifestRow(path="=目录第9行", standing="missing", fiscal_year=2022, item_number="0020"),
    ]
    add_manifest(store, campaign.id, [*read, *others])
    for item in wanted_items(store, campaign.id).items:
        if item.path.endswith("有密码.pdf"):
            refuse_bytes(store, campaign.id, str(item.sha256), Trouble(code=EncryptedFile.code))
        elif not item.path.endswith(("未传.pdf", "副本.pdf")):
            _read(store, blobs, campaign.id, item.id, item.path)
    return find_campaign(store, name)


def _read(store: Store, blobs: Blobs, campaign_id: str, item_id: str, path: str) -> None:
    (sha256,) = (it.sha256 for it in wanted_items(store, campaign_id).items if it.id == item_id)
    assert sha256 is not None
    upload = Upload(name=path, sha256=sha256, size=120_000, media_type="application/pdf")
    taken = take_item(store, campaign_id, item_id, upload)
    assert taken.item.job_id is not None
    if path.endswith("损坏.pdf"):
        work = claim_opening(store, taken.bells[0].id, ME, LIMITS)
        assert work is not None
        fail_run(store, work.lease, Trouble(code="damaged_file", details={"reason": "cut_off"}))
        return
    status: FieldStatus = "review" if path.endswith(("4.pdf", "9.pdf")) else "ok"
    finish_job(store, taken.item.job_id, form("f1", status, project=f"项目{path[-6:-4]}"))
    draw(store, blobs, taken.item.job_id)
