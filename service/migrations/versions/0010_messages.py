"""Messages leave the house; a notice is read by each person of an office for themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    _tables()
    bind = op.get_bind()
    inspector = sa.inspect(bind)
    if "email" not in {column["name"] for column in inspector.get_columns("people")}:
        with op.batch_alter_table("people") as people:
            people.add_column(sa.Column("email", sa.String(), nullable=False, server_default=""))
    if "read_at" in {column["name"] for column in inspector.get_columns("notifications")}:
        _readings()
        with op.batch_alter_table("notifications") as notices:
            for gone in ("read_at", "attempts", "not_before", "last_error"):
                notices.drop_column(gone)
            notices.drop_index("ix_notifications_recipient")
            notices.create_index("ix_notifications_inbox", ["recipient", "id"])
            notices.create_index("ix_notifications_business_key", ["business_key"])


def downgrade() -> None:
    with op.batch_alter_table("notifications") as notices:
        notices.drop_index("ix_notifications_business_key")
        notices.drop_index("ix_notifications_inbox")
        notices.create_index("ix_notifications_recipient", ["recipient"])
        notices.add_column(sa.Column("read_at", sa.DateTime(), nullable=True))
        notices.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        notices.add_column(sa.Column("not_before", sa.DateTime(), nullable=True))
        notices.add_column(sa.Column("last_error", sa.String(), nullable=True))
    op.execute(
        "UPDATE notifications SET read_at = (SELECT min(read_at) FROM notice_readings"
        " WHERE notification_id = notifications.id)"
    )
    with op.batch_alter_table("people") as people:
        people.drop_column("email")
    for table in (
        "message_notices",
        "messages",
        "message_channels",
        "message_rules",
        "message_house",
        "notice_readings",
    ):
        op.drop_table(table)


def _tables() -> None:
    op.create_table(
        "notice_readings",
        sa.Column(
            "notification_id", sa.Integer(), sa.ForeignKey("notifications.id"), primary_key=True
        ),
        sa.Column("login", sa.String(), sa.ForeignKey("people.login"), primary_key=True),
        sa.Column("read_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False, unique=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("login", sa.String(), sa.ForeignKey("people.login"), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
    )
    op.create_index("ix_messages_state", "messages", ["channel", "state", "id"])
    op.create_index("ix_messages_login", "messages", ["login"])
    op.create_table(
        "message_notices",
        sa.Column("message_id", sa.Integer(), sa.ForeignKey("messages.id"), primary_key=True),
        sa.Column(
            "notification_id", sa.Integer(), sa.ForeignKey("notifications.id"), primary_key=True
        ),
    )
    op.create_index("ix_message_notices_notification_id", "message_notices", ["notification_id"])
    op.create_table(
        "message_channels",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("down_since", sa.DateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
    )
    op.create_table(
        "message_rules",
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("at_once", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "message_house",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("office_hours_only", sa.Boolean(), nullable=False),
        sa.Column("is_grouped", sa.Boolean(), nullable=False),
        sa.Column("daily_at", sa.String(), nullable=False),
        sa.Column("quiet_days", sa.JSON(), nullable=False),
        sa.Column("last_daily_on", sa.Date(), nullable=True),
        sa.Column("last_daily_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _readings() -> None:
    """What an office had marked as read counts as read by everybody who is in it today."""
    op.execute(
        "INSERT INTO notice_readings (notification_id, login, read_at)"
        " SELECT DISTINCT notifications.id, people.login, notifications.read_at FROM notifications"
        " JOIN people ON notifications.recipient IN (people.login, 'user:' || people.login)"
        " WHERE notifications.read_at IS NOT NULL"
    )
    op.execute(
        "INSERT INTO notice_readings (notification_id, login, read_at)"
        " SELECT DISTINCT notifications.id, posts.login, notifications.read_at FROM notifications"
        " JOIN posts ON notifications.recipient IN (posts.role, posts.role || ':' || posts.scope)"
        " WHERE notifications.read_at IS NOT NULL"
        " ON CONFLICT DO NOTHING"
    )
