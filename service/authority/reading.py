"""Who may read a case: by post, as somebody who takes part in it, or because one of its tasks waits for them."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.register.common import keys
from service.register.people import posts
from service.register.people.directory import Actor
from service.register.people.roles import Role
from service.register.proposal import identity
from service.register.supervision.cases import Outcome, Status
from service.tables.assignments import Assignment
from service.tables.runtime import ProcessInstance, TaskCandidate, UserTask
from service.tables.suggestions import CoSigner, Suggestion
from service.tables.supervision import SupervisionCase

KINDS = frozenset({"suggestion", "supervision", "evaluation"})
"""The kinds of case the register keeps; a business key of another kind is a process's own affair."""

CONSENT = "consent"
"""The kind of key under which the deputy's written consent is kept: `consent:17` belongs to `suggestion:17`."""

_OWN = {
    "suggestion": "suggestion_main",
    "supervision": "supervision_closed_loop",
    "evaluation": "proxy_evaluation",
}


@dataclass(frozen=True)
class Ground:
    """A reason to see suggestions: who has it, and the suggestions it opens to them."""

    sentence: str
    opens: Callable[[Actor], ColumnElement[bool]]


GROUNDS = (
    Ground("领衔代表看自己提出的建议", lambda actor: Suggestion.lead_deputy == actor.login),
    Ground(
        "联名代表看没有拒绝联名的建议",
        lambda actor: Suggestion.id.in_(
            select(CoSigner.suggestion_id).where(
                CoSigner.login == actor.login, CoSigner.decision != "declined"
            )
        ),
    ),
    Ground(
        "代表团联络员看本团代表的建议",
        lambda actor: Suggestion.delegation.in_(_scopes(actor, Role.DELEGATION_CLERK)),
    ),
    Ground(
        "镇人大主席团看本镇的建议",
        lambda actor: Suggestion.town.in_(_scopes(actor, Role.TOWN_PRESIDIUM)),
    ),
    Ground(
        "人大各机构自提交起看全部建议",
        lambda actor: Suggestion.id > 0 if actor.groups & posts.CONGRESS else false(),
    ),
    Ground(
        "政府和党委各办理机构自立案起看全部建议",
        lambda actor: (
            Suggestion.registered_at.is_not(None) if actor.groups & posts.GOVERNMENT else false()
        ),
    ),
    Ground(
        "承办单位的人看交办给本单位的建议",
        lambda actor: Suggestion.id.in_(
            select(Assignment.suggestion_id).where(Assignment.unit.in_(actor.units))
        ),
    ),
)


def is_case(business_key: str | None) -> bool:
    """Does this key name something the register keeps, and not what somebody else's process calls itself?"""
    return keys.parse(business_key)[0] in KINDS


def names_a_case(business_key: str | None) -> bool:
    """Does this key look like one of the register's, whether such a case exists or not?"""
    return (business_key or "").partition(":")[0].strip().lower() in KINDS


def readable(actor: Actor) -> ColumnElement[bool]:
    """Return the suggestions a person may read, as a condition on rows."""
    return or_(*(ground.opens(actor) for ground in GROUNDS))


def titled(actor: Actor) -> ColumnElement[bool]:
    """Return the suggestions whose title a person may know on the pages of administrators, as a condition on rows.

    Administrators are told the title as every office of the staff is, from the registration on, and nothing more of it.
    """
    is_administrator = Role.ADMIN in actor.groups
    registered = Suggestion.registered_at.is_not(None) if is_administrator else false()
    return or_(readable(actor), registered)


def may_see(session: Session, actor: Actor, business_key: str | None) -> bool:
    """May this person read what the case's own page shows? A key of no known kind concerns nobody."""
    kind, number = keys.parse(business_key)
    if kind == CONSENT:
        return _reads_consent(session, actor, number)
    if kind not in KINDS:
        return False
    if kind == "suggestion" and _readable(session, actor, number) is not None:
        return True
    if kind == "supervision" and _reads_supervision(session, actor, number):
        return True
    # A signed paper, `evaluation:…`, is for those alone who type it in.
    return _works_on(session, actor, kind, number)


def _reads_consent(session: Session, actor: Actor, suggestion_id: int) -> bool:
    """A signed paper names the deputy: whoever may not know the name reads the case without it."""
    is_reader = _readable(session, actor, suggestion_id) is not None
    return is_reader and not identity.hidden_from(session, actor, suggestion_id)


def suggestion(session: Session, actor: Actor, suggestion_id: int) -> Suggestion | None:
    """Return a suggestion if this person may read it, as `may_see` says."""
    found = _readable(session, actor, suggestion_id)
    if found is None and _works_on(session, actor, "suggestion", suggestion_id):
        return session.get(Suggestion, suggestion_id)
    return found


def refuse_stranger(session: Session, actor: Actor, supervision_id: int) -> None:
    """Refuse somebody who may not read a supervision, in words; one that is not there is not found."""
    if session.get(SupervisionCase, supervision_id) is None:
        raise NotFound("没有找到这次督查，请返回督查看板重新选择。", supervision=supervision_id)
    if not may_see(session, actor, f"supervision:{supervision_id}"):
        raise NotAllowed(
            "您不能查看这次督查。只有督查部门、人大和政府的办理机构，以及被督查单位可以查看；"
            "如果您认为应当有权限，请联系系统管理员核对您的岗位。"
        )


def is_internal(actor: Actor) -> bool:
    """Does this person read supervisions as one of the offices, and not as the unit that is examined?"""
    return not actor.groups.isdisjoint(posts.SUPERVISION)


def _readable(session: Session, actor: Actor, suggestion_id: int) -> Suggestion | None:
    return session.scalar(select(Suggestion).where(Suggestion.id == suggestion_id, readable(actor)))


def _reads_supervision(session: Session, actor: Actor, supervision_id: int) -> bool:
    """The unit reads a supervision once it has been given a conclusion that names a problem."""
    case = session.get(SupervisionCase, supervision_id)
    if case is None:
        return False
    is_known = case.status != Status.INSPECTING and case.outcome != Outcome.NO_PROBLEM
    return is_internal(actor) or (case.unit in actor.units and is_known)


def _works_on(session: Session, actor: Actor, kind: str, number: int) -> bool:
    """Does a task that the case's own process made wait for the person now?"""
    waiting = select(UserTask.id).where(
        UserTask.business_key == f"{kind}:{number}",
        or_(
            UserTask.assignee == actor.login,
            and_(
                UserTask.assignee.is_(None),
                UserTask.id.in_(
                    select(TaskCandidate.task_id).where(
                        TaskCandidate.candidate.in_(actor.candidates)
                    )
                ),
            ),
        ),
        UserTask.instance_id.in_(_own_instances(kind, number)),
    )
    return session.scalar(select(waiting.exists())) or False


def _own_instances(kind: str, number: int) -> Select[int]:
    """The instances a case began itself: its own process, and what its messages started; nobody's by name alone."""
    instances = select(ProcessInstance.id).where(
        ProcessInstance.business_key == f"{kind}:{number}",
        or_(ProcessInstance.process_id == _OWN[kind], ProcessInstance.started_by.is_(None)),
    )
    if kind != "suggestion":
        return instances
    begun = select(Suggestion.instance_id).where(Suggestion.id == number)
    return instances.where(or_(ProcessInstance.id.in_(begun), ProcessInstance.started_by.is_(None)))


def _scopes(actor: Actor, role: Role) -> list[str]:
    return [g.partition(":")[2] for g in actor.groups if g.startswith(f"{role}:")]
