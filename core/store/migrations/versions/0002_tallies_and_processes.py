"""Tallies, processes, and indexes for counting.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

HELD = sa.text("lease_until IS NOT NULL")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "tallies",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "label", name=op.f("pk_tallies")),
    )
    op.create_table(
        "processes",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("pipeline", sa.String(length=64), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_processes")),
    )
    for table in ("pages", "runs"):
        op.create_index(
            f"ix_{table}_lease_until",
            table,
            ["lease_until"],
            sqlite_where=HELD,
            postgresql_where=HELD,
        )
    op.create_index("ix_records_status", "records", ["status"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_records_status", "records")
    for table in ("runs", "pages"):
        op.drop_index(f"ix_{table}_lease_until", table)
    op.drop_table("processes")
    op.drop_table("tallies")
