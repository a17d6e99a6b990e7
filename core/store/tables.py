"""What is stored.

    documents ─< runs ─< pages ─ page_results        what was read, once for each pipeline
        │          └────────────< records
        └──────< job_documents >── jobs ─< deliveries    who asked for it
    sheet_prints, sheet_marks    what pages are compared by, to find sheets that were scanned twice
    duplicates     two records that may be one, and what a person said of them
    corrections    append-only, by document and form: they outlive runs and records
    loose_blobs    bytes that no document vouches for
    api_keys       hashes only
    tallies        what has been done so far, counted: they outlive what they count
    processes      who was at work lately
    campaigns ─< campaign_items     a back-fill, and each file of its manifest: linked to the job it came in by
    acceptances ─< acceptance_samples, acceptance_findings    samples drawn of a campaign; what people found, append-only

A *run* is one pass of one pipeline over one document: open it, read its pages, assemble its forms. Jobs
share runs, so the same bytes are read once however often they come. Times are UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import JSON

from core.bells import Priority

JobState = Literal["queued", "running", "succeeded", "needs_review", "failed", "cancelled"]
Stage = Literal["opening", "reading", "assembling", "done", "failed"]
PageState = Literal["waiting", "done", "failed"]
RecordStatus = Literal["ok", "review", "corrected"]
DuplicateKind = Literal["scan", "record"]
Judgement = Literal["open", "same", "different"]
DeliveryState = Literal["waiting", "delivered", "given_up"]
Role = Literal["worker", "scheduler"]
CampaignState = Literal["running", "paused"]
Standing = Literal["planned", "duplicate", "refused", "vanished", "changed", "missing"]

JsonObject = dict[str, Any]


class Moment(TypeDecorator[datetime]):
    """A point in time, aware and in UTC, on databases that know time zones and on those that don't."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The tables; constraints have names, so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: Moment,
        JsonObject: JSON,
        list[JsonObject]: JSON,
        list[str]: JSON,
        JobState: String(16),
        Priority: String(16),
        Stage: String(16),
        PageState: String(16),
        RecordStatus: String(16),
        DuplicateKind: String(16),
        Judgement: String(16),
        DeliveryState: String(16),
        Role: String(16),
        CampaignState: String(16),
        Standing: String(16),
    }


class Leased:
    """Work that one process at a time holds.

    It is held while `token` is set and `lease_until` has not passed. `attempts` counts every start,
    also those of processes that were killed for reasons of their own; `crashes` those in which this
    very work ended its process or took too long. `holder` is the process, `host:pid`. `rung_at` is
    when a bell was last rung for it, None for never. `trouble` and `trouble_details` say why it failed: the code of
    an error and the values its message names.
    """

    attempts: Mapped[int] = mapped_column(default=0)
    crashes: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(String(32))
    holder: Mapped[str | None] = mapped_column(String(255))
    lease_until: Mapped[datetime | None]
    rung_at: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(String(64))
    trouble_details: Mapped[JsonObject] = mapped_column(default=dict)


def held_index(table: str) -> Index:
    """Return an index of the rows that somebody holds: few, however many wait or are done."""
    held = text("lease_until IS NOT NULL")
    return Index(f"ix_{table}_lease_until", "lease_until", sqlite_where=held, postgresql_where=held)


class Document(Base):
    """Bytes that somebody uploaded, named by their SHA-256. `pages` is None until it was opened."""

    __tablename__ = "documents"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    pages: Mapped[int | None]
    created: Mapped[datetime]


class Run(Leased, Base):
    """One pass over a document. `generation` goes up when somebody wants it read anew.

    `parked` means that nobody waits for it any more: no page of it starts. `changes` goes up with
    every change that a person watching could see.
    """

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("sha256", "pipeline", "generation"),
        Index("ix_runs_stage_parked_rung_at", "stage", "parked", "rung_at"),
        held_index("runs"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("documents.sha256", ondelete="CASCADE"))
    pipeline: Mapped[str] = mapped_column(String(64))
    generation: Mapped[int]
    stage: Mapped[Stage]
    parked: Mapped[bool] = mapped_column(default=False)
    priority: Mapped[Priority]
    pages_total: Mapped[int] = mapped_column(default=0)
    pages_done: Mapped[int] = mapped_column(default=0)
    pages_failed: Mapped[int] = mapped_column(default=0)
    forms: Mapped[int] = mapped_column(default=0)
    needs_review: Mapped[bool] = mapped_column(default=False)
    extraction: Mapped[str | None] = mapped_column(Text, deferred=True)
    changes: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime]
    updated: Mapped[datetime]


