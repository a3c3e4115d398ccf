"""Steps are counted back from the limit they lie in; how a case stands to its limit is no longer stored."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

# key: (amount then, start event then, amount now, start event now)
STEPS = {
    "reply.draft": (10, "drafting_started", -10, "reply_end"),
    "reply.proof": (2, "drafted", -7, "reply_end"),
    "reply.endorse": (2, "proofed", -5, "reply_end"),
    "reply.leader": (3, "endorsed", -4, "reply_end"),
    "reply.issue": (2, "endorsed", -3, "reply_end"),
    "reply.deliver": (3, "reply_issued", -1, "reply_end"),
    "co_opinion.endorse": (2, "co_opinion_drafted", -1, "co_opinion_end"),
}
POLICIES = sa.table(
    "deadline_policies",
    sa.column("key"),
    sa.column("amount"),
    sa.column("start_event"),
    sa.column("changed_at"),
)


def upgrade() -> None:
    """Add what a step was counted back from; limits nobody has touched become what a new installation has.

    Open steps of an older release say nothing of it and keep their dates.
    """
    inspector = sa.inspect(op.get_bind())
    if "sla_state" in {column["name"] for column in inspector.get_columns("suggestions")}:
        with op.batch_alter_table("suggestions") as suggestions:
            suggestions.drop_column("sla_state")
    if "outer_key" in {column["name"] for column in inspector.get_columns("user_tasks")}:
        return
    for table in ("user_tasks", "timer_jobs"):
        with op.batch_alter_table(table) as rows:
            rows.add_column(sa.Column("outer_key", sa.String(), nullable=True))
            rows.add_column(sa.Column("begun_at", sa.DateTime(), nullable=True))
    for key, (amount, start_event, now, event_now) in STEPS.items():
        _set(key, (amount, start_event), (now, event_now))


def downgrade() -> None:
    for key, (amount, start_event, now, event_now) in STEPS.items():
        _set(key, (now, event_now), (amount, start_event))
    for table in ("timer_jobs", "user_tasks"):
        with op.batch_alter_table(table) as rows:
            rows.drop_column("begun_at")
            rows.drop_column("outer_key")
    with op.batch_alter_table("suggestions") as suggestions:
        suggestions.add_column(
            sa.Column("sla_state", sa.String(), nullable=False, server_default="on_track")
        )


def _set(key: str, old: tuple[int, str], new: tuple[int, str]) -> None:
    is_untouched = sa.and_(
        POLICIES.c.key == key,
        POLICIES.c.amount == old[0],
        POLICIES.c.start_event == old[1],
        POLICIES.c.changed_at.is_(None),
    )
    op.execute(POLICIES.update().where(is_untouched).values(amount=new[0], start_event=new[1]))
