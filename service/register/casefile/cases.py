"""What a case is called wherever it is listed, and who may see it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.register.common import keys
from service.register.people.directory import Actor, unit_names
from service.register.proposal.identity import CONGRESS
from service.register.proposal.status import CaseStatus
from service.register.supervision import file as supervision_file
from service.tables.assignments import Assignment
from service.tables.runtime import TaskCandidate, UserTask
from service.tables.suggestions import CoSigner, Suggestion
from service.tables.supervision import SupervisionCase

# The offices of the congress see a suggestion from its submission on, those of the government once it is registered.
GOVERNMENT = frozenset(
    {
        "gov_office",
        "gov_supervision",
        "gov_supervision_head",
        "party_supervision",
        "party_office",
        "vice_mayor",
    }
)
_KINDS = frozenset({"suggestion", "supervision", "evaluation"})


@dataclass(frozen=True)
class Case:
    """A case in a list or at the head of a page. `status` is in words."""

    key: str
    title: str
    number: str = ""
    status: str = ""
    level: str = ""
    is_key: bool = False


def describe(session: Session, business_keys: Iterable[str | None]) -> dict[str, Case]:
    """Return what a page says of each case, with one query for each kind of case."""
    wanted = {key for key in business_keys if key}
    return _suggestions(session, _numbers(wanted, "suggestion")) | _supervisions(
        session, _numbers(wanted, "supervision")
    )


def is_case(business_key: str | None) -> bool:
    """Does this key name something the register keeps, and not what somebody else's process calls itself?"""
    return keys.parse(business_key)[0] in _KINDS


def may_see(session: Session, actor: Actor, business_key: str | None) -> bool:
    """May this person read what the case's own page shows? A key of no known kind concerns nobody."""
    kind, number = keys.parse(business_key)
    if kind == "suggestion":
        return _may_see_suggestion(session, actor, number) or _works_on(
            session, actor, f"suggestion:{number}"
        )
    if kind == "supervision":
        return _may_see_supervision(session, actor, number) or _works_on(
            session, actor, f"supervision:{number}"
        )
    if kind == "evaluation":  # a signed paper: only whoever types it in
        return _works_on(session, actor, f"evaluation:{number}")
    return False


def _may_see_suggestion(session: Session, actor: Actor, suggestion_id: int) -> bool:
    suggestion = session.get(Suggestion, suggestion_id)
    if suggestion is None:
        return False
    if suggestion.lead_deputy == actor.login or actor.groups & CONGRESS:
        return True
    if suggestion.registered_at is not None and actor.groups & GOVERNMENT:
        return True
    scopes = {f"delegation_clerk:{suggestion.delegation}", f"town_presidium:{suggestion.town}"}
    if actor.groups & scopes:
        return True
    signed = select(CoSigner.id).where(
        CoSigner.suggestion_id == suggestion_id,
        CoSigner.login == actor.login,
        CoSigner.decision != "declined",
    )
    handles = select(Assignment.id).where(
        Assignment.suggestion_id == suggestion_id, Assignment.unit.in_(actor.units)
    )
    return session.scalar(select(or_(signed.exists(), handles.exists()))) or False


def _may_see_supervision(session: Session, actor: Actor, supervision_id: int) -> bool:
    case = session.get(SupervisionCase, supervision_id)
    return case is not None and supervision_file.may_read(actor, case)


def _works_on(session: Session, actor: Actor, business_key: str) -> bool:
    """Does a task of this case wait for the person now?"""
    candidate = (
        select(TaskCandidate.task_id)
        .join(UserTask, UserTask.id == TaskCandidate.task_id)
        .where(UserTask.business_key == business_key)
        .where(TaskCandidate.candidate.in_(actor.candidates), UserTask.assignee.is_(None))
    )
    assigned = select(UserTask.id).where(
        UserTask.business_key == business_key, UserTask.assignee == actor.login
    )
    return session.scalar(select(or_(candidate.exists(), assigned.exists()))) or False


def _numbers(business_keys: Iterable[str], kind: str) -> set[int]:
    parsed = map(keys.parse, business_keys)
    return {number for found, number in parsed if found == kind}


def _suggestions(session: Session, ids: set[int]) -> dict[str, Case]:
    if not ids:
        return {}
    question = select(
        Suggestion.id,
        Suggestion.title,
        Suggestion.case_no,
        Suggestion.status,
        Suggestion.level,
        Suggestion.is_key,
    ).where(Suggestion.id.in_(ids))
    return {
        f"suggestion:{row.id}": Case(
            f"suggestion:{row.id}",
            row.title,
            row.case_no or "",
            CaseStatus.label_of(row.status, row.status),
            row.level,
            row.is_key,
        )
        for row in session.execute(question)
    }


def _supervisions(session: Session, ids: set[int]) -> dict[str, Case]:
    if not ids:
        return {}
    question = select(SupervisionCase.id, SupervisionCase.number, SupervisionCase.unit)
    rows = session.execute(question.where(SupervisionCase.id.in_(ids))).all()
    units = unit_names(session, [row.unit for row in rows])
    return {
        f"supervision:{row.id}": Case(
            f"supervision:{row.id}", f"督查{units.get(row.unit, row.unit)}", row.number
        )
        for row in rows
    }
