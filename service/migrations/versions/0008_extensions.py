"""A unit asks for a later day to reply."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_TEXT = ("reason", "work_done", "talk_note", "cosign_note", "decision_reason")
_PEOPLE = ("applied_by", "cosigned_by", "decided_by")
_MOMENTS = ("applied_at", "cosigned_at", "decided_at", "ended_at")
_DAYS = ("asked_until", "talk_on", "granted_until")


def upgrade() -> None:
    op.create_table(
        "extensions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("suggestion_id", sa.Integer(), sa.ForeignKey("suggestions.id"), nullable=False),
        sa.Column("assignment_id", sa.Integer(), sa.ForeignKey("assignments.id"), nullable=False),
        sa.Column("unit", sa.String(), sa.ForeignKey("units.code"), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("fast_track_kind", sa.String(), nullable=True),
        sa.Column("opened_by", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("latest_on", sa.Date(), nullable=False),
        sa.Column("contact_id", sa.Integer(), sa.ForeignKey("contact_records.id"), nullable=True),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("cosign_opinion", sa.String(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in _TEXT),
        *(sa.Column(name, sa.String(), nullable=True) for name in _PEOPLE),
        *(sa.Column(name, sa.DateTime(), nullable=True) for name in _MOMENTS),
        *(sa.Column(name, sa.Date(), nullable=True) for name in _DAYS),
    )
    for column in ("suggestion_id", "assignment_id", "unit", "instance_id", "state"):
        op.create_index(f"ix_extensions_{column}", "extensions", [column])


def downgrade() -> None:
    op.drop_table("extensions")
