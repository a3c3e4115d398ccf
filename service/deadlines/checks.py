"""What no administrator may put in force: each refusal is a sentence beside the field it is about."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import binding, policies
from service.deadlines.explain import format_amount, format_day
from service.deadlines.ladder import Recipient
from service.deadlines.lateness import NEVER
from service.deadlines.seed import (
    AFTER_REASSIGNMENT,
    EVENTS,
    INSIDE,
    LEGAL,
    POLICIES,
    VARIANTS,
    Before,
    Policy,
)
from service.deadlines.standstill import Closure, Scope
from service.deadlines.workdays import Day, Unit, Week, local_day
from service.errors import FormInvalid, NotFound
from service.tables.assignments import Assignment
from service.tables.people import Unit as UnitRow
from service.tables.suggestions import Suggestion

LARGEST = {
    Unit.MONTHS: 60,
    Unit.DAYS: 1_800,
    Unit.WORKDAYS: 1_200,
    Unit.WORK_HOURS: 2_000,
    Unit.CLOCK_HOURS: 2_000,
    Unit.YEARLY: 1_231,
    Unit.TIMES: 20,
}
DAYS = {
    Unit.MONTHS: 30.0,
    Unit.DAYS: 1.0,
    Unit.WORKDAYS: 7 / 5,
    Unit.WORK_HOURS: 7 / 5 / 7.5,
    Unit.CLOCK_HOURS: 1 / 24,
}
"""How many days of the calendar one of a unit is, near enough to say what is longer."""

LONGEST_CLOSURE = 60
LEGAL_MONTHS = 6
"""代表法第五十一条: a reply comes six months after the dispatch at the latest."""

CHASING_DAYS = 30
"""So long after a short limit a reminder may still chase; after a longer one as long as the limit itself."""


def check(policy: Policy, used: Collection[str] | None = None, confirmed_basis: str = "") -> None:
    """Refuse a limit that makes no sense.

    `used` are the names that deployed diagrams and operations use; without them any key passes. A limit of the law
    made longer passes with the ground on which it may be.
    """
    messages = dict(_faults(policy, used, confirmed_basis))
    if messages:
        raise FormInvalid(messages, binding.as_doc(policy, None, None))


def check_days(year: int, days: Sequence[Day]) -> None:
    """Refuse a year of the calendar that cannot be what the notice says, naming the day."""
    sentence = next(_faults_of_year(year, days), "")
    if sentence:
        raise FormInvalid({"days": sentence}, {"year": year, "days": [list(day) for day in days]})


def is_longer(policy: Policy, law: Policy) -> bool:
    """Whether a limit may end later than the law's."""
    if policy.unit is law.unit:
        return policy.amount > law.amount
    if policy.amount < 0 or law.amount < 0 or policy.unit not in DAYS or law.unit not in DAYS:
        return True
    # Three months may have as few as 89 days, and sixty workdays a holiday of a week and more.
    holidays = 10 if policy.unit in {Unit.WORKDAYS, Unit.WORK_HOURS} else 0
    fewest = law.amount * DAYS[law.unit] - (1 if law.unit is Unit.MONTHS else 0)
    return policy.amount * DAYS[policy.unit] + holidays > fewest


def _faults(
    policy: Policy, used: Collection[str] | None, confirmed_basis: str
) -> Iterator[tuple[str, str]]:
    if not policy.name.strip():
        yield "name", "请填写期限的名称，办事的人在任务上看到的就是它。"
    if used is not None and not _is_used(policy.key, used):
        yield "key", f"没有流程图或业务操作使用“{policy.key}”，改了也不起作用。请核对期限的标识。"
    if policy.unit is not Unit.TIMES and policy.start_event not in EVENTS:
        yield "start_event", "没有业务环节会产生这个起算点，请从列表中选择。"
    elif sentence := _start_fault(policy):
        yield "start_event", sentence
    if sentence := _amount_fault(policy) or _step_fault(policy):
        yield "amount", sentence
    elif sentence := next(_warning_faults(policy), ""):
        yield "warnings", sentence
    law = LEGAL.get(policy.key)
    if law is not None and is_longer(policy, law) and not confirmed_basis.strip():
        allowed = format_amount(law.amount, law.unit)
        yield (
            "confirmed_basis",
            f"这是法定期限，{law.basis}规定为 {allowed}。改长必须写明依据，例如授权的法规和条款。",
        )


def _is_used(key: str, used: Collection[str]) -> bool:
    """Whether somebody names the limit itself, its family, or the limit it replaces in a second round."""
    family, _, variant = key.rpartition(".")
    usual = {"normal", *(str(name) for names in VARIANTS.values() for name in names.values())}
    again = {first for first, second in AFTER_REASSIGNMENT.items() if second == key}
    return key in used or (variant in usual and family in used) or not again.isdisjoint(used)