class Page(Leased, Base):
    """One page of a run, counted from 1."""

    __tablename__ = "pages"
    __table_args__ = (
        UniqueConstraint("run_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        Index("ix_pages_state_rung_at", "state", "rung_at"),
        held_index("pages"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[PageState]


class PageResult(Base):
    """What was read on a page that is done: a `core.readings.PageReading` as JSON."""

    __tablename__ = "page_results"

    page_id: Mapped[str] = mapped_column(
        ForeignKey("pages.id", ondelete="CASCADE"), primary_key=True
    )
    reading: Mapped[str] = mapped_column(Text)


class Job(Base):
    """What somebody asked for. `owner` is the id of an API key, or `""` where none are in use.

    `refused` are the files that came along and cannot be read (`core.store.submission.RefusedFile`).
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("uq_jobs_idempotency_key", "owner", "idempotency_key", unique=True),
        Index("ix_jobs_state_id", "state", "id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(32), default="")
    state: Mapped[JobState]
    priority: Mapped[Priority]
    options: Mapped[JsonObject]
    refused: Mapped[list[JsonObject]] = mapped_column(default=list)
    callback_url: Mapped[str | None] = mapped_column(String(2000))
    idempotency_key: Mapped[str | None] = mapped_column(String(255))
    fingerprint: Mapped[str] = mapped_column(String(64))
    trouble: Mapped[str | None] = mapped_column(String(64))
    trouble_details: Mapped[JsonObject] = mapped_column(default=dict)
    changes: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime]
    updated: Mapped[datetime]
    finished: Mapped[datetime | None]


class JobDocument(Base):
    """A document of a job, under the name that it came with, in the order of the upload."""

    __tablename__ = "job_documents"
    __table_args__ = (Index("ix_job_documents_run_id", "run_id"),)

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"))
    name: Mapped[str] = mapped_column(String(1024))


class Record(Base):
    """A form as it was last read; `version` goes up with every run and every correction.

    `form` is a `core.extraction.Form` as JSON without corrections; the columns beside it hold the
    values with corrections, for searching. `same_key` is shared by records of one evaluation
    (`core.duplicates.records.same_record_key`); a record that a better one stands for names it in
    `superseded_by`.
    """

    __tablename__ = "records"
    __table_args__ = (
        UniqueConstraint("sha256", "form_id"),
        Index("ix_records_fiscal_year_id", "fiscal_year", "id"),
        Index("ix_records_run_id", "run_id"),
        Index("ix_records_status", "status"),
        Index("ix_records_same_key", "same_key"),
        Index("ix_records_superseded_by", "superseded_by"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("documents.sha256", ondelete="CASCADE"))
    form_id: Mapped[str] = mapped_column(String(128))
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    position: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    fiscal_year: Mapped[int | None]
    project_name: Mapped[str | None] = mapped_column(Text)
    department: Mapped[str | None] = mapped_column(Text)
    implementing_unit: Mapped[str | None] = mapped_column(Text)
    status: Mapped[RecordStatus]
    same_key: Mapped[str | None] = mapped_column(String(64))
    superseded_by: Mapped[str | None] = mapped_column(ForeignKey("records.id", ondelete="SET NULL"))
    form: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime]
    updated: Mapped[datetime]


class Correction(Base):
    """A value that a person put in place of what was read. Never changed, never removed alone."""

    __tablename__ = "corrections"
    __table_args__ = (Index("ix_corrections_sha256_form_id_id", "sha256", "form_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    form_id: Mapped[str] = mapped_column(String(128))
    pointer: Mapped[str] = mapped_column(String(255))
    before: Mapped[str | int | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[str | int | None] = mapped_column(JSON(none_as_null=True))
    by: Mapped[str] = mapped_column(String(255))
    reason: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime]


class SheetPrintRow(Base):
    """What a page of a document is compared by (`core.duplicates.sheets.SheetPrint`), as last read."""

    __tablename__ = "sheet_prints"

    sha256: Mapped[str] = mapped_column(
        ForeignKey("documents.sha256", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    print: Mapped[str] = mapped_column(Text)


class SheetMark(Base):
    """A number by which a page is found again (`core.duplicates.sheets.marks_of`)."""

    __tablename__ = "sheet_marks"
    __table_args__ = (Index("ix_sheet_marks_mark", "mark"),)

    sha256: Mapped[str] = mapped_column(
        ForeignKey("documents.sha256", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class Duplicate(Base):
    """Two records that may be one: `first` was on file before. `likeness` is 0.0–1.0.

    `kind` says whether it is the same sheet, scanned again, or the same record on another one.
    """

    __tablename__ = "duplicates"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        Index("ix_duplicates_second_id", "second_id"),
        Index("ix_duplicates_judgement_id", "judgement", "id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    first_id: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"))
    second_id: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"))
    kind: Mapped[DuplicateKind]
    likeness: Mapped[float] = mapped_column(Double)
    judgement: Mapped[Judgement] = mapped_column(default="open")
    by: Mapped[str] = mapped_column(String(255), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime]
    judged: Mapped[datetime | None]


class Delivery(Base):
    """News of a job for its callback address. `next_at` is when it may be tried (again)."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_state_next_at", "state", "next_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(String(2000))
    event: Mapped[str] = mapped_column(String(32))
    state: Mapped[DeliveryState]
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    last_status: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    created: Mapped[datetime]
    updated: Mapped[datetime]


class LooseBlob(Base):
    """Bytes that no document vouches for: on their way in until `until`, on their way out after."""

    __tablename__ = "loose_blobs"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime]


class ApiKey(Base):
    """A key for callers: its SHA-256 (the key is 256 random bits, so no slow hash is needed).

    `upload_mb` and `rate_per_s` are limits of its own, None for those of the installation.
    """

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    upload_mb: Mapped[int | None]
    rate_per_s: Mapped[float | None] = mapped_column(Double)
    created: Mapped[datetime]
    revoked: Mapped[datetime | None]


class Tally(Base):
    """How often something has happened, and what it came to: pages and seconds of a stage, say.

    It only ever grows, also when jobs are deleted: what watches the service goes by its growth.
    """

    __tablename__ = "tallies"

    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    label: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[float] = mapped_column(Double)


class ServiceProcess(Base):
    """A process that looks for work: when it began, and when it last said that it is there."""

    __tablename__ = "processes"

    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    role: Mapped[Role]
    pipeline: Mapped[str] = mapped_column(String(64))
    started: Mapped[datetime]
    seen: Mapped[datetime]


class Campaign(Base):
    """A back-fill: files that belong together, sent over hours or days. `owner` as of a job.

    While it is paused, nothing is begun that only it waits for.
    """

    __tablename__ = "campaigns"
    __table_args__ = (UniqueConstraint("owner", "name"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(32), default="")
    name: Mapped[str] = mapped_column(String(255))
    state: Mapped[CampaignState]
    priority: Mapped[Priority]
    options: Mapped[JsonObject] = mapped_column(default=dict)
    created: Mapped[datetime]
    updated: Mapped[datetime]


class CampaignItem(Base):
    """A file of a campaign's manifest, named by its path on the client (`archive.zip!/inner.pdf`).

    `path_key` is the SHA-256 of the path: paths are longer than an index takes. `declared` names the
    values that a catalogue gave; the others were guessed from names. `standing` is what is known of
    it beside its job; once it has one (`job_id`, at `position`), the run says how it stands
    (`core.store.items.state_of`). `earlier_run_id` is the reading before a re-run, to compare with.
    """

    __tablename__ = "campaign_items"
    __table_args__ = (
        UniqueConstraint("campaign_id", "path_key"),
        Index("ix_campaign_items_campaign_id_id", "campaign_id", "id"),
        Index("ix_campaign_items_campaign_id_sha256", "campaign_id", "sha256"),
        Index("ix_campaign_items_sha256", "sha256"),
        Index("ix_campaign_items_job_id", "job_id"),
        Index("ix_campaign_items_earlier_run_id", "earlier_run_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(Text)
    path_key: Mapped[str] = mapped_column(String(64))
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    pages: Mapped[int | None]
    fiscal_year: Mapped[int | None]
    department: Mapped[str | None] = mapped_column(Text)
    project_name: Mapped[str | None] = mapped_column(Text)
    box: Mapped[str | None] = mapped_column(String(255))
    item_number: Mapped[str | None] = mapped_column(String(255))
    archive_number: Mapped[str | None] = mapped_column(String(255))
    declared: Mapped[list[str]] = mapped_column(default=list)
    standing: Mapped[Standing]
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"))
    position: Mapped[int] = mapped_column(default=0)
    earlier_run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL"))
    trouble: Mapped[str | None] = mapped_column(String(64))
    trouble_details: Mapped[JsonObject] = mapped_column(default=dict)
    created: Mapped[datetime]
    updated: Mapped[datetime]


class Acceptance(Base):
    """A sample drawn of a campaign, under the figures that hold for it. The latest one counts."""

    __tablename__ = "acceptances"
    __table_args__ = (Index("ix_acceptances_campaign_id_id", "campaign_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    seed: Mapped[int] = mapped_column(BigInteger)
    figures: Mapped[JsonObject]
    by: Mapped[str] = mapped_column(String(255))
    created: Mapped[datetime]


class AcceptanceSample(Base):
    """A file of a sample, at its place in the order of drawing."""

    __tablename__ = "acceptance_samples"
    __table_args__ = (Index("ix_acceptance_samples_item_id", "item_id"),)

    acceptance_id: Mapped[str] = mapped_column(
        ForeignKey("acceptances.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item_id: Mapped[str] = mapped_column(ForeignKey("campaign_items.id", ondelete="CASCADE"))


class AcceptanceFinding(Base):
    """What a person found of a file of a sample, with the bytes it had then. Never changed."""

    __tablename__ = "acceptance_findings"
    __table_args__ = (
        Index("ix_acceptance_findings_acceptance_id_item_id", "acceptance_id", "item_id"),
        Index("ix_acceptance_findings_item_id", "item_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    acceptance_id: Mapped[str] = mapped_column(ForeignKey("acceptances.id", ondelete="CASCADE"))
    item_id: Mapped[str] = mapped_column(ForeignKey("campaign_items.id", ondelete="CASCADE"))
    sha256: Mapped[str | None] = mapped_column(String(64))
    picture: Mapped[bool]
    match: Mapped[bool]
    values: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(255))
    created: Mapped[datetime]
