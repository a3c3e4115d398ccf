"""What is to happen in a simulation, and how somebody writes it down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

import orjson

from service.deadlines.workdays import LOCAL
from service.engine.language import timing
from service.errors import ScenarioInvalid

SKIP, WAIT = "skip", "wait"
MESSAGES = "messages"
_MORNING, _NIGHT = time(9), time(23, 59, 59)
_EARLIEST, _LATEST = 2000, 2199
_ANSWER = '{"approved": true}'


@dataclass(frozen=True)
class Message:
    """A message sent to the process: as soon as it waits for it, but not before `at`."""

    name: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True)
class Scenario:
    """What is to happen. `answers` maps an element's id or name to a form's values, or to a list of them, one a visit.

    Among the values, `"skip": true` leaves the task undone, and `"wait": "P5D"` does it that much later.
    """

    start: datetime
    process_id: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    messages: Sequence[Message] = ()
    until: datetime | None = None
    stub_operations: bool = False

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.start:
            raise ScenarioInvalid("截止时间（--until）早于开始时间（--start），请改正其中一个。")
        for name, given in self.answers.items():
            for one in given if isinstance(given, list) else [given]:
                if not isinstance(one, Mapping):
                    raise ScenarioInvalid(
                        f"“{name}”的答案要写成对象，例如 {_ANSWER}，或这样的对象的列表。"
                    )


def starting(text: str) -> datetime:
    """Read when a simulation starts: a day means nine in the morning, local time."""
    return _moment("开始时间", text, _MORNING)


def ending(text: str) -> datetime:
    """Read until when a simulation goes on: a day means its last second, local time."""
    return _moment("截止时间", text, _NIGHT)


def variables(text: str) -> dict[str, Any]:
    """Read the variables a process starts with."""
    return _object("变量（--variables）", text.encode(errors="replace")) if text else {}


def answers(content: bytes) -> tuple[dict[str, Any], list[Message]]:
    """Read a file of answers, and the messages under its key `messages`."""
    found = _object("答案文件（--answers）", content)
    given = found.pop(MESSAGES, [])
    if not isinstance(given, list):
        raise ScenarioInvalid(
            "答案文件里的 messages 要写成列表，每条写 name，可以加 payload 和 at。"
        )
    return found, [_listed(one) for one in given]


def message(text: str) -> Message:
    """Read `NAME` or `NAME=JSON` as the command line gives it."""
    name, equals, payload = text.partition("=")
    if not name.strip():
        raise ScenarioInvalid("消息（--message）要写名称，例如 --message 代表已撤回。")
    given = _object(f"消息“{name}”的内容", payload.encode(errors="replace")) if equals else {}
    return Message(name.strip(), given)


def is_skipped(answer: Mapping[str, Any]) -> bool:
    return bool(answer.get(SKIP))


def values_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an answer hands in, without what it says about the when."""
    return {name: value for name, value in answer.items() if name not in {SKIP, WAIT}}


def ready_at(answer: Mapping[str, Any], opened_at: datetime) -> datetime:
    """Return when somebody gets round to a task that was opened at a moment."""
    if not answer.get(WAIT):
        return opened_at
    try:
        return timing.duration(str(answer[WAIT])).after(opened_at)
    except (timing.TimeInvalid, OverflowError, ValueError) as error:
        raise ScenarioInvalid(
            f"答案里的 wait 写的“{answer[WAIT]}”不能用，请写时长，例如 P5D（5 天）或 PT4H（4 小时）。"
        ) from error


def _listed(given: Any) -> Message:
    if (
        not isinstance(given, Mapping)
        or not isinstance(given.get("name"), str)
        or not given["name"]
    ):
        raise ScenarioInvalid('messages 里的每条要写名称，例如 {"name": "代表已撤回"}。')
    if unknown := given.keys() - {"name", "payload", "at"}:
        raise ScenarioInvalid(
            f"消息“{given['name']}”里的“{min(unknown)}”不认识，可以写 name、payload 和 at。"
        )
    payload = given.get("payload", {})
    if not isinstance(payload, Mapping):
        raise ScenarioInvalid(f"消息“{given['name']}”的 payload 要写成对象，例如 {_ANSWER}。")
    at = (
        _moment(f"消息“{given['name']}”的时间", str(given["at"]), _MORNING)
        if "at" in given
        else None
    )
    return Message(given["name"], payload, at)


def _object(what: str, content: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except ValueError as error:
        raise ScenarioInvalid(
            f"{what}不是正确的 JSON：{error}。请写成对象，例如 {_ANSWER}，以 UTF-8 保存。"
        ) from error
    if not isinstance(found, dict):
        raise ScenarioInvalid(f"{what}要写成 JSON 对象，例如 {_ANSWER}。")
    return found


def _moment(what: str, text: str, hour: time) -> datetime:
    """Read a day or an instant; without a zone it is local."""
    try:
        day = date.fromisoformat(text.strip())
        found = datetime.combine(day, hour)
    except ValueError:
        found = _instant(what, text)
    if not _EARLIEST <= found.year <= _LATEST:
        raise ScenarioInvalid(f"{what}“{text}”要在 {_EARLIEST} 年到 {_LATEST} 年之间，请改正。")
    return (found if found.tzinfo else found.replace(tzinfo=LOCAL)).astimezone(UTC)


def _instant(what: str, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ScenarioInvalid(
            f"{what}“{text}”不是日期，请写成 2026-03-02 或 2026-03-02T09:00。"
        ) from error
