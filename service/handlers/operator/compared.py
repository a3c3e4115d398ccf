"""What a change has kept of before and after, as lines a reader compares."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

MOST = 200
"""Lines of one change on a page."""

_SIDES = ("before", "after")
_UNTOLD = frozenset({"table", "id", "changed_at", "changed_by"})  # bookkeeping of rows
_WORDS: Mapping[str, str] = {
    "address": "来源地址",
    "amount": "数量",
    "basis": "依据",
    "business_key": "事项",
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
    "ends_on": "结束日期",
    "expires_at": "有效期至",
    "files": "文件",
    "first_day": "第一天",
    "kind": "类型",
    "last_day": "最后一天",
    "level": "层级",
    "name": "名称",
    "note": "说明",
    "overdue_action": "到期以后",
    "posts": "岗位",
    "processes": "流程",
    "proposal": "流程变更编号",
    "reason": "理由",
    "scope": "范围",
    "source": "来源",
    "start_event": "起算点",
    "token": "令牌",
    "town": "镇",
    "unit": "单位",
    "until": "截至",
    "version": "版本",
    "warnings": "提醒",
    "year": "年份",
}


class Difference(NamedTuple):
    """One value of what was changed, before and after."""

    name: str
    before: str
    after: str


def differences(data: Mapping[str, Any]) -> list[Difference]:
    """Return what a change has kept, value by value; what is the same on both sides is left out."""
    before, after = (dict(_values(data.get(side))) for side in _SIDES)
    after |= dict(_values({name: data[name] for name in data if name not in _SIDES}))
    found = [
        Difference(name, before.get(name, ""), after.get(name, ""))
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    ]
    return found[:MOST]


def _values(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the values of nested data under the way to each."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in _UNTOLD:
                yield from _values(inner, f"{name} {_WORDS.get(key, key)}".strip())
    elif isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        for number, inner in enumerate(value, start=1):
            yield from _values(inner, f"{name} {_which(inner, number, value)}".strip())
    elif isinstance(value, list):
        yield name, "、".join(map(str, value))
    elif isinstance(value, bool):
        yield name, "是" if value else "否"
    elif value not in (None, ""):
        yield name, str(value)


def _which(value: Any, number: int, among: list[Any]) -> str:
    """Name one of several by its day or its name, so that it is compared with itself."""
    if len(among) == 1:
        return ""
    named = value.get("day") or value.get("name") if isinstance(value, Mapping) else ""
    return str(named or number)
