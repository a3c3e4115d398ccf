"""A limit in the words of whoever owns it: how long, counted from what, reminded when, by which rule."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from service.deadlines.effects import Effect
from service.deadlines.explain import format_amount, format_day, format_moment
from service.deadlines.ladder import recipients
from service.deadlines.lateness import NEVER
from service.deadlines.seed import EVENTS, INSIDE, Before, Policy
from service.deadlines.workdays import Unit, local_day

LEVELS = {"": "全市通用", "city": "市级件", "town": "镇级件"}
"""For whose cases a limit holds; a case without a limit of its own level has the general one."""

CALENDARS = {"city": "全市的日历", "unit": "承办单位的日历"}
"""On whose calendar a limit is counted."""

_ARTICLE = re.compile("第[一二三四五六七八九十百零]+条")


class Basis(StrEnum):
    """What a limit rests on: how free an administrator is to change it."""

    LAW = "法律法规"
    REGULATION = "地方规定"
    LOCAL = "本地设定"


def basis(text: str) -> Basis:
    """Return what kind of rule a limit's basis names: an article is law, any other document a regulation."""
    if not text or text.startswith("设"):
        return Basis.LOCAL
    return Basis.LAW if _ARTICLE.search(text) else Basis.REGULATION


def length(policy: Policy) -> str:
    """3 个月, 之前 10 个工作日, 每年 8月31日, 最多 2 次"""
    amount = format_amount(policy.amount, policy.unit)
    if policy.unit is Unit.TIMES:
        return f"最多 {amount}"
    return f"之前 {amount}" if policy.amount < 0 else amount


def start(policy: Policy) -> str:
    """Say from when the limit is counted; nothing where it is a number or a day of the year."""
    if policy.unit in {Unit.TIMES, Unit.YEARLY}:
        return ""
    event = EVENTS.get(policy.start_event, policy.start_event)
    return f"从“{event}”往前数" if policy.amount < 0 else f"从“{event}”起算"


def whole(policy: Policy) -> str:
    """从“交办”起算 3 个月"""
    return f"{start(policy)} {length(policy).removeprefix('之前 ')}".strip()


def reminder(before: Before) -> str:
    """到期前 3 个工作日, 到期当天, 过期后 5 个工作日"""
    return f"{_side(before)} {_distance(before)}".strip()


def reminders(warnings: Iterable[Before]) -> str:
    """到期前 30 日、10 个工作日，到期当天，过期后 5 个工作日; or that there is none"""
    sides = [
        f"{side} {'、'.join(map(_distance, same))}".strip()
        for side, same in groupby(warnings, key=_side)
    ]
    return "，".join(sides) or "不提醒"


def told(before: Before) -> str:
    """到期前 3 个工作日（承办人、单位分管领导）"""
    named = "、".join(each.short for each in recipients(before.tell)) if before.tell else ""
    return f"{reminder(before)}（{named}）" if named else reminder(before)


def whom(before: Before) -> str:
    """承办人、单位主要负责人"""
    return "、".join(each.short for each in recipients(before.tell))


def headline(effect: Effect) -> str:
    """Say in one sentence what would move and what would be late."""
    counted = [
        (effect.tasks, "项任务"),
        (effect.timers, "个定时"),
        (effect.reminders, "次提醒"),
        (effect.records, "个台账日期"),
    ]
    moved = "、".join(f"{many} {what}" for many, what in counted if many)
    if not moved:
        return "没有在办的事项会因此变动，只影响以后开始计时的。"
    late = [
        (effect.late_now, "立刻逾期"),
        (effect.late_before, "原来就已逾期"),
        (effect.timely_again, "不再逾期"),
    ]
    told = "，".join(f"{many} 项{what}" for many, what in late if many)
    return f"会移动 {moved}；{told or '没有因此逾期的'}。"


def difference(before: datetime | None, after: datetime | None) -> str:
    """推迟 12 天, 提前 3 小时, 新增, 取消, 暂停计时, 恢复计时"""
    if before is None or after is None:
        return "新增" if before is None else "取消"
    if NEVER in {before, after}:
        return "暂停计时" if after == NEVER else "恢复计时"
    word = "推迟" if after > before else "提前"
    days = abs((local_day(after) - local_day(before)).days)
    if days:
        return f"{word} {days} 天"
    minutes = round(abs((after - before).total_seconds()) / 60)
    hours, rest = divmod(minutes, 60)
    return f"{word} {hours} 小时" if hours and not rest else f"{word} {minutes} 分钟"


def moment(at: datetime | None) -> str:
    """2026年6月30日（周二）18:00, 没有, 已暂停计时"""
    if at is None:
        return "没有"
    return "已暂停计时" if at == NEVER else format_moment(at)


def level(policy: Policy) -> str:
    return LEVELS.get(policy.level, policy.level)


def differences(before: Policy | None, after: Policy | None) -> Iterator[tuple[str, str, str]]:
    """Yield what two versions of a limit differ in: what it is called, what it was, what it becomes."""
    old, new = dict(_parts(before)), dict(_parts(after))
    for name in old | new:
        if old.get(name, "") != new.get(name, ""):
            yield name, old.get(name, "没有"), new.get(name, "没有")


def parts(policy: Policy) -> list[tuple[str, str]]:
    """Return everything there is to say of a limit, each with what it is called."""
    return list(_parts(policy))


def _parts(policy: Policy | None) -> Iterator[tuple[str, str]]:
    if policy is None:
        return
    yield "名称", policy.name
    yield "期限", length(policy)
    yield "起算", start(policy) or "没有起算的事件"
    if policy.start_event in INSIDE:
        end = EVENTS[policy.start_event]
        yield (
            "与整个期限的关系",
            f"随“{end}”移动，不会晚于它；开始得晚的，按剩余时间的比例缩短，至少给一个工作日。",
        )
    yield "提醒", "、".join(map(told, policy.warnings)) or "不提醒"
    yield "过期后", policy.overdue_action or "没有规定"
    yield (
        "依据",
        f"{basis(policy.basis)}：{policy.basis}" if policy.basis not in {"", "设"} else basis(""),
    )
    yield "批次统一日期", "封顶：以早的为准" if policy.capped_by_batch else "不受批次日期限制"
    yield "日历", CALENDARS.get(policy.counted_on, policy.counted_on)
    if policy.effective_from.year > 2000:
        yield "适用", f"{format_day(policy.effective_from)}及以后开始计时的"


def _side(before: Before) -> str:
    if before.amount == 0:
        return "到期当天"
    return "到期前" if before.amount > 0 else "过期后"


def _distance(before: Before) -> str:
    return format_amount(before.amount, before.unit) if before.amount else ""
