"""What releases bring along is kept beside what is deployed; a deployment may take along who calls what it draws."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the baseline; a new database has the column as it is now."""
    op.create_table(
        "packaged_files",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("brought_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
    )
    op.create_index("ix_packaged_files_name", "packaged_files", ["name"])
    op.create_index("ix_packaged_files_status", "packaged_files", ["status"])
    columns = sa.inspect(op.get_bind()).get_columns("deployment_proposals")
    if "with_callers" in {column["name"] for column in columns}:
        return
    with op.batch_alter_table("deployment_proposals") as proposals:
        proposals.add_column(
            sa.Column("with_callers", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("deployment_proposals") as proposals:
        proposals.drop_column("with_callers")
    op.drop_table("packaged_files")
