"""Processes that begin by themselves: with a message, a signal or a moment."""

from sqlalchemy import select

from service.runtime import messages
from service.tables.runtime import TimerJob
from tests.conftest import MORNING
from tests.drawing import diagram, user

NEWS = '<message id="News" name="来信"/><signal id="Alarm" name="汛情"/>'
MESSAGE = '<messageEventDefinition id="Says_news" messageRef="News"/>'
SIGNAL = '<signalEventDefinition id="Says_alarm" signalRef="Alarm"/>'


def beginning(process_id, event, inner="", catching=""):
    """A process that begins with an event and then waits for a person."""
    flows = [("Start_it", "Task_read"), ("Task_read", "End_read")]
    if catching:
        flows = [("Start_it", "Catch_it"), ("Catch_it", "Task_read"), ("Task_read", "End_read")]
    return diagram(
        process_id,
        "收到",
        f'<startEvent id="Start_it" name="已收到">{inner}{event}</startEvent>'
        + (f'<intermediateCatchEvent id="Catch_it" name="又收到">{catching}</intermediateCatchEvent>' if catching else "")
        + user("Task_read", "阅读", candidateGroups="unit_handler", assignee="${reader}")
        + '<endEvent id="End_read" name="已阅"/>',
        flows,
        before=NEWS,
    )  # fmt: skip


def at_times(form, text):
    return f'<timerEventDefinition id="Rings"><{form}>{text}</{form}></timerEventDefinition>'


def jobs(database):
    with database.reading() as session:
        waiting = select(TimerJob).where(TimerJob.instance_id.is_(None))
        return list(session.scalars(waiting.order_by(TimerJob.due_at, TimerJob.id)))


def send(database, key, say=messages.send, name="来信", **payload):
    with database.transaction() as session:
        return say(session, name, key, {"reader": "li", **payload}, "wang", MORNING)
