"""What a change has kept of before and after, as lines a reader compares."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from service.deadlines.explain import format_day, format_moment
from service.deadlines.ladder import Recipient
from service.deadlines.seed import EVENTS
from service.deadlines.workdays import Unit

MOST = 200
"""Lines of one change on a page."""

_SIDES = ("before", "after")
_LISTED = "differences"  # of a change that has compared by itself
_UNTOLD = frozenset(
    {"table", "id", "at", "by", "business_key", "changed_at", "changed_by", "resumed_by"}
)  # bookkeeping of rows; who did it, when and to which case stands above
_DAYS = frozenset({"effective_from", "first", "last", "until"})
_MOMENTS = frozenset({"due_at", "from_at", "until_at"})
_WORDS: Mapping[str, str] = {
    "amount": "数量",
    "attachments": "附件",
    "basis": "依据",
    "capped_by_batch": "受批次统一日期限制",
    "change": "修改编号",
    "command": "步骤",
    "confirmed": "已确认",
    "counted_on": "按谁的日历",
    "day": "日期",
    "decisions": "决策表",
    "deployment": "部署编号",
    "due_at": "到期时间",
    "effective_from": "施行日期",
    "element": "环节",
    "files": "文件",
    "first": "第一天",
    "from_at": "从何时起",
    "instance": "流程编号",
    "kind": "类型",
    "key": "名称代号",
    "last": "最后一天",
    "level": "层级",
    "name": "名称",
    "note": "说明",
    "overdue_action": "到期以后",
    "posts": "岗位",
    "processes": "流程",
    "proposal": "流程变更编号",
    "place": "地点",
    "reason": "理由",
    "scope": "范围",
    "spans": "办公时间",
    "source": "来源",
    "start_event": "起算点",
    "tell": "提醒谁",
    "town": "镇",
    "unit": "单位",
    "until": "截至",
    "until_at": "到何时为止",
    "version": "版本",
    "warnings": "提醒",
    "year": "年份",
}


_VALUES: Mapping[str, Mapping[str, str]] = {
    "counted_on": {"city": "全市日历", "unit": "承办单位的日历"},
    "kind": {"holiday": "放假", "workday": "上班"},
    "level": {"city": "市级", "town": "镇级"},
    "scope": {"city": "全市", "town": "一个镇", "unit": "一个单位"},
    "start_event": EVENTS,
    "tell": {one.value: one.short for one in Recipient},
    "unit": {one.value: one.label for one in Unit},
}
"""What kept values are called, by the name they are kept under."""


class Difference(NamedTuple):
    """One value of what was changed, before and after."""

    name: str
    before: str
    after: str


def differences(data: Mapping[str, Any]) -> list[Difference]:
    """Return what a change has kept, value by value; what is the same on both sides is left out."""
    if _LISTED in data:
        return [_listed(one) for one in data[_LISTED][:MOST]]
    before, after = (dict(_values(data.get(side))) for side in _SIDES)
    after |= dict(_values({name: data[name] for name in data if name not in _SIDES}))
    found = [
        Difference(name, before.get(name, ""), after.get(name, ""))
        for name in {**before, **after}
        if before.get(name, "") != after.get(name, "")
    ]
    return found[:MOST]


def _listed(one: list[Any]) -> Difference:
    """Read a line of a change that has compared by itself: of what, and the two sides."""
    *names, before, after = map(str, one)
    return Difference(" ".join(names), before, after)


def _values(value: Any, name: str = "", key: str = "") -> Iterator[tuple[str, str]]:
    """Yield the values of nested data under the way to each, in words where there are any."""
    if isinstance(value, Mapping):
        for inner_key, inner in value.items():
            if inner_key not in _UNTOLD:
                named = f"{name} {_WORDS.get(inner_key, inner_key)}".strip()
                yield from _values(inner, named, inner_key)
    elif isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        for number, inner in enumerate(value, start=1):
            yield from _values(inner, f"{name} {_which(inner, number, value)}".strip(), key)
    elif isinstance(value, list):
        yield name, "、".join(_word(one, key) for one in value)
    elif value not in (None, ""):
        yield name, _word(value, key)


def _word(value: Any, key: str) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if key in _DAYS:
        return format_day(date.fromisoformat(value))
    if key in _MOMENTS:
        return format_moment(datetime.fromisoformat(value))
    return _VALUES.get(key, {}).get(str(value), str(value))


def _which(value: Any, number: int, among: list[Any]) -> str:
    """Name one of several by its day or its name, so that it is compared with itself."""
    if len(among) == 1:
        return ""
    named = value.get("day") or value.get("name") if isinstance(value, Mapping) else ""
    return str(named or number)
