"""The terms of a user task: by when, when to look again, how urgent, with which form.

They are computed once, when the task is reached, and stay with its token; later changes of variables move nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from service.engine.drawn.source import Element
from service.engine.host import Due, PolicyUse, is_limit
from service.engine.language import expressions, timing
from service.engine.language.expressions import Expression, Template
from service.engine.running.instances import Token
from service.engine.running.times import DATES, compiled
from service.engine.running.values import evaluated, names_of
from service.errors import ExpressionFailed

USUAL_PRIORITY = 50
_LARGEST = 2**31


@dataclass(frozen=True)
class Agreed:
    """The terms of one task as computed. A day without a time ends in the zone of the people, which the engine does not know."""

    due: datetime | date | None = None
    policy: PolicyUse | None = None
    follow_up: datetime | date | None = None
    priority: int = USUAL_PRIORITY
    form_key: str | None = None


NOTHING_AGREED = Agreed()


@dataclass(frozen=True)
class Terms:
    """The texts of one user task, compiled; falsy where there are none."""

    texts: Mapping[str, Template | Expression] = field(default_factory=dict)

    @classmethod
    def of(cls, element: Element) -> "Terms":
        given = element.attributes
        texts: dict[str, Template | Expression] = {
            name: compiled(given[name]) for name in DATES if given.get(name, "").strip()
        }
        if given.get("priority", "").strip():
            texts["priority"] = expressions.interpolate(given["priority"].strip())
        if form := given.get("formKey") or given.get("formRef"):
            texts["form"] = expressions.interpolate(form)
        return cls(texts)

    def __bool__(self) -> bool:
        return bool(self.texts)

    def compute(self, token: Token) -> None:
        """Compute the terms now and leave them with the token, or raise ExpressionFailed naming its element."""
        values = dict(token.internal_data)
        at = token.workflow.top_workflow.at
        for name, text in self.texts.items():
            value = evaluated(text, token)
            try:
                values |= _COMPUTE[name](value, at)
            except (timing.TimeInvalid, OverflowError, ValueError) as error:
                spec = token.task_spec
                raise ExpressionFailed(
                    f"用户任务“{spec.bpmn_name or spec.bpmn_id}”的{_CALLED[name]}无法确定：{error}",
                    element=spec.bpmn_id,
                    cause=repr(error),
                    names=names_of(text),
                ) from error
        token.internal_data = values


def agreed(values: Mapping[str, Any]) -> Agreed:
    """Return the terms that were computed for a token."""
    if not values:
        return NOTHING_AGREED
    return Agreed(
        _read(values.get("due")),
        policy_of(values),
        _read(values.get("follow_up")),
        values.get("priority", USUAL_PRIORITY),
        values.get("form"),
    )


def policy_of(values: Mapping[str, Any]) -> PolicyUse | None:
    """Return the named limit by which a moment was computed."""
    if values.get("policy") is None:
        return None
    key, level, base_at, cap_on, *more = values["policy"]
    unit = more[0] if more else ""  # states of earlier releases name none
    outer_key, begun_at = more[1:] or (None, None)
    begun = datetime.fromisoformat(begun_at) if begun_at else None
    return PolicyUse(key, level, datetime.fromisoformat(base_at), cap_on, unit, outer_key, begun)


def of_limit(value: Due) -> dict[str, Any]:
    """Return what a token remembers of a named limit: its moment, and how it was found."""
    policy = [value.policy_key, value.level, value.base_at.isoformat(), value.cap_on, value.unit]
    if value.outer_key and value.begun_at:
        policy += [value.outer_key, value.begun_at.isoformat()]
    return {"due": timing.zoned(value.moment).isoformat(), "policy": policy}


def priority_fault(text: str) -> str:
    text = text.strip()
    try:
        found = expressions.interpolate(text)
        if text and not found.expressions:
            _priority(text)
    except ValueError as error:
        return str(error)
    return ""


def _due(value: Any, at: datetime) -> dict[str, Any]:
    return of_limit(value) if is_limit(value) else _moment("due", value, at)


def _follow_up(value: Any, at: datetime) -> dict[str, Any]:
    given = value.moment if is_limit(value) else value
    return _moment("follow_up", given, at)


def _moment(key: str, value: Any, at: datetime) -> dict[str, Any]:
    found = timing.when(value, at)
    return {} if found is None else {key: found.isoformat()}


def _priority(value: Any) -> int:
    try:
        number = int(str(value).strip())
    except ValueError as error:
        raise ValueError(f"“{value}”不是整数，请写成 50 这样的数。") from error
    if abs(number) >= _LARGEST:
        raise ValueError(f"“{value}”太大，请写成 0 到 100 的数。")
    return number


def _read(text: str | None) -> datetime | date | None:
    if text is None:
        return None
    return date.fromisoformat(text) if len(text) == len("2026-03-01") else timing.moment(text)


_COMPUTE: Mapping[str, Callable[[Any, datetime], dict[str, Any]]] = {
    "dueDate": _due,
    "followUpDate": _follow_up,
    "priority": lambda value, at: {} if value in (None, "") else {"priority": _priority(value)},
    "form": lambda value, at: {} if value in (None, "") else {"form": str(value)},
}
_CALLED = {"dueDate": "到期日", "followUpDate": "跟进日", "priority": "优先级", "form": "表单"}
