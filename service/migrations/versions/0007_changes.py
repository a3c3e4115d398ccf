"""A change of limits says in a sentence what it was, which stamp it left, and how many dates of the register moved."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

COLUMNS = {"sentence": sa.String, "stamp": sa.String, "moved_records": sa.Integer}
NONE_YET = {"sentence": "", "stamp": "", "moved_records": "0"}


def upgrade() -> None:
    """Change the table of an older release; a new database has it as it is now from its first revision.

    What older changes kept is not in the form that an undo reads, so they do not stand to be undone.
    """
    columns = {
        column["name"] for column in sa.inspect(op.get_bind()).get_columns("deadline_changes")
    }
    if "stamp" in columns:
        return
    with op.batch_alter_table("deadline_changes") as changes:
        for name, kind in COLUMNS.items():
            changes.add_column(
                sa.Column(name, kind(), nullable=False, server_default=NONE_YET[name])
            )
    with op.batch_alter_table("deadline_changes") as changes:
        for name, kind in COLUMNS.items():
            changes.alter_column(name, existing_type=kind(), server_default=None)
    op.create_index("ix_deadline_changes_stamp", "deadline_changes", ["stamp"])
    op.execute("UPDATE deadline_changes SET undone_by_id = id WHERE undone_by_id IS NULL")


def downgrade() -> None:
    op.drop_index("ix_deadline_changes_stamp", "deadline_changes")
    with op.batch_alter_table("deadline_changes") as changes:
        for name in COLUMNS:
            changes.drop_column(name)
