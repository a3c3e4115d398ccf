"""User tasks keep when to look again and which form they name; timer jobs may start what is not there yet."""

import sqlalchemy
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Change the tables of an older release; a new database has them as they are now from its first revision."""
    columns = sqlalchemy.inspect(op.get_bind()).get_columns("user_tasks")
    if "form_key" in {column["name"] for column in columns}:
        return
    with op.batch_alter_table("user_tasks") as tasks:
        tasks.add_column(sqlalchemy.Column("follow_up_at", sqlalchemy.DateTime(), nullable=True))
        tasks.add_column(sqlalchemy.Column("form_key", sqlalchemy.String(), nullable=True))
    with op.batch_alter_table("timer_jobs") as jobs:
        jobs.alter_column("instance_id", existing_type=sqlalchemy.Integer(), nullable=True)
    starts = sqlalchemy.text("instance_id IS NULL")
    op.create_index(
        "ix_timer_jobs_starts",
        "timer_jobs",
        ["due_at"],
        sqlite_where=starts,
        postgresql_where=starts,
    )


def downgrade() -> None:
    op.execute("DELETE FROM timer_jobs WHERE instance_id IS NULL")
    op.drop_index("ix_timer_jobs_starts", "timer_jobs")
    with op.batch_alter_table("timer_jobs") as jobs:
        jobs.alter_column("instance_id", existing_type=sqlalchemy.Integer(), nullable=False)
    with op.batch_alter_table("user_tasks") as tasks:
        tasks.drop_column("form_key")
        tasks.drop_column("follow_up_at")
