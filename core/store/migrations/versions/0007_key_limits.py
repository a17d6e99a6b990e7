"""Limits of a key of its own.

Revision ID: 0007
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("api_keys", sa.Column("upload_mb", sa.Integer(), nullable=True))
    op.add_column("api_keys", sa.Column("rate_per_s", sa.Double(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("api_keys", "rate_per_s")
    op.drop_column("api_keys", "upload_mb")
