"""In which processes a running instance has a token; of what runs already, those its open tasks and it itself are in."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "instance_processes",
        sa.Column(
            "instance_id", sa.Integer(), sa.ForeignKey("process_instances.id"), primary_key=True
        ),
        sa.Column("process_id", sa.String(), primary_key=True),
    )
    op.execute(
        "INSERT INTO instance_processes (instance_id, process_id)"
        " SELECT id, process_id FROM process_instances WHERE status IN ('running', 'failed')"
        " UNION SELECT instance_id, process_id FROM user_tasks"
    )


def downgrade() -> None:
    op.drop_table("instance_processes")
