"""Every table of the first release."""

from alembic import op
from sqlalchemy import Table

from service.tables import Base

revision = "0001"
down_revision = None

# What a later revision adds, and would find there already.
LATER = frozenset(
    {
        "deployed_decisions",
        "deployment_proposals",
        "proposed_files",
        "refusals",
        "audit_events",
        "audit_heads",
        "rule_lists",
        "extensions",
        "office_closures",
        "office_hours",
        "deadline_pauses",
        "deadline_extensions",
        "notice_readings",
        "messages",
        "message_notices",
        "message_channels",
        "message_rules",
        "message_house",
        "calendar_feeds",
        "packaged_files",
        "case_messages",
        "instance_processes",
    }
)


def upgrade() -> None:
    Base.metadata.create_all(op.get_bind(), tables=_tables())


def downgrade() -> None:
    Base.metadata.drop_all(op.get_bind(), tables=_tables())


def _tables() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if table.name not in LATER]
