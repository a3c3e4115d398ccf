"""A rung of a limit's ladder is reached: whoever it names is told which case and which step, and where to do it.

Who is told is resolved now, from the task and its case, because posts and units change while a limit runs. The holder
gets the form; everybody else gets the case, and only if they may read it. A task that would tell how a rating stands is
known to its holder and to the congress office alone.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service import notifications
from service.authority import reading
from service.deadlines import ladder, policies
from service.deadlines.ladder import Recipient
from service.deadlines.seed import Before, Policy
from service.deadlines.workdays import LOCAL, Unit, local_day
from service.register.casefile import cases
from service.register.common import keys, links
from service.register.dispatch import systems
from service.register.dispatch.status import System
from service.register.evaluation.sight import SEALED_PROCESSES
from service.register.people import directory as people
from service.register.people.posts import office_of
from service.register.people.roles import Role
from service.register.proposal.kinds import Level
from service.runtime import instances
from service.tables.suggestions import Suggestion
from service.tables.supervision import SupervisionCase

_KNOW_OF_SEALED = frozenset({Recipient.HOLDER, Recipient.CONGRESS})
_OF_THE_UNIT = {
    Recipient.UNIT_LIAISON: Role.UNIT_LIAISON,
    Recipient.UNIT_DEPUTY_HEAD: Role.UNIT_DEPUTY_HEAD,
    Recipient.UNIT_HEAD: Role.UNIT_HEAD,
}


def is_late(session: Session, job: Any) -> bool:
    """Say whether a job tells that the limit is past, not that it is near."""
    rung = _rung(session, job)
    return job.kind == "overdue" or (rung is not None and rung.amount < 0)


def tell(session: Session, row: Any, job: Any, task: Any, at: datetime) -> None:
    """Tell everybody whom the job's rung names, once; when it reaches nobody, the holder."""
    rung = _rung(session, job)
    named = ladder.recipients(rung.tell if rung else ())
    messages = dict(_messages(session, row, job, task, named, at))
    if not messages:
        messages = dict(_messages(session, row, job, task, (Recipient.HOLDER,), at))
    kind = _kind(session, job)
    for recipient, (text, link) in messages.items():
        notifications.enqueue(
            session,
            recipient,
            kind,
            text,
            at,
            dedupe_key=f"{job.id}:{job.due_at.isoformat()}",
            link=link,
            business_key=row.business_key,
        )


def _kind(session: Session, job: Any) -> str:
    """Name the notice: a limit counted in hours is over before the next morning's message."""
    if job.policy_key is not None:
        policy = _policy(session, job, job.policy_key)
        if policy.unit in {Unit.WORK_HOURS, Unit.CLOCK_HOURS}:
            return "urgent"
    return "overdue" if is_late(session, job) else "warning"


def _rung(session: Session, job: Any) -> Before | None:
    """The rung a warning stands for, by its number; none at the due moment itself, which is the holder's."""
    if job.kind != "warning" or job.policy_key is None:
        return None
    whole = _whole(session, job)
    rungs = _policy(session, job, job.policy_key).warnings + (whole.warnings if whole else ())
    number = _number(job)
    return rungs[number - 1] if number <= len(rungs) else None


def _whole(session: Session, job: Any) -> Policy | None:
    """The limit in which a step lies, where a warning is that one's: its numbers follow those of the step's own."""
    if job.kind != "warning" or not job.outer_key:
        return None
    own = _policy(session, job, job.policy_key).warnings
    return _policy(session, job, job.outer_key) if _number(job) > len(own) else None


def _policy(session: Session, job: Any, key: str) -> Policy:
    return policies.in_force(session).policy(key, job.level or "", local_day(job.base_at))


def _number(job: Any) -> int:
    return int(job.id.rpartition(":")[2])


