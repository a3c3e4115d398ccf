"""What each person has to do, as the message of the day says it: what is late, what is due, what is new."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.deadlines import explain, lateness
from service.deadlines.workdays import LOCAL, Calendar, local_day, moment
from service.delivery.addressing import Directory
from service.register.casefile import cases
from service.register.casefile.cases import Case
from service.register.common import links
from service.tables.runtime import TaskCandidate, UserTask


class Section(StrEnum):
    """Under which heading a task is listed; a task is listed once, under the first that fits."""

    LATE = "已经逾期"
    TODAY = "今天到期"
    SOON = "近日到期"
    NEW = "新到的事"


@dataclass(frozen=True)
class Task:
    """An open task in a message."""

    id: str
    section: Section
    text: str

    @property
    def link(self) -> str:
        """Where it is done."""
        return links.task(self.id)


def of_everybody(
    session: Session, directory: Directory, calendar: Calendar, at: datetime, since: datetime
) -> Mapping[str, list[Task]]:
    """Return by login what is late, due within some days, or new since a moment: the earliest due first."""
    soon = moment(calendar.add(local_day(at), lateness.SOON + 1), time.min)
    rows = session.execute(
        select(
            TaskCandidate.candidate,
            UserTask.id,
            UserTask.name,
            UserTask.business_key,
            UserTask.due_at,
            UserTask.created_at,
        )
        .join(UserTask, UserTask.id == TaskCandidate.task_id)
        .where(or_(lateness.late(TaskCandidate.due_at, soon), UserTask.created_at > since))
        .order_by(TaskCandidate.due_at, UserTask.id)
    ).all()
    described = cases.describe(session, {row.business_key for row in rows})
    found: dict[str, dict[str, Task]] = defaultdict(dict)
    for row in rows:
        task = _task(row, described.get(row.business_key or ""), calendar, at)
        for login in directory.named(row.candidate):
            found[login][task.id] = task
    return {login: list(tasks.values()) for login, tasks in found.items()}


def _task(row: Any, case: Case | None, calendar: Calendar, at: datetime) -> Task:
    title = f"《{case.title}》{f'（{case.number}）' if case.number else ''}：" if case else ""
    distance = lateness.distance(row.due_at, at, calendar)
    due = ""
    if distance is not None and not distance.is_held:
        due = f"，{_day(row.due_at)} 到期（{distance.words}）"
    return Task(row.id, _section(distance), f"{title}{row.name}{due}")


def _section(distance: lateness.Distance | None) -> Section:
    urgency = distance.urgency if distance else ""
    return {"overdue": Section.LATE, "today": Section.TODAY, "soon": Section.SOON}.get(
        urgency, Section.NEW
    )


def _day(due_at: datetime) -> str:
    local = due_at.astimezone(LOCAL)
    return f"{explain.format_day(local.date())} {local:%H:%M}"
