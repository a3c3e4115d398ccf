"""Rows as the interface shows them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.deadlines.lateness import NEVER, is_late
from service.engine.definitions import Element, ProcessDefinition
from service.engine.telling.twin import Line
from service.handlers import keeping
from service.register.casefile import sealing
from service.runtime import versions
from service.tables.runtime import CaseMessage, Incident, ProcessInstance, UserTask


def process(process: ProcessDefinition, lines: Iterable[Line]) -> dict[str, Any]:
    start = process.start
    return {
        "documentation": process.documentation,
        "calls": list(process.calls),
        "start": {"element_id": start.id, "name": start.name, "fields": fields(start)}
        if start
        else None,
        "user_tasks": [
            {
                "element_id": element.id,
                "name": element.name,
                "lane": element.lane,
                "documentation": element.documentation,
                "fields": fields(element),
            }
            for element in process.elements.values()
            if element.kind == "userTask"
        ],
        "lines": [
            {"number": one.number, "element_id": one.element_id, "text": one.text, "then": one.then}
            for one in lines
        ],
    }


def fields(element: Element) -> list[dict[str, Any]]:
    return [
        {
            "id": field.id,
            "label": field.label,
            "type": field.type,
            "options": [{"code": code, "label": label} for code, label in field.options],
            "required": "required" in field.constraints,
        }
        for field in element.fields
    ]


def desk(desk: keeping.Desk, at: datetime) -> dict[str, Any]:
    return task(desk.row, at) | {
        "candidates": desk.row.candidates,
        "fields": fields(desk.element),
        "may_complete": desk.may_do,
    }


def incident(row: Incident) -> dict[str, Any]:
    return {
        "id": row.id,
        "instance_id": row.instance_id,
        "element_id": row.element_id,
        "command": row.command,
        "sentence": row.sentence,
        "cause": row.cause,
        "attempts": row.attempts,
        "last_at": iso(row.last_at),
    }


def case_message(row: CaseMessage) -> dict[str, Any]:
    """Return a message without what it carries: it is on its way until `kept_at`, and kept since."""
    return {
        "id": row.id,
        "name": row.name,
        "business_key": row.business_key,
        "sender_id": row.sender_id,
        "process_id": row.process_id,
        "element_id": row.element_id,
        "sent_at": iso(row.sent_at),
        "kept_at": iso(row.kept_at),
        "attempts": row.attempts,
    }


def start_form(session: Session, deployed_process_id: int) -> str | None:
    """Return the form kept elsewhere that a process starts with, as its diagram names it."""
    element = versions.definition(session, deployed_process_id).process.start
    given = element.attributes if element is not None else {}
    return given.get("formKey") or given.get("formRef") or None


def instance(row: ProcessInstance) -> dict[str, Any]:
    return {
        "id": row.id,
        "process_id": row.process_id,
        "business_key": row.business_key,
        "status": row.status,
        "started_at": iso(row.started_at),
        "ended_at": iso(row.ended_at),
        "end_event": row.end_event if row.process_id not in sealing.SEALED_PROCESSES else None,
    }


def task(row: UserTask, at: datetime) -> dict[str, Any]:
    return {
        "id": row.id,
        "instance_id": row.instance_id,
        "process_id": row.process_id,
        "business_key": row.business_key,
        "element_id": row.element_id,
        "name": row.name,
        "lane": row.lane,
        "assignee": row.assignee,
        "created_at": iso(row.created_at),
        "due_at": iso(row.due_at),
        "overdue": is_late(row.due_at, at),
        "follow_up_at": iso(row.follow_up_at),
        "priority": row.priority,
        "form_key": row.form_key,
        "version": row.version,
    }


def iso(at: datetime | None) -> str | None:
    """Return a moment as text; what is due never, because its clock is stopped, has none."""
    return at.isoformat() if at and at != NEVER else None
