"""Messages between cases are kept until somebody waits; whoever waits says whether it stands in the flow."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """A subscription of an older release stays beside the flow: nothing thrown before it was kept."""
    op.create_table(
        "case_messages",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("business_key", sa.String(), nullable=True),
        sa.Column("sender_id", sa.Integer(), sa.ForeignKey("process_instances.id"), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("kept_at", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(), nullable=True),
    )
    op.create_index("ix_case_messages_name", "case_messages", ["name", "business_key"])
    op.create_index("ix_case_messages_sender_id", "case_messages", ["sender_id"])
    columns = sa.inspect(op.get_bind()).get_columns("message_subscriptions")
    if "in_flow" not in {column["name"] for column in columns}:
        with op.batch_alter_table("message_subscriptions") as subscriptions:
            subscriptions.add_column(
                sa.Column("in_flow", sa.Boolean(), nullable=False, server_default=sa.false())
            )
        with op.batch_alter_table("message_subscriptions") as subscriptions:
            subscriptions.alter_column("in_flow", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("message_subscriptions") as subscriptions:
        subscriptions.drop_column("in_flow")
    op.drop_table("case_messages")
