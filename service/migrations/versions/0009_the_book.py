"""Whose calendar a limit is counted on; closures, office hours, pauses and extensions; what a change moved, row by row."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

OF_UNITS = [
    "assign.section",
    "assist.commit",
    "card.sign",
    "co_opinion",
    "co_opinion.absence",
    "co_opinion.assess",
    "co_opinion.endorse",
    "co_opinion.redo",
    "co_opinion.wait",
    "commitment.report",
    "conclusion.sign",
    "contact.after",
    "contact.again",
    "contact.before",
    "evaluate.supplement",
    "extension.apply",
    "ft.contact.micro",
    "ft.contact.small",
    "ft.contact.urgent",
    "ft.first_response.urgent",
    "ft.handle.micro",
    "ft.handle.small",
    "ft.handle.urgent",
    "ft.redo.micro",
    "ft.redo.small",
    "ft.redo.urgent",
    "ft.sign.micro",
    "ft.sign.small",
    "ft.sign.urgent",
    "meeting.statement",
    "plan",
    "plan.approve",
    "rectify.letter",
    "rectify.plan",
    "rectify.red",
    "rectify.white",
    "rectify.yellow",
    "redo",
    "redo.co_opinion",
    "reply.deliver",
    "reply.draft",
    "reply.endorse",
    "reply.hard",
    "reply.issue",
    "reply.normal",
    "reply.proof",
    "reply.return",
    "return.request",
    "review_appeal",
    "self_check",
    "sign",
    "unit_report",
]


def upgrade() -> None:
    """Add the tables; the columns only to tables of an older release, as a new database has them already."""
    op.create_table(
        "office_closures",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=True),
    )
    op.create_table(
        "office_hours",
        sa.Column("unit", sa.String(), primary_key=True),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=True),
    )
    op.create_table(
        "deadline_pauses",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("business_key", sa.String(), nullable=False, index=True),
        sa.Column("from_at", sa.DateTime(), nullable=False),
        sa.Column("until_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("resumed_by", sa.String(), nullable=True),
    )
    op.create_table(
        "deadline_extensions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("business_key", sa.String(), nullable=False, index=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
    )
    columns = sa.inspect(op.get_bind()).get_columns("user_tasks")
    if "held_due_at" in {column["name"] for column in columns}:
        return
    for table in ("user_tasks", "timer_jobs"):
        with op.batch_alter_table(table) as rows:
            rows.add_column(sa.Column("unit", sa.String(), nullable=True))
            rows.add_column(sa.Column("held_due_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("deadline_changes") as changes:
        changes.add_column(sa.Column("moves", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("deadline_policies") as policies:
        policies.add_column(
            sa.Column("counted_on", sa.String(), nullable=False, server_default="city")
        )
    with op.batch_alter_table("deadline_policies") as policies:
        policies.alter_column("counted_on", existing_type=sa.String(), server_default=None)
    policies_ = sa.table("deadline_policies", sa.column("key"), sa.column("counted_on"))
    op.execute(policies_.update().where(policies_.c.key.in_(OF_UNITS)).values(counted_on="unit"))


def downgrade() -> None:
    with op.batch_alter_table("deadline_policies") as policies:
        policies.drop_column("counted_on")
    with op.batch_alter_table("deadline_changes") as changes:
        changes.drop_column("moves")
    for table in ("timer_jobs", "user_tasks"):
        with op.batch_alter_table(table) as rows:
            rows.drop_column("held_due_at")
            rows.drop_column("unit")
    for table in ("deadline_extensions", "deadline_pauses", "office_hours", "office_closures"):
        op.drop_table(table)
