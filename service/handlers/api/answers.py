"""Rows as the interface shows them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.deadlines.lateness import NEVER, is_late
from service.engine.definitions import Element, ProcessDefinition
from service.engine.telling.twin import Line
from service.handlers import keeping, mending
from service.register.casefile import sealing
from service.runtime import versions
from service.runtime.migrations import Plan
from service.runtime.variables import Variables
from service.tables.runtime import CaseMessage, ProcessInstance, UserTask


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


def incident(found: mending.Failure) -> dict[str, Any]:
    row = found.row
    return {
        "id": row.id,
        "instance_id": row.instance_id,
        "process_id": found.version.process_id if found.version else None,
        "version": found.version.version if found.version else None,
        "element_id": found.element_id,
        "name": found.element,
        "command": row.command,
        "sentence": found.sentence,
        "cause": found.cause,
        "attempts": row.attempts,
        "first_at": iso(row.first_at),
        "last_at": iso(row.last_at),
        "next_at": iso(found.next_at),
        "can_retry": found.can_retry,
    }


def variables(found: Variables) -> dict[str, Any]:
    return {
        "instance_version": found.version,
        "needed": list(found.needed),
        "places": [
            {
                "id": place.id,
                "process_id": place.process_id,
                "name": place.name,
                "stands_at": list(place.elements),
                "variables": dict(place.variables),
                "hidden": place.hidden,
            }
            for place in found.places
        ],
    }


def migration(plan: Plan) -> dict[str, Any]:
    moved = plan.migration
    return {
        "possible": plan.possible,
        "problems": list(plan.problems),
        "instance_version": plan.instance_version,
        "before": plan.before.version,
        "after": plan.after.version,
        "bound": [one._asdict() for one in plan.bound],
        "stands_at": [vars(one) for one in moved.standing],
        "waits": {"kept": moved.kept, "gone": moved.gone, "new": moved.new},
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
