"""A card keeps since when its limit is counted: a failed look-back gives the unit the full limit again."""

import sqlalchemy
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Change the table of an older release; what was counted anew there stays where it is."""
    columns = sqlalchemy.inspect(op.get_bind()).get_columns("control_cards")
    if "counted_from_at" in {column["name"] for column in columns}:
        return
    with op.batch_alter_table("control_cards") as cards:
        cards.add_column(sqlalchemy.Column("counted_from_at", sqlalchemy.DateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("control_cards") as cards:
        cards.drop_column("counted_from_at")