def _messages(
    session: Session, row: Any, job: Any, task: Any, named: Iterable[Recipient], at: datetime
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield recipient, text and link; the holder first, so that nobody with two posts gets the lesser link."""
    wanted = [one for one in Recipient if one in set(named)]
    if task.process_id in SEALED_PROCESSES:
        wanted = [one for one in wanted if one in _KNOW_OF_SEALED]
    case = cases.describe(session, [row.business_key]).get(row.business_key or "")
    about = f"《{case.title}》{f'（{case.number}）' if case.number else ''}的" if case else ""
    until = _sentence(session, job, task, row.business_key)
    holders = list(_holders(task))
    if Recipient.HOLDER in wanted:
        for holder in holders:
            yield holder, (f"{about}“{task.name}”{until}", links.task(task.id))
    others = [one for one in wanted if one is not Recipient.HOLDER]
    unit = _unit_of(session, row, task, at) if others else ""
    whose = f"{people.unit_names(session, [unit]).get(unit, '')}的" if unit else ""
    link = links.case(row.business_key)
    for one in others:
        group = _group(session, one, row.business_key, unit)
        if group and link and group not in holders and _may_know(session, group, row.business_key):
            yield group, (f"{about}{whose}“{task.name}”{until}", link)


def _sentence(session: Session, job: Any, task: Any, business_key: str | None) -> str:
    whole = _whole(session, job)
    due_at, named = task.due_at or job.due_at, ""
    if whole is not None:
        hint = (job.base_at, job.level or "", job.cap_on, job.unit or "", business_key)
        due_at = policies.due(session, whole.key, *hint).moment
        named = f"还没有办完，“{whole.name}”"
    moment = due_at.astimezone(LOCAL)
    until = f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}"
    if is_late(session, job):
        return f"{named}已于{until}到期，请立即办理。"
    return f"{named}将于{until}到期，请及时办理。"


def _holders(task: Any) -> Iterable[str]:
    """A person is named by login, a group by its name."""
    names = [task.assignee] if task.assignee else task.candidates
    return dict.fromkeys(name.removeprefix("user:") for name in names)


def _unit_of(session: Session, row: Any, task: Any, at: datetime) -> str:
    """The unit a task is about: the one its step was drawn for, or the one a supervision examines."""
    kind, number = keys.parse(row.business_key)
    if kind == "supervision":
        supervised = session.get(SupervisionCase, number)
        return supervised.unit if supervised else ""
    unit = instances.variables(session, row.instance_id, task.id, at).get("unit")
    return unit if isinstance(unit, str) else ""


def _group(
    session: Session, recipient: Recipient, business_key: str | None, unit: str
) -> str | None:
    """Return the login or group a kind of recipient is for this case; none where the case has no such person."""
    if recipient in _OF_THE_UNIT:
        return _OF_THE_UNIT[recipient].of(unit) if unit else None
    kind, number = keys.parse(business_key)
    own = session.get(Suggestion, number) if kind == "suggestion" else None
    office = office_of(own.town if own and own.level == Level.TOWN else None)
    governed = _is_governed(session, unit, own)
    return {
        Recipient.CONGRESS: office,
        Recipient.COMMITTEE: _committee(own),
        # The government's offices do not supervise courts, party bodies or towns' cases: the congress does.
        Recipient.SUPERVISION: Role.GOV_SUPERVISION if governed else office,
        Recipient.GOV_OFFICE: Role.GOV_OFFICE if governed else None,
        Recipient.VICE_MAYOR: Role.VICE_MAYOR if governed else None,
        Recipient.DEPUTY: own.lead_deputy if own else None,
    }.get(recipient)


def _committee(own: Suggestion | None) -> str | None:
    return (
        Role.WORK_COMMITTEE.of(own.oversight_committee) if own and own.oversight_committee else None
    )


def _is_governed(session: Session, unit: str, own: Suggestion | None) -> bool:
    """The government's offices answer for the city's own units; a step of no unit is theirs as well."""
    if own is not None and own.level == Level.TOWN:
        return False
    return not unit or systems.of(session, unit) == System.GOVERNMENT


def _may_know(session: Session, group: str, business_key: str | None) -> bool:
    """Does anybody hold the post, and may they read the case?"""
    found = people.holders(session, group) or list(people.actors(session, [group]).values())
    return any(reading.may_see(session, person, business_key) for person in found)
