"""What happened to the clock of a case, as both sides read it on its page: later days that were asked for and granted."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from service.deadlines import explain
from service.deadlines.workdays import local_day
from service.register.extension import applications
from service.register.extension.kinds import OPEN, State
from service.tables.assignments import Extension


def extensions(session: Session, suggestion_id: int, units: Mapping[str, str]) -> list[str]:
    """Say, in a sentence each, which later days were asked for and what came of it; what never was handed in is left out."""
    rows = [
        row
        for row in applications.of(session, suggestion_id)
        if row.applied_at or row.state in OPEN
    ]
    return [_sentence(row, units.get(row.unit, row.unit)) for row in rows]


def _sentence(row: Extension, unit: str) -> str:
    before = explain.format_day(local_day(row.due_at))
    if row.state == State.DRAFTING or row.applied_at is None or row.asked_until is None:
        return f"{unit}正在填写延期申请，原定{before}答复。"
    asked = (
        f"{unit}于{explain.format_day(local_day(row.applied_at))}申请延期："
        f"原定{before}答复，申请延到{explain.format_day(row.asked_until)}，理由：{row.reason}"
    )
    return f"{_ended(asked)}{_came_of_it(row)}"


def _came_of_it(row: Extension) -> str:
    if row.state == State.GRANTED and row.granted_until and row.decided_at:
        day = explain.format_day(local_day(row.decided_at))
        return f"已于{day}批准延到{explain.format_day(row.granted_until)}。"
    if row.state == State.REFUSED and row.decided_at:
        day = explain.format_day(local_day(row.decided_at))
        return _ended(f"{day}没有批准，理由：{row.decision_reason}")
    return f"现在的情况：{State.label_of(row.state)}。"


def _ended(sentence: str) -> str:
    """Return the sentence with its full stop, whether its writer set one or not."""
    return sentence if sentence.endswith(("。", "！", "？")) else f"{sentence}。"
