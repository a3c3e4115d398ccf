"""What came of a simulation: as values, as the document a program reads, as the lines a designer reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from service.deadlines.workdays import LOCAL
from service.engine.drawn.findings import Finding
from service.playing.company import SOMEBODY

KINDS: Mapping[str, str] = {
    "startEvent": "开始",
    "endEvent": "结束",
    "userTask": "办理",
    "withdrawn": "撤销",
    "warning": "临期提醒",
    "overdue": "逾期",
    "serviceTask": "执行",
    "stood_in": "代替",
    "sendTask": "发送",
    "receiveTask": "收到",
    "scriptTask": "计算",
    "businessRuleTask": "查决策表",
    "task": "经过",
    "manualTask": "经过",
    "exclusiveGateway": "判断",
    "inclusiveGateway": "判断",
    "parallelGateway": "并行",
    "eventBasedGateway": "等待",
    "boundaryEvent": "触发",
    "intermediateCatchEvent": "等到",
    "intermediateThrowEvent": "发出",
    "callActivity": "调用",
    "subProcess": "子流程",
    "transaction": "子流程",
    "multiInstance": "逐个做完",
    "message_kept": "留存",
    "message_taken": "送达",
}
_BY_PEOPLE = frozenset({"startEvent", "userTask"})

_WORDS = {SOMEBODY: "（某人）"}
_AWAITED = {
    "task": "任务",
    "timer": "定时",
    "message": "消息",
    "signal": "信号",
    "conditional": "条件",
}
_REASONS_BEFORE = frozenset({"refused", "invalid"})  # nothing was started


@dataclass(frozen=True)
class Passed:
    """One thing that happened; `event` is an element's kind or a verb, as in the history."""

    at: datetime
    process: str
    element: str
    name: str
    event: str
    by: str | None
    flow: str | None


@dataclass(frozen=True)
class Awaited:
    """Something the process waits for: a task, a timer, or a message by its name."""

    kind: str  # task | timer | message | signal
    element: str
    name: str
    whom: Sequence[str] = ()
    due_at: datetime | None = None


@dataclass(frozen=True)
class Stop:
    """Why it went no further. `messages` are the sentences beside a form's fields.

    `refused`: the files did not pass the check; `invalid`: the scenario makes no sense; `form`: an answer was not
    accepted; `failed`: a step; `waiting`: nobody does anything any more; `until`: the time is up; `steps`: no end in
    sight.
    """

    reason: str
    sentence: str
    element: str = ""
    cause: str = ""
    messages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What came of a scenario: `stop` says why where no end was reached."""

    process: str
    name: str
    started_at: datetime
    at: datetime
    end: str = ""  # the end event's id; none where a process runs out without one
    end_name: str = ""
    stop: Stop | None = None
    trace: Sequence[Passed] = ()
    waiting: Sequence[Awaited] = ()
    undelivered: Sequence[str] = ()
    findings: Sequence[Finding] = ()

    @property
    def ended(self) -> bool:
        return self.stop is None


def nothing(at: datetime, stop: Stop) -> Outcome:
    """Return the outcome of what never started."""
    return Outcome("", "", at, at, stop=stop)


def document(outcome: Outcome) -> dict[str, Any]:
    """Return the outcome in JSON's terms; moments are local, with their zone."""
    return {
        "process": outcome.process,
        "started_at": _iso(outcome.started_at),
        "at": _iso(outcome.at),
        "ended": outcome.ended,
        "end": {"element": outcome.end, "name": outcome.end_name} if outcome.ended else None,
        "stop": None if outcome.stop is None else asdict(outcome.stop),
        "trace": [{**vars(one), "at": _iso(one.at)} for one in outcome.trace],
        "waiting": [
            {
                **vars(one),
                "whom": list(one.whom),
                "due_at": _iso(one.due_at) if one.due_at else None,
            }
            for one in outcome.waiting
        ],
        "undelivered": list(outcome.undelivered),
        "findings": [vars(one) for one in outcome.findings],
    }


def lines(outcome: Outcome) -> Iterator[str]:
    """Yield the lines of a report: what happened, how it ended, what is still waited for."""
    if outcome.process:
        yield f"{outcome.name or outcome.process}（{outcome.process}）"
    for one in outcome.trace:
        who = f"  {_WORDS.get(one.by, one.by)}" if one.by and one.event in _BY_PEOPLE else ""
        yield f"  {_minute(one.at)}  {KINDS.get(one.event, one.event)}  {one.name}{who}"
    if outcome.stop is None:
        yield _ending(outcome)
    else:
        yield from _stopping(outcome, outcome.stop)
    if outcome.undelivered:
        yield f"没有送到的消息：{'、'.join(outcome.undelivered)}。流程没有等过它们，请核对名称和时间。"


def _ending(outcome: Outcome) -> str:
    where = f"走到结束“{outcome.end_name or outcome.end}”" if outcome.end else "各条路都走完了"
    return f"{where}：{_minute(outcome.at)}。"


def _stopping(outcome: Outcome, stop: Stop) -> Iterator[str]:
    if stop.reason in _REASONS_BEFORE:
        yield stop.sentence
        return
    yield f"没有走到结束（停在 {_minute(outcome.at)}）：{stop.sentence}"
    for message in stop.messages.values():
        yield f"  {message}"
    for one in outcome.waiting:
        whom = f"（{'、'.join(one.whom)}）" if one.whom else ""
        due = f"  {_minute(one.due_at)} 到期" if one.due_at else ""
        yield f"  还在等：{_AWAITED[one.kind]}“{one.name or one.element}”{whom}{due}"


def _iso(at: datetime) -> str:
    return at.astimezone(LOCAL).isoformat()


def _minute(at: datetime) -> str:
    return f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M}"
