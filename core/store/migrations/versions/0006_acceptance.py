"""Acceptance of campaigns: samples and what people found.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "acceptances",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("campaign_id", sa.String(32), _cascade("campaigns.id"), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(255), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_acceptances_campaign_id_id", "acceptances", ["campaign_id", "id"])
    op.create_table(
        "acceptance_samples",
        sa.Column("acceptance_id", sa.String(32), _cascade("acceptances.id"), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("item_id", sa.String(32), _cascade("campaign_items.id"), nullable=False),
    )
    op.create_index("ix_acceptance_samples_item_id", "acceptance_samples", ["item_id"])
    op.create_table(
        "acceptance_findings",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("acceptance_id", sa.String(32), _cascade("acceptances.id"), nullable=False),
        sa.Column("item_id", sa.String(32), _cascade("campaign_items.id"), nullable=False),
        sa.Column("sha256", sa.String(64)),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("picture", "match", "values")),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.String(255), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_acceptance_findings_acceptance_id_item_id",
        "acceptance_findings",
        ["acceptance_id", "item_id"],
    )
    op.create_index("ix_acceptance_findings_item_id", "acceptance_findings", ["item_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("acceptance_findings")
    op.drop_table("acceptance_samples")
    op.drop_table("acceptances")


def _cascade(column: str) -> sa.ForeignKey:
    return sa.ForeignKey(column, ondelete="CASCADE")
