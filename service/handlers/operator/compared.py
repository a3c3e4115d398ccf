"""What a change has kept of before and after, as lines a reader compares."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
_FILES, _POSTS = "attachments", "posts"
_PLACES = frozenset({"place", "town", "unit"})  # kept as the code of a unit or a town
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


@dataclass(frozen=True)
class Names:
    """What units, posts and files are called that a change has kept by code; a file only where its reader may see it."""

    units: Mapping[str, str] = field(default_factory=dict)
    posts: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[int, str] = field(default_factory=dict)

    def word(self, value: Any, key: str) -> str:
        """Return a value in words."""
        if isinstance(value, bool):
            return "是" if value else "否"
        if key in _DAYS:
            return format_day(date.fromisoformat(value))
        if key in _MOMENTS:
            return format_moment(datetime.fromisoformat(value))
        text = str(value)
        known = _VALUES.get(key, {}).get(text)
        if known is None and key in _PLACES:
            return self.units.get(text, text)
        return known or (self.posts.get(text, text) if key == _POSTS else text)

    def listed(self, values: Sequence[Any], key: str) -> str:
        """Return several values in words; of the files a reader may not see, how many there are."""
        if key != _FILES:
            return "、".join(self.word(one, key) for one in values)
        seen = [self.files[one] for one in values if one in self.files]
        hidden = len(values) - len(seen)
        others = f"{'另有 ' if seen else ''}{hidden} 个文件，您不能查看" if hidden else ""
        return "、".join(filter(None, (*seen, others)))


NOBODY_NAMED = Names()


def mentioned(data: Any, key: str) -> Iterator[Any]:
    """Yield the values that a change has kept under a name, however deep: codes of posts, ids of files."""
    for name, inner in data.items() if isinstance(data, Mapping) else ():
        if name == key:
            yield from inner if isinstance(inner, list) else [inner]
        else:
            yield from mentioned(inner, key)
    if isinstance(data, list):
        for inner in data:
            yield from mentioned(inner, key)


class Difference(NamedTuple):
    """One value of what was changed, before and after."""

    name: str
    before: str
    after: str


def differences(data: Mapping[str, Any], names: Names = NOBODY_NAMED) -> list[Difference]:
    """Return what a change has kept, value by value; what is the same on both sides is left out."""
    if _LISTED in data:
        return [_listed(one) for one in data[_LISTED][:MOST]]
    before, after = (dict(_values(data.get(side), names)) for side in _SIDES)
    after |= dict(_values({name: data[name] for name in data if name not in _SIDES}, names))
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


def _values(value: Any, names: Names, name: str = "", key: str = "") -> Iterator[tuple[str, str]]:
    """Yield the values of nested data under the way to each, in words where there are any."""
    if isinstance(value, Mapping):
        for inner_key, inner in value.items():
            if inner_key not in _UNTOLD:
                named = f"{name} {_WORDS.get(inner_key, inner_key)}".strip()
                yield from _values(inner, names, named, inner_key)
    elif isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        for number, inner in enumerate(value, start=1):
            named = f"{name} {_which(inner, number, value)}".strip()
            yield from _values(inner, names, named, key)
    elif isinstance(value, list):
        yield name, names.listed(value, key)
    elif value not in (None, ""):
        yield name, names.word(value, key)


def _which(value: Any, number: int, among: list[Any]) -> str:
    """Name one of several by its day or its name, so that it is compared with itself."""
    if len(among) == 1:
        return ""
    named = value.get("day") or value.get("name") if isinstance(value, Mapping) else ""
    return str(named or number)
