"""What no administrator may put in force: each refusal is a sentence beside the field it is about."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from service.deadlines import policies
from service.deadlines.explain import format_amount
from service.deadlines.ladder import Recipient
from service.deadlines.seed import (
    AFTER_REASSIGNMENT,
    EVENTS,
    LEGAL,
    VARIANTS,
    Before,
    Policy,
)
from service.deadlines.workdays import Day, Unit
from service.errors import FormInvalid

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

CHASING_DAYS = 30
"""So long after a short limit a reminder may still chase; after a longer one as long as the limit itself."""


def check(policy: Policy, used: Collection[str] | None = None, confirmed_basis: str = "") -> None:
    """Refuse a limit that makes no sense.

    `used` are the names that deployed diagrams and operations use; without them any key passes. A limit of the law
    made longer passes with the ground on which it may be.
    """
    messages = dict(_faults(policy, used, confirmed_basis))
    if messages:
        raise FormInvalid(messages, policies.as_doc(policy, None, None))


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
    if sentence := _amount_fault(policy):
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
