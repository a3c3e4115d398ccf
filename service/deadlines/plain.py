"""Limits, effects and changes as JSON has them: for the interface, and for commands that are asked for it."""

from collections.abc import Iterable
from typing import Any

from service.deadlines import words
from service.deadlines.effects import Effect, Move
from service.deadlines.limits import Limit, Running
from service.deadlines.seed import Policy
from service.tables.deadlines import DeadlineChange


def limit(found: Limit, running: Running) -> dict[str, Any]:
    """Return a limit with everything it is or will be."""
    return {
        "key": found.key,
        "stage": found.stage,
        "family": found.family or None,
        **policy(found.policy),
        "overrides": [policy(one) for one in found.overrides],
        "later": [policy(one) for one in found.later],
        "running": running._asdict(),
    }


def policy(row: Policy) -> dict[str, Any]:
    """Return one row of a limit, in words as well."""
    return {
        "name": row.name,
        "level": row.level or None,
        "amount": row.amount,
        "unit": str(row.unit),
        "start_event": row.start_event or None,
        "in_words": words.whole(row),
        "warnings": [
            {"amount": one.amount, "unit": str(one.unit), "tell": list(one.tell)}
            for one in row.warnings
        ],
        "overdue_action": row.overdue_action,
        "basis": row.basis,
        "basis_kind": words.basis(row.basis),
        "capped_by_batch": row.capped_by_batch,
        "counted_on": row.counted_on,
        "effective_from": row.effective_from.isoformat(),
    }


def effect(found: Effect, most: int) -> dict[str, Any]:
    """Return what a change would move: the figures, and the moves that are due first."""
    return {
        "stamp": found.stamp,
        "in_words": words.headline(found),
        "tasks": found.tasks,
        "timers": found.timers,
        "reminders": found.reminders,
        "records": found.records,
        "late_now": found.late_now,
        "late_before": found.late_before,
        "timely_again": found.timely_again,
        "by_hand": found.by_hand,
        "moves": _moves(found.moves[:most]),
    }


def change(row: DeadlineChange) -> dict[str, Any]:
    """Return the record of a change."""
    return {
        "id": row.id,
        "at": row.at.isoformat(),
        "by": row.by,
        "reason": row.reason,
        "subject": row.subject,
        "sentence": row.sentence,
        "moved_tasks": row.moved_tasks,
        "moved_timers": row.moved_timers,
        "moved_records": row.moved_records,
        "undone_by": row.undone_by_id,
    }


def _moves(moves: Iterable[Move]) -> list[dict[str, Any]]:
    return [
        {
            "kind": one.kind,
            "business_key": one.business_key,
            "unit": one.unit or None,
            "name": one.name,
            "before": one.before.isoformat() if one.before else None,
            "after": one.after.isoformat() if one.after else None,
            "lateness": one.lateness or None,
        }
        for one in moves
    ]
