"""What no administrator may put in force: each refusal is a sentence beside the field it is about."""

from collections.abc import Sequence
from datetime import date

from service.deadlines import policies
from service.deadlines.ladder import Recipient
from service.deadlines.seed import Policy
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


def check(policy: Policy) -> None:
    messages = {}
    size = abs(policy.amount)
    if not 1 <= size <= LARGEST[policy.unit]:
        messages["amount"] = f"请填写 1 到 {LARGEST[policy.unit]} 之间的整数。"
    elif policy.unit is Unit.YEARLY and not _is_day_of_year(policy.amount):
        messages["amount"] = "请按“月日”填写，例如 831 表示 8 月 31 日。"
    if policy.unit is Unit.TIMES and policy.warnings:
        messages["warnings"] = "次数没有到期时间，不能设置提醒，请去掉提醒。"
    if any(abs(one.amount) > LARGEST[one.unit] for one in policy.warnings):
        messages["warnings"] = "提醒离到期太远，请改小。"
    if any(set(one.tell) - set(Recipient) for one in policy.warnings):
        messages["warnings"] = "提醒对象不在名单里，请从名单中选择。"
    if messages:
        raise FormInvalid(messages, policies.as_doc(policy, None, None))


def _is_day_of_year(amount: int) -> bool:
    month, day = divmod(amount, 100)
    try:
        date(2028, month, day)  # a leap year, so that 29 February is one
    except ValueError:
        return False
    return True


def check_days(year: int, days: Sequence[Day]) -> None:
    strange = [day.day for day in days if day.day.year != year]
    twice = len({day.day for day in days}) < len(days)
    unknown = [day.kind for day in days if day.kind not in {"holiday", "workday"}]
    if strange:
        sentence = f"{strange[0].isoformat()} 不在 {year} 年，请核对日期。"
    elif twice:
        sentence = "同一天出现了两次，请删去重复的一行。"
    elif unknown:
        sentence = "每一天只能是“放假”或“上班”，请核对类型。"
    else:
        return
    raise FormInvalid({"days": sentence}, {"year": year, "days": [list(day) for day in days]})
