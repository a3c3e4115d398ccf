"""怎么算的: every due date can say, in Chinese, how it came about."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from service.deadlines import policies
from service.deadlines.book import Book, Due, Within
from service.deadlines.lateness import NEVER
from service.deadlines.seed import EVENTS, INSIDE, Policy
from service.deadlines.standstill import Extension, Pause, counted
from service.deadlines.workdays import (
    LOCAL,
    OFFICE_HOURS,
    Calendar,
    Unit,
    end_of,
    local_day,
)

_WEEKDAYS = "一二三四五六日"
_RANGES_LISTED = 8
_BY_HAND = "后经有权限的人员另行确定。"


@dataclass(frozen=True)
class Explanation:
    """The due moment and the sentences that lead to it, in reading order."""

    due_at: datetime
    lines: tuple[str, ...]
    is_provisional: bool  # crosses a year whose holidays nobody has confirmed

    def __str__(self) -> str:
        return "\n".join(self.lines)

    @property
    def is_by_hand(self) -> bool:
        """Was the moment set by somebody, and not by the limit?"""
        return any(line.endswith(_BY_HAND) for line in self.lines)

    def naming(self, who: str, at: datetime) -> "Explanation":
        """Return the same, with who set the moment, and when."""
        named = f"已由{who}于{format_day(local_day(at))}另定。"
        return replace(self, lines=tuple(line.replace(_BY_HAND, named) for line in self.lines))


def explain(
    session: Session,
    key: str,
    base_at: datetime,
    level: str = "",
    cap_on: str | None = None,
    due_at: datetime | None = None,
    unit: str = "",
    case: str | None = None,
    within: Within | None = None,
) -> Explanation:
    """Say how this limit is counted from `base_at`, on the calendar of a unit and with the pauses of a case.

    `due_at` is what the task itself shows, when it has one; a due moment that somebody moved is said to be moved.
    """
    book = policies.in_force(session)
    due = book.due(key, base_at, level, cap_on, unit, case, within)
    policy = book.policy(key, level, local_day(base_at))
    calendar = book.calendar_in(policy, base_at, cap_on, unit, case)
    if due.within is not None:
        lines = list(_inside(book, policy, due, due.within, case))
    elif policy.start_event in INSIDE:
        return _of_old(due_at or due.moment, policy)
    else:
        lines = list(_lines(book, policy, due, case))
    shown = due_at or due.moment
    if NEVER in {due.moment, shown}:
        return _standing(lines, policy)
    if shown != due.moment:
        lines.append(f"按以上规则应为{format_moment(due.moment)}，{_BY_HAND}")
    lines.append(f"到期时间：{format_moment(shown)}。")
    lines.append(_basis(policy))
    years = calendar.provisional(*sorted([local_day(base_at), local_day(shown)]))
    if years:
        named = "、".join(f"{year} 年" for year in years)
        lines.append(
            f"注意：{named}的放假和调休安排尚未确认，以上日期是暂定的，安排公布后可能变化。"
        )
    return Explanation(shown, tuple(lines), bool(years))


def format_day(day: date) -> str:
    """2026年11月23日（周一）"""
    return f"{day.year}年{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


def format_moment(at: datetime) -> str:
    """2026年11月23日（周一）18:00"""
    if at == NEVER:
        return "已暂停计时"
    local = at.astimezone(LOCAL)
    return f"{format_day(local.date())}{local:%H:%M}"


def format_amount(amount: int, unit: Unit) -> str:
    """3 个月, 10 个工作日, 每年 8月31日"""
    if unit is Unit.YEARLY:
        month, day = divmod(amount, 100)
        return f"每年 {month}月{day}日"
    return f"{abs(amount)} {unit.label}"


def _standing(lines: list[str], policy: Policy) -> Explanation:
    """Say of a limit whose clock stands how it was counted until then."""
    told = (*lines, "已暂停计时，恢复后继续计算。", _basis(policy))
    return Explanation(NEVER, told, is_provisional=False)


def _extended(calendar: Calendar, extension: Extension, met: Sequence[Pause]) -> Iterator[str]:
    yield f"经批准延期至{format_day(extension.until)}，不再受批次统一日期限制。"
    later = [pause for pause in met if pause.from_at > extension.granted_at]
    day = extension.until
    if any(pause.until_at is None for pause in later):
        return
    if later:
        granted = local_day(extension.granted_at)
        day += timedelta(days=sum(pause.after(granted) for pause in later))
        yield from _paused(granted, later)
        yield f"顺延到{format_day(day)}。"
    if not calendar.is_workday(day):
        yield f"这一天{_off(calendar, day)}，顺延到{format_day(calendar.on_or_after(day))}。"


def _paused(start: date, met: Sequence[Pause]) -> Iterator[str]:
    """暂停计时 12 天不计入：7月1日至12日。"""
    stood = [pause for pause in met if pause.until_at is not None and pause.after(start)]
    if stood:
        begins = start + timedelta(days=1)
        spans = "、".join(
            _span(max(pause.first, begins), pause.end - timedelta(days=1)) for pause in stood
        )
        days = sum(pause.after(start) for pause in stood)
        yield f"暂停计时 {days} 天不计入：{spans}。"


def _off(calendar: Calendar, day: date) -> str:
    """Say why nothing is counted on a day."""
    special = calendar.days.get(day)
    if special is None:
        return f"是周{_WEEKDAYS[day.weekday()]}"
    return {"closure": f"因{special.name}不办公", "pause": "暂停计时"}.get(
        special.kind, f"是{special.name}放假"
    )


def _counting(calendar: Calendar, policy: Policy, due: Due, met: Sequence[Pause]) -> Iterator[str]:
    start = local_day(due.base_at)
    event = EVENTS.get(policy.start_event, "开始")
    town = "（按镇级件的规定）" if policy.level == "town" else ""
    amount = format_amount(policy.amount, policy.unit)
    if policy.unit is Unit.CLOCK_HOURS:
        yield f"从{format_moment(due.base_at)}{event}时起算，期限 {amount}{town}，休息时间不扣除。"
        yield from _paused(start - timedelta(days=1), met)
    elif policy.unit is Unit.WORK_HOURS:
        open_ = next(filter(None, calendar.hours), OFFICE_HOURS)
        hours = "、".join(f"{opens:%H:%M}—{closes:%H:%M}" for opens, closes in open_)
        yield f"从{format_moment(due.base_at)}{event}时起算，期限 {amount}{town}，只计上班时间 {hours}。"
        yield from _passing(calendar, met, start, local_day(due.moment))
    elif policy.unit is Unit.YEARLY:
        yield f"期限是{amount}{town}，取{format_day(start)}以后的第一个。"
        nominal = calendar.nominal_day(start, policy.amount, policy.unit)
        yield from _shifting(calendar, policy, start, nominal, met)
    elif policy.amount < 0:
        yield f"从{format_day(start)}{event}之日往前数 {amount}{town}，当日不计入。"
        yield from _arriving(calendar, policy, start, met)
    else:
        yield f"从{format_day(start)}{event}起算，当日不计入，期限 {amount}{town}。"
        yield from _arriving(calendar, policy, start, met)


def _lines(book: Book, policy: Policy, due: Due, case: str | None) -> Iterator[str]:
    """Say how a limit that starts with an event is counted."""
    met = book.met(policy, due.base_at, due.cap_on, due.unit, case)
    calendar = book.calendar_in(policy, due.base_at, due.cap_on, due.unit, case)
    extension = book.extension(policy.key, due.unit, case)
    if extension is not None:
        yield from _extended(calendar, extension, met)
    else:
        yield from _counting(calendar, policy, due, met)
        yield from _capping(calendar, policy, due, met)


def _inside(
    book: Book, policy: Policy, due: Due, within: Within, case: str | None
) -> Iterator[str]:
    """Say how the whole ends, how the step is counted back from it, and how it is shortened where it began late."""
    whole = book.whole(within.outer_key, due.base_at, due.level, due.cap_on, due.unit, case)
    outer = book.policy(within.outer_key, due.level, local_day(due.base_at))
    yield from _lines(book, outer, whole.due, case)
    if whole.due.moment == NEVER:
        return
    last, begun = local_day(whole.due.moment), local_day(within.begun_at)
    amount = format_amount(policy.amount, policy.unit)
    yield f"从“{outer.name}”的期限{format_day(last)}往前数 {amount}，当日不计入。"
    met = book.met(outer, due.base_at, due.cap_on, due.unit, case)
    yield from _arriving(whole.calendar, policy, last, met)
    step = book.step(policy.key, whole, within.begun_at)
    if step.days and step.moment == whole.due.moment:
        yield f"这一步{format_day(begun)}才开始，已经没有余地，最迟与“{outer.name}”同时到期。"
    elif step.days:
        yield (
            f"这一步{format_day(begun)}才开始，到“{outer.name}”到期还有 {step.left} 个工作日，后面的环节也要用，"
            f"按比例给 {step.days} 个工作日（开始当日不计入）。"
        )


def _of_old(due_at: datetime, policy: Policy) -> Explanation:
    """Say of a step that began before such limits were counted back that it keeps its date."""
    lines = (
        "这一步开始时还没有现在的规定，期限仍按当时的规定，不再变动。",
        f"到期时间：{format_moment(due_at)}。",
        _basis(policy),
    )
    return Explanation(due_at, lines, is_provisional=False)


def _arriving(
    calendar: Calendar, policy: Policy, start: date, met: Sequence[Pause]
) -> Iterator[str]:
    end = calendar.nominal_day(start, policy.amount, policy.unit)
    if policy.unit is Unit.WORKDAYS:
        yield from _passing(calendar, met, *sorted([start, end]), backwards=policy.amount < 0)
        yield f"数到{format_day(end)}。"
        return
    if policy.unit is Unit.MONTHS:
        if end.day != start.day:
            yield f"{end.year}年{end.month}月没有 {start.day} 日，以当月最后一天{format_day(end)}为准。"
        else:
            yield f"对应日是{format_day(end)}，其间的休息日不扣除。"
    else:
        yield f"数到{format_day(end)}，其间的休息日不扣除。"
    yield from _shifting(calendar, policy, start, end, met)


def _shifting(
    calendar: Calendar, policy: Policy, start: date, end: date, met: Sequence[Pause]
) -> Iterator[str]:
    """Say by how much pauses move an end, and then whether a day off moves it further."""
    if any(pause.until_at is None for pause in met):
        return
    stood = 0 if policy.amount < 0 else sum(pause.after(start) for pause in met)
    if stood:
        end += timedelta(days=stood)
        yield from _paused(start, met)
        yield f"顺延到{format_day(end)}。"
    yield from _moving(calendar, policy, end)


def _moving(calendar: Calendar, policy: Policy, end: date) -> Iterator[str]:
    """Say why an end on a rest day moves, or why one on a weekend does not."""
    if not calendar.is_workday(end):
        why = _off(calendar, end)
        if policy.amount < 0:
            yield f"这一天{why}，提前到{format_day(calendar.on_or_before(end))}。"
        else:
            yield f"这一天{why}，顺延到{format_day(calendar.on_or_after(end))}。"
    elif end.weekday() >= 5 and policy.unit is not Unit.WORKDAYS:
        yield "这一天虽是周末，但调休上班，不顺延。"


def _passing(
    calendar: Calendar,
    met: Sequence[Pause],
    start: date,
    end: date,
    *,
    backwards: bool = False,
) -> Iterator[str]:
    """Name what lies between: the days off that were skipped, the made-up workdays that were counted.

    The day the counting starts on is left out; it is the later one when counting back.
    """
    first = start if backwards else start + timedelta(days=1)
    between = [first + timedelta(days=n) for n in range((end - start).days)]
    off = [day for day in between if not calendar.is_workday(day)]
    weekend = [day for day in off if day not in calendar.days]
    holidays = [day for day in off if _kind(calendar, day) == "holiday"]
    closed = [day for day in off if _kind(calendar, day) == "closure"]
    made_up = [day for day in between if day.weekday() >= 5 and calendar.is_workday(day)]
    if holidays:
        yield f"跳过放假 {len(holidays)} 天：{_ranges(calendar, holidays)}。"
    if weekend:
        yield f"跳过周末 {len(weekend)} 天。"
    for name, days in groupby(closed, key=lambda day: calendar.days[day].name):
        listed = list(days)
        spans = _ranges(calendar, listed).replace(f"{name} ", "")
        yield f"{_because(name)} {len(listed)} 天，跳过{spans}。"
    yield from _paused(start, met)
    if made_up:
        named = "、".join(f"{d.month}月{d.day}日（周{_WEEKDAYS[d.weekday()]}）" for d in made_up)
        yield f"调休上班日照常计入：{named}。"


def _kind(calendar: Calendar, day: date) -> str:
    special = calendar.days.get(day)
    return special.kind if special else ""


def _because(name: str) -> str:
    """该单位因防汛停止办公"""
    return f"该单位因{name}" if name.endswith("办公") else f"该单位因{name}停止办公"


def _ranges(calendar: Calendar, holidays: Iterable[date]) -> str:
    """Compress days off into 春节 2月15日至23日; a long span is told by year."""
    runs: list[tuple[str, date, date]] = []
    for day in holidays:
        name = calendar.days[day].name
        if runs and runs[-1][0] == name and day - runs[-1][2] == timedelta(days=1):
            runs[-1] = (name, runs[-1][1], day)
        else:
            runs.append((name, day, day))
    if len(runs) <= _RANGES_LISTED:
        return "、".join(f"{name} {_span(first, last)}" for name, first, last in runs)
    by_year = groupby(holidays, key=lambda day: day.year)
    return "、".join(f"{year} 年 {len(list(days))} 天" for year, days in by_year)


def _span(first: date, last: date) -> str:
    start = f"{first.month}月{first.day}日"
    if first == last:
        return start
    return (
        f"{start}至{last.day}日"
        if first.month == last.month
        else (f"{start}至{last.month}月{last.day}日")
    )


def _capping(calendar: Calendar, policy: Policy, due: Due, met: Sequence[Pause]) -> Iterator[str]:
    if not policy.capped_by_batch or not due.cap_on:
        return
    cap_on = date.fromisoformat(due.cap_on)
    if end_of(cap_on) <= due.base_at or any(pause.until_at is None for pause in met):
        return
    counted_ = counted(calendar, due.base_at, policy.amount, policy.unit, met)
    if met and end_of(cap_on) < counted_:
        yield f"交办批次统一要求{format_day(cap_on)}前办结，暂停计时的天数同样顺延。"
    elif end_of(cap_on) < counted_:
        yield f"交办批次统一要求{format_day(cap_on)}前办结，早于上述日期，以批次要求为准。"
    else:
        yield f"交办批次统一要求{format_day(cap_on)}前办结，不早于上述日期，仍以上述日期为准。"


def _basis(policy: Policy) -> str:
    if policy.basis in {"", "设"}:
        return "依据：本地设定，管理员可以调整。"
    return f"依据：{policy.basis}。"