def _amount_fault(policy: Policy) -> str:
    largest = LARGEST[policy.unit]
    if not 1 <= abs(policy.amount) <= largest:
        return f"请填写 1 到 {largest} 之间的整数。"
    if policy.unit is Unit.YEARLY and not _is_day_of_year(policy.amount):
        return "请按“月日”填写，例如 831 表示 8 月 31 日。"
    if policy.unit is Unit.TIMES and policy.amount < 0:
        return f"次数不能是负数，请填写 1 到 {largest} 之间的整数。"
    return ""


def _start_fault(policy: Policy) -> str:
    """A step keeps what its open tasks say they are counted back from, and nothing else becomes one."""
    seeded = next((one for one in POLICIES if one.key == policy.key), policy)
    if INSIDE.get(seeded.start_event) == INSIDE.get(policy.start_event):
        return ""
    if seeded.start_event in INSIDE:
        return f"“{policy.name}”是期限内的环节，只能从“{EVENTS[seeded.start_event]}”往前数，起算点不能改。"
    return f"“{policy.name}”不是期限内的环节，不能从“{EVENTS[policy.start_event]}”往前数，请选别的起算点。"


def _step_fault(policy: Policy) -> str:
    """A step ends before the limit it lies in, and begins after that one has begun."""
    family = INSIDE.get(policy.start_event)
    if family is None:
        return ""
    end = EVENTS[policy.start_event]
    if policy.unit not in {Unit.WORKDAYS, Unit.DAYS}:
        return f"从“{end}”往前数，只能用工作日或者日。"
    if policy.amount >= 0:
        return f"这样会晚于“{end}”。请选“起算事件以前”，从“{end}”往前数。"
    whole = next(one for one in POLICIES if one.key in {family, f"{family}.normal"})
    if -policy.amount * DAYS[policy.unit] >= whole.amount * DAYS[whole.unit]:
        return f"“{whole.name}”一共 {format_amount(whole.amount, whole.unit)}，往前数不能比它还长，请改小。"
    return ""


def _warning_faults(policy: Policy) -> Iterator[str]:
    if policy.unit is Unit.TIMES:
        if policy.warnings:
            yield "次数没有到期时间，不能设置提醒，请去掉提醒。"
        return
    if any(one.unit not in DAYS or abs(one.amount) > LARGEST[one.unit] for one in policy.warnings):
        yield "提醒离到期太远，请改小。"
        return
    if any(set(one.tell) - set(Recipient) for one in policy.warnings):
        yield "提醒对象不在名单里，请从名单中选择。"
    told = Counter((one.amount, one.unit if one.amount else "") for one in policy.warnings)
    twice = [amount for (amount, _), times in told.items() if times > 1]
    if twice:
        yield "同样的提醒设置了两次，请删去重复的一行。"
    whole = _whole(policy)
    for one in policy.warnings:
        if whole is not None and _days(one) >= whole:
            amount = format_amount(one.amount, one.unit)
            yield f"提前 {amount}提醒时期限还没有起算，请改为短于期限本身。"
        elif -_days(one) > max(whole or 0, CHASING_DAYS):
            yield f"到期 {format_amount(one.amount, one.unit)}后才催办太晚，请改小。"


def _whole(policy: Policy) -> float | None:
    """Return how many days the limit runs; none where it is counted back from what is still to come."""
    if policy.unit is Unit.YEARLY:
        return 365.0
    return policy.amount * DAYS[policy.unit] if policy.amount > 0 else None


def _days(one: Before) -> float:
    return one.amount * DAYS[one.unit]


def _is_day_of_year(amount: int) -> bool:
    month, day = divmod(amount, 100)
    try:
        date(2028, month, day)  # a leap year, so that 29 February is one
    except ValueError:
        return False
    return True


def _faults_of_year(year: int, days: Sequence[Day]) -> Iterator[str]:
    told = Counter(day.day for day in days)
    for day in days:
        named = f"{day.day.isoformat()}（{day.name}）"
        if day.day.year != year:
            yield f"{named}不在 {year} 年，请核对日期。"
        elif told[day.day] > 1:
            yield f"同一天出现了两次：{day.day.isoformat()}。请删去重复的一行。"
        elif day.kind not in {"holiday", "workday"}:
            yield f"{named}只能是“放假”或“上班”，请核对类型。"
        elif day.kind == "workday" and day.day.weekday() < 5:
            yield f"{named}是星期{'一二三四五'[day.day.weekday()]}，本来就上班，不能作为调休上班日。请核对日期。"
    if not any(day.kind == "holiday" for day in days):
        yield f"{year} 年没有一个放假日，请核对是否漏了内容。"


def check_reason(reason: str) -> None:
    """Refuse a change of one case without its reason."""
    if not reason.strip():
        raise FormInvalid({"reason": "请填写理由，双方和审计人员都会看到它。"}, {"reason": reason})


