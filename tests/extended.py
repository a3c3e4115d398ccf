"""Units that ask for a later day: what they write, and how an application begins."""

from typing import Any

from sqlalchemy import select

from service.runtime import messages
from service.tables.assignments import Assignment, Extension
from service.tables.runtime import ProcessInstance
from tests.world import SHORT, Case, World

ASKED = "单位要求延期"
TAKEN_BACK = "单位已撤回延期申请"
APPLICATION: dict[str, Any] = {
    "reason": "护栏加装涉及国有林地占用，林业部门的手续还在办理。",
    "work_done": "十二处急弯已经勘查，警示设施已经装好八处。",
    "asked_until": "2026-07-31",
    "talk_on": "2026-03-02",
    "talk_note": "电话向代表说明，代表表示理解，希望七月底前装好。",
}


def ask(world: World, unit: str, **more: Any) -> Case:
    """Let a unit of the case begin to apply for a later day; returns the application's own instance."""
    assert world.case is not None
    key = world.case.business_key
    with world.database.transaction() as session:
        [duty] = session.scalars(
            select(Assignment.id).where(
                Assignment.suggestion_id == world.case.suggestion, Assignment.unit == unit
            )
        )
        payload = {"suggestion": world.case.suggestion, "assignment": duty, "unit": unit, **more}
        by = f"{SHORT[unit]}承办人"
        instance = messages.send(session, ASKED, key, payload, by, world.at)
    world.stage.fire()
    return Case(world.case.suggestion, instance)


def take_back(world: World, application: Case) -> None:
    """Let the unit take its application back."""
    with world.database.transaction() as session:
        key = application.business_key
        instance = application.instance
        messages.hand_over(session, instance, "message", TAKEN_BACK, key, {}, None, world.at)
    world.stage.fire()


def extension(world: World, application: Case) -> Extension:
    """Return the row of an application."""
    with world.reading() as session:
        query = select(Extension).where(Extension.instance_id == application.instance)
        return session.scalars(query).one()


def ended(world: World, application: Case) -> str | None:
    """Return the end an application reached, None while it runs."""
    with world.reading() as session:
        return session.get_one(ProcessInstance, application.instance).end_event
