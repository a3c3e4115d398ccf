"""Lists that officials keep are versions of one kind; the reply classes somebody entered by hand become the first."""

import secrets
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_FIELDS = ("code", "name", "resolved", "tracked", "active")


def upgrade() -> None:
    made = op.create_table(
        "rule_lists",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.UniqueConstraint("name", "version"),
    )
    if not sa.inspect(op.get_bind()).has_table("reply_classes"):
        return  # a new database never had it
    classes = _classes()
    if classes:
        now = datetime.now(UTC).replace(tzinfo=None)
        row = {"name": "reply_classes", "version": 1, "rows": classes, "valid_from": now}
        more = {"by": None, "reason": "升级前已有的答复类别", "stamp": secrets.token_hex(16)}
        op.bulk_insert(made, [row | more])
    op.drop_table("reply_classes")


def downgrade() -> None:
    op.drop_table("rule_lists")
    op.create_table(
        "reply_classes",
        sa.Column("code", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("resolved", sa.Boolean(), nullable=False),
        sa.Column("tracked", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
    )


def _classes() -> list[dict[str, Any]]:
    columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in _FIELDS]
    query = (
        sa.select(*columns).select_from(sa.table("reply_classes")).order_by(sa.column("position"))
    )
    flags = {"resolved", "tracked", "active"}
    return [
        {
            name: bool(value) if name in flags else value
            for name, value in zip(_FIELDS, row, strict=True)
        }
        for row in op.get_bind().execute(query)
    ]
