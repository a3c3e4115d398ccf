"""Secret addresses at which calendar programs read what a person has to do."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("login", sa.String(), sa.ForeignKey("people.login"), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
    )
    op.create_index("ix_calendar_feeds_login", "calendar_feeds", ["login"])


def downgrade() -> None:
    op.drop_table("calendar_feeds")
