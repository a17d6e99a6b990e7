"""Campaigns and the files of their manifests.

Jobs that were handed in under the name of a campaign become its items.

Revision ID: 0004
Revises: 0003
"""

import hashlib
import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "campaigns",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("priority", sa.String(16), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("owner", "name", name="uq_campaigns_owner_name"),
    )
    op.create_table(
        "campaign_items",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column(
            "campaign_id",
            sa.String(32),
            sa.ForeignKey("campaigns.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("path_key", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger()),
        sa.Column("sha256", sa.String(64)),
        sa.Column("pages", sa.Integer()),
        sa.Column("fiscal_year", sa.Integer()),
        sa.Column("department", sa.Text()),
        sa.Column("project_name", sa.Text()),
        sa.Column("box", sa.String(255)),
        sa.Column("item_number", sa.String(255)),
        sa.Column("archive_number", sa.String(255)),
        sa.Column("declared", sa.JSON(), nullable=False),
        sa.Column("standing", sa.String(16), nullable=False),
        sa.Column("job_id", sa.String(32), sa.ForeignKey("jobs.id", ondelete="SET NULL")),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("earlier_run_id", sa.String(32), sa.ForeignKey("runs.id", ondelete="SET NULL")),
        sa.Column("trouble", sa.String(64)),
        sa.Column("trouble_details", sa.JSON(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint(
            "campaign_id", "path_key", name="uq_campaign_items_campaign_id_path_key"
        ),
    )
    for columns in (
        ["campaign_id", "id"],
        ["campaign_id", "sha256"],
        ["sha256"],
        ["job_id"],
        ["earlier_run_id"],
    ):
        op.create_index(f"ix_campaign_items_{'_'.join(columns)}", "campaign_items", columns)
    _take_over_jobs(op.get_bind())


def downgrade() -> None:
    """Take back."""
    op.drop_table("campaign_items")
    op.drop_table("campaigns")


def _take_over_jobs(bind: sa.Connection) -> None:
    meta = sa.MetaData()
    campaigns, items, jobs, links, runs = (
        sa.Table(name, meta, autoload_with=bind)
        for name in ("campaigns", "campaign_items", "jobs", "job_documents", "runs")
    )
    now = datetime.now(UTC)
    known: dict[tuple[str, str], str] = {}
    query = (
        sa.select(jobs.c.id, jobs.c.owner, jobs.c.options, jobs.c.priority)
        .add_columns(links.c.position, links.c.name, runs.c.sha256)
        .join(links, links.c.job_id == jobs.c.id)
        .join(runs, runs.c.id == links.c.run_id)
        .order_by(jobs.c.id, links.c.position)
    )
    for row in bind.execute(query).all():
        name = row.options.get("campaign")
        if not name:
            continue
        if (row.owner, name) not in known:
            known[row.owner, name] = secrets.token_hex(16)
            bind.execute(
                campaigns.insert().values(
                    id=known[row.owner, name],
                    owner=row.owner,
                    name=name,
                    state="running",
                    priority=row.priority,
                    options={},
                    created=now,
                    updated=now,
                )
            )
        path = f"uploads/{row.id}/{row.position}/{row.name}"
        bind.execute(
            items.insert().values(
                id=f"{row.id[:16]}{secrets.token_hex(8)}",
                campaign_id=known[row.owner, name],
                path=path,
                path_key=hashlib.sha256(path.encode()).hexdigest(),
                sha256=row.sha256,
                fiscal_year=row.options.get("fiscal_year"),
                declared=[],
                standing="planned",
                job_id=row.id,
                position=row.position,
                trouble_details={},
                created=now,
                updated=now,
            )
        )