def check_closure(session: Session, closure: Closure) -> None:
    """Refuse days on which nobody works anyway, or that are closed already."""
    messages = dict(_faults_of_closure(session, closure))
    if messages:
        typed = {name: str(value or "") for name, value in closure._asdict().items()}
        raise FormInvalid(messages, typed)


def check_opening(closure: Closure, open_on: date) -> None:
    """Refuse a day on which the office works again in any case."""
    if open_on > closure.last:
        sentence = f"停止办公到 {closure.last.isoformat()} 为止，请填写这一天或更早的日期。"
        raise FormInvalid({"open_on": sentence}, {"open_on": open_on.isoformat()})


def check_hours(session: Session, units: Sequence[str], week: Week | None) -> None:
    """Refuse office hours in which an hour could never pass."""
    messages = dict(_faults_of_hours(session, units, week))
    if messages:
        raise FormInvalid(messages, {"units": list(units)})


def check_extension(session: Session, case: str, unit: str, until: date) -> None:
    """Refuse a second extension, one that is none, and one that the law does not allow."""
    kind, _, number = case.partition(":")
    is_number = kind == "suggestion" and number.isdecimal()
    row = session.get(Suggestion, int(number)) if is_number else None
    if row is None or row.dispatched_at is None or row.reply_due_at is None:
        raise NotFound("没有找到这件已交办的建议，不能延期。请返回列表重新选择。")
    book = policies.in_force(session)
    due_at = _reply_due(session, row, unit)
    latest = book.calendar.due_day(local_day(row.dispatched_at), LEGAL_MONTHS, Unit.MONTHS)
    sentence = ""
    if due_at is None:
        sentence = "这个单位已经答复，或没有承办这件建议，不能延期。"
    elif due_at == NEVER:
        sentence = "这件事项已暂停计时，现在不能延期。请先恢复计时。"
    elif any(one.unit in {"", unit} or not unit for one in book.extensions.get(case, ())):
        sentence = "已经批准过一次延期，不能再延。"
    elif until <= local_day(due_at):
        sentence = f"请填写 {local_day(due_at).isoformat()} 以后的日期，现在的期限就是这一天。"
    elif until > latest:
        sentence = f"最迟到 {latest.isoformat()}：代表法第五十一条规定，自交办之日起至多六个月。"
    if sentence:
        raise FormInvalid({"until": sentence}, {"until": until.isoformat(), "unit": unit})


def _reply_due(session: Session, row: Suggestion, unit: str) -> datetime | None:
    if not unit:
        return row.reply_due_at if row.replied_at is None else None
    own = select(Assignment.due_at).where(
        Assignment.suggestion_id == row.id,
        Assignment.unit == unit,
        Assignment.role != "assist",
        Assignment.replied_at.is_(None),
    )
    return session.scalars(own.order_by(Assignment.id.desc())).first()


def _faults_of_closure(session: Session, closure: Closure) -> Iterator[tuple[str, str]]:
    if not closure.name.strip():
        yield "name", "请填写停止办公的原因，例如“防汛”。"
    if closure.scope is not Scope.CITY and session.get(UnitRow, closure.place) is None:
        yield "place", "请选择停止办公的乡镇或单位。"
    length = (closure.last - closure.first).days + 1
    if length < 1:
        yield "last", "结束日期早于开始日期，请核对。"
        return
    if length > LONGEST_CLOSURE:
        yield "last", f"一次停止办公最多 {LONGEST_CLOSURE} 天，请核对日期。"
        return
    book = policies.in_force(session)
    if not any(book.calendar.is_workday(day.day) for day in closure.days):
        yield "first", "这几天本来就不上班，不用登记。请核对日期。"
    same = (closure.scope, closure.place)
    for other in book.closures:
        overlaps = other.first <= closure.last and closure.first <= other.last
        if (other.scope, other.place) == same and overlaps:
            span = f"{format_day(other.first)}至{format_day(other.last)}"
            yield "first", f"与已登记的停止办公（{other.name}，{span}）重叠，请核对日期。"
            return


def _faults_of_hours(
    session: Session, units: Sequence[str], week: Week | None
) -> Iterator[tuple[str, str]]:
    if not units:
        yield "units", "请至少选择一个单位。"
    if any(code and session.get(UnitRow, code) is None for code in units):
        yield "units", "有一个单位不在名册里，请重新选择。"
    if week is None:
        return
    if len(week) != 7 or not any(week[:5]):
        yield "spans", "周一至周五至少有一天要有办公时间。"
    for day, spans in zip("一二三四五六日", week, strict=False):
        clocks = [clock for span in spans for clock in span]
        if clocks != sorted(set(clocks)):
            yield "spans", f"星期{day}的办公时间先后不对或有重叠，请核对。"
            return
