"""Sheets scanned twice, records that may be one.

Revision ID: 0005
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0007"
branch_labels = None
depends_on = None

RECORDS_INDEXED = ("same_key", "superseded_by")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sheet_prints",
        sa.Column(
            "sha256",
            sa.String(64),
            sa.ForeignKey("documents.sha256", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("print", sa.Text(), nullable=False),
    )
    op.create_table(
        "sheet_marks",
        sa.Column(
            "sha256",
            sa.String(64),
            sa.ForeignKey("documents.sha256", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("mark", sa.BigInteger(), primary_key=True),
    )
    op.create_index("ix_sheet_marks_mark", "sheet_marks", ["mark"])
    with op.batch_alter_table("records") as batch:
        batch.add_column(sa.Column("same_key", sa.String(64)))
        batch.add_column(sa.Column("superseded_by", sa.String(32)))
        batch.create_foreign_key(
            "fk_records_superseded_by", "records", ["superseded_by"], ["id"], ondelete="SET NULL"
        )
    for column in RECORDS_INDEXED:
        op.create_index(f"ix_records_{column}", "records", [column])
    op.create_table(
        "duplicates",
        sa.Column("id", sa.String(32), primary_key=True),
        *(
            sa.Column(
                column,
                sa.String(32),
                sa.ForeignKey("records.id", ondelete="CASCADE"),
                nullable=False,
            )
            for column in ("first_id", "second_id")
        ),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("likeness", sa.Double(), nullable=False),
        sa.Column("judgement", sa.String(16), nullable=False),
        sa.Column("by", sa.String(255), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("first_id", "second_id", name="uq_duplicates_first_id_second_id"),
    )
    op.create_index("ix_duplicates_second_id", "duplicates", ["second_id"])
    op.create_index("ix_duplicates_judgement_id", "duplicates", ["judgement", "id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("duplicates")
    for column in RECORDS_INDEXED:
        op.drop_index(f"ix_records_{column}", "records")
    with op.batch_alter_table("records") as batch:
        batch.drop_constraint("fk_records_superseded_by", type_="foreignkey")
        batch.drop_column("superseded_by")
        batch.drop_column("same_key")
    op.drop_table("sheet_marks")
    op.drop_table("sheet_prints")
