"""Limits for programs of administrators: listed, changed after their effect is known, taken back."""

from datetime import date
from typing import Any, Literal

from flask import Response, g, jsonify
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from service.authority import timing
from service.deadlines import changes, limits, plain, policies, record, revision
from service.deadlines.limits import Running
from service.deadlines.revision import Scope
from service.deadlines.seed import Policy
from service.deadlines.workdays import local_day
from service.handlers import web
from service.handlers.api.blueprint import LIMITS, api
from service.handlers.api.requests import Body, Limit
from service.register.people.roles import Role
from service.runtime import usage

administrators = web.group(Role.ADMIN)

_STAMP = Field(
    default=None,
    max_length=100,
    description="看影响时得到的 stamp；此后期限或日历有变化时拒绝（409）",
)


class LimitPath(BaseModel):
    key: str = Field(max_length=100)


class ChangePath(BaseModel):
    change_id: int = Field(ge=1, lt=2**31)


class Rung(Body):
    """A reminder."""

    side: Literal["before", "after"] = Field(description="到期前，或过期后")
    amount: int = Field(ge=0, le=2000)
    unit: str = Field(max_length=5, description="CM 个月、CD 日、WD 工作日、WH 工作小时、CH 小时")


class Wanted(Body):
    """What a limit is to become; what is not given stays as it is."""

    name: str | None = None
    amount: int | None = Field(default=None, description="大于 0；往前数的写 direction=before")
    unit: str | None = Field(
        default=None, description="CM、CD、WD、WH、CH、ON（每年的月日）、TIMES"
    )
    direction: Literal["after", "before"] | None = None
    start_event: str | None = None
    warnings: list[Rung] | None = Field(default=None, max_length=10)
    overdue_action: str | None = None
    basis: str | None = None
    confirmed_basis: str | None = Field(default=None, description="法定期限改长的依据")
    capped_by_batch: bool | None = None
    counted_on: Literal["city", "unit"] | None = Field(default=None, description="按谁的日历数")
    level: Literal["all", "city", "town"] = "all"
    scope: Scope = Field(description="running 在办的也按新规定；later 只对以后开始计时的")
    effective_from: date | None = Field(default=None, description="只用于 later；不写就是今天")


class Confirmed(Wanted):
    """A change, with the reason for it."""

    reason: str
    stamp: str | None = _STAMP


class Undoing(Body):
    reason: str = Field(min_length=1, max_length=revision.LONGEST_REASON)
    stamp: str | None = _STAMP


@api.get("/limits", tags=[LIMITS], summary="所有期限，按阶段排列")
@web.allowed(administrators)
def listed_limits() -> Response:
    with web.database().reading() as session:
        running = limits.running(session)
        found = limits.listed(policies.in_force(session), local_day(g.at))
    shown = [plain.limit(one, running.get(one.key, Running())) for one in found]
    return jsonify(limits=shown)


@api.get("/limits/<key>", tags=[LIMITS], summary="一项期限，以及哪些流程图用到它")
@web.allowed(administrators)
def show_limit(path: LimitPath) -> Response:
    with web.database().reading() as session:
        found = limits.one(policies.in_force(session), path.key, local_day(g.at))
        running = limits.running(session).get(path.key, Running())
        uses = usage.of(session, limits.names_in_diagrams(path.key))
    used = [
        {
            "process_id": use.version.process_id,
            "version": use.version.version,
            "element_id": use.element_id,
        }
        for use in uses
    ]
    return jsonify(plain.limit(found, running) | {"uses": used})


@api.post("/limits/<key>/effect", tags=[LIMITS], summary="这样改会移动什么；不作任何改动")
@web.allowed(administrators)
def limit_effect(path: LimitPath, body: Wanted, query: Limit) -> Response:
    with web.database().reading() as session:
        policy, ground = _wanted(session, path.key, body, "只看影响")
        found = changes.preview(session, policy, g.at, confirmed_basis=ground)
    return jsonify(plain.effect(found, query.limit))


@api.post("/limits/<key>", tags=[LIMITS], summary="修改期限，立即生效并移动在办的")
@web.allowed(administrators)
def set_limit(path: LimitPath, body: Confirmed) -> Response:
    by = web.actor().login
    with web.database().transaction() as session:
        policy, ground = _wanted(session, path.key, body, body.reason)
        done = changes.apply(
            session, policy, body.reason.strip(), by, g.at, body.stamp, confirmed_basis=ground
        )
        answer = plain.change(done)
    _catch_up(answer["id"])
    return jsonify(answer)


@api.get("/limit-changes", tags=[LIMITS], summary="修改记录，最近的在前")
@web.allowed(administrators)
def limit_changes(query: Limit) -> Response:
    with web.database().reading() as session:
        found = [plain.change(one) for one in record.latest(session, query.limit)]
    return jsonify(changes=found)


@api.post(
    "/limit-changes/<int:change_id>/effect", tags=[LIMITS], summary="撤销会移动什么；不作改动"
)
@web.allowed(administrators)
def undoing_effect(path: ChangePath, query: Limit) -> Response:
    with web.database().reading() as session:
        timing.refuse_undoing(record.one(session, path.change_id))
        found = changes.preview_undo(session, path.change_id, g.at)
    return jsonify(plain.effect(found, query.limit))


@api.post("/limit-changes/<int:change_id>/undo", tags=[LIMITS], summary="撤销一次修改")
@web.allowed(administrators)
def undo_change(path: ChangePath, body: Undoing) -> Response:
    by = web.actor().login
    with web.database().transaction() as session:
        timing.refuse_undoing(record.one(session, path.change_id))
        done = changes.undo(session, path.change_id, by, g.at, body.stamp, body.reason)
        answer = plain.change(done)
    _catch_up(answer["id"])
    return jsonify(answer)


def _wanted(session: Session, key: str, body: Wanted, reason: str) -> tuple[Policy, str]:
    """Return the limit that a body asks for, and the ground on which a legal one is longer."""
    book, today = policies.in_force(session), local_day(g.at)
    given: dict[str, Any] = body.model_dump(mode="json", exclude_none=True, exclude={"stamp"})
    values = revision.completed({**given, "reason": reason}, book, key, today)
    return revision.policy_of(values, book, key, today), values["confirmed_basis"] or ""


def _catch_up(change_id: int) -> None:
    """Move what a command that began before the change still wrote by the old rule."""
    with web.database().transaction() as session:
        changes.catch_up(session, change_id, g.at)
