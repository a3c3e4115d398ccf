"""The colour rules are a decision table that is deployed; the rows that stood for it go."""

import sqlalchemy
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Drop the table of an older release; a new database never had it."""
    if sqlalchemy.inspect(op.get_bind()).has_table("color_rules"):
        op.drop_table("color_rules")


def downgrade() -> None:
    op.create_table(
        "color_rules",
        sqlalchemy.Column("id", sqlalchemy.Integer(), primary_key=True),
        sqlalchemy.Column("color", sqlalchemy.String(), nullable=False),
        sqlalchemy.Column("fact", sqlalchemy.String(), nullable=False),
        sqlalchemy.Column("at_least", sqlalchemy.Integer(), nullable=False),
        sqlalchemy.Column("at_most", sqlalchemy.Integer(), nullable=True),
        sqlalchemy.Column("sentence", sqlalchemy.String(), nullable=False),
        sqlalchemy.Column("basis", sqlalchemy.String(), nullable=False),
        sqlalchemy.Column("active", sqlalchemy.Boolean(), nullable=False),
    )
