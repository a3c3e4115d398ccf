"""A version of a list may be decided before the day from which it is in force; those there are were in force at once."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    columns = sa.inspect(op.get_bind()).get_columns("rule_lists")
    if "announced_at" in {column["name"] for column in columns}:
        return
    with op.batch_alter_table("rule_lists") as lists:
        lists.add_column(sa.Column("announced_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM rule_lists WHERE announced_at IS NOT NULL")
    with op.batch_alter_table("rule_lists") as lists:
        lists.drop_column("announced_at")
