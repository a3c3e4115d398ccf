"""Decision tables can be deployed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "deployed_decisions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("deployment_id", sa.Integer(), sa.ForeignKey("deployments.id"), nullable=False),
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.UniqueConstraint("decision_id", "version"),
    )
    op.create_index("ix_deployed_decisions_deployment_id", "deployed_decisions", ["deployment_id"])


def downgrade() -> None:
    op.drop_table("deployed_decisions")
