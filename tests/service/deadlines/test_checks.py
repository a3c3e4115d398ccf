"""What makes no sense is refused beside its field."""

from datetime import date

import pytest

from service.deadlines import checks, seed
from service.deadlines.seed import Before
from service.deadlines.workdays import Day, Unit
from service.errors import FormInvalid


@pytest.mark.parametrize("policy", seed.POLICIES, ids=lambda policy: policy.key)
def test_every_limit_delivered_passes(policy: seed.Policy) -> None:
    checks.check(policy)


@pytest.mark.parametrize("year", seed.CONFIRMED)
def test_every_year_delivered_passes(year: int) -> None:
    checks.check_days(year, seed.days(seed.CONFIRMED[year]))


def test_a_refusal_keeps_what_was_typed() -> None:
    with pytest.raises(FormInvalid) as refused:
        checks.check_days(2027, [Day(date(2026, 1, 1), "holiday", "元旦")])

    assert refused.value.values["year"] == 2027


def test_only_those_of_the_list_can_be_reminded() -> None:
    [sign] = [one for one in seed.POLICIES if one.key == "sign"]
    strange = sign._replace(warnings=(seed.Before(1, seed.WD, ("mayor",)),))

    with pytest.raises(FormInvalid) as refused:
        checks.check(strange)

    assert refused.value.messages == {"warnings": "提醒对象不在名单里，请从名单中选择。"}


def delivered(key: str, **changed: object) -> seed.Policy:
    [policy] = [policy for policy in seed.POLICIES if policy.key == key]
    return policy._replace(**changed)


@pytest.mark.parametrize(
    ("key", "changed", "field", "words"),
    [
        ("sign", {"name": " "}, "name", "请填写期限的名称"),
        ("sign", {"start_event": "moonrise"}, "start_event", "请从列表中选择"),
        ("sign", {"amount": 0}, "amount", "1 到 1200"),
        ("redo.max_rounds", {"amount": -2}, "amount", "不能是负数"),
        ("sign", {"warnings": (Before(3),)}, "warnings", "还没有起算"),
        ("sign", {"warnings": (Before(5, Unit.DAYS),)}, "warnings", "还没有起算"),
        ("sign", {"warnings": (Before(1), Before(1))}, "warnings", "设置了两次"),
        ("sign", {"warnings": (Before(0), Before(0, Unit.DAYS))}, "warnings", "设置了两次"),
        ("sign", {"warnings": (Before(-31, Unit.DAYS),)}, "warnings", "太晚"),
        ("sign", {"warnings": (Before(1, Unit.YEARLY),)}, "warnings", "请改小"),
        ("reply.draft", {"amount": 10}, "amount", "会晚于“答复期限”"),
        ("reply.draft", {"amount": -70}, "amount", "往前数不能比它还长"),
        ("reply.draft", {"amount": -1, "unit": Unit.MONTHS}, "amount", "只能用工作日或者日"),
        ("reply.draft", {"start_event": "signed"}, "start_event", "起算点不能改"),
        ("co_opinion.draft", {"start_event": "reply_end"}, "start_event", "起算点不能改"),
        ("sign", {"start_event": "reply_end", "amount": -1}, "start_event", "请选别的起算点"),
        ("reply.normal", {"amount": 4}, "confirmed_basis", "代表法第五十一条规定为 3 个月"),
        ("reply.normal", {"amount": 90, "unit": Unit.DAYS}, "confirmed_basis", "必须写明依据"),
        ("report.submit", {"amount": -5}, "confirmed_basis", "必须写明依据"),
    ],
)
def test_nonsense_is_refused_beside_its_field(
    key: str, changed: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(FormInvalid) as refused:
        checks.check(delivered(key, **changed))

    assert list(refused.value.messages) == [field]
    assert words in refused.value.messages[field]


@pytest.mark.parametrize(
    ("key", "changed"),
    [
        ("reply.normal", {"amount": 60, "unit": Unit.DAYS}),
        ("reply.normal", {"amount": 45, "unit": Unit.WORKDAYS}),
        ("report.submit", {"amount": -12}),
        ("evaluate", {"warnings": (Before(5), Before(0), Before(-15))}),
        ("sign", {"warnings": (Before(-20),)}),
        ("sign", {"amount": 30}),
    ],
)
def test_sense_passes(key: str, changed: dict[str, object]) -> None:
    checks.check(delivered(key, **changed))


def test_a_longer_legal_limit_passes_with_its_ground() -> None:
    checks.check(delivered("reply.normal", amount=4), confirmed_basis="省条例第二十条")


@pytest.mark.parametrize("key", ["sign", "reply.normal", "redo", "ft.accept.urgent"])
def test_a_limit_is_used_by_its_name_its_family_or_in_a_second_round(key: str) -> None:
    checks.check(delivered(key), {"sign", "reply", "ft.accept"})


@pytest.mark.parametrize("key", ["plan", "plan.leader", "sign.tomorrow"])
def test_a_limit_nobody_uses_is_refused(key: str) -> None:
    with pytest.raises(FormInvalid) as refused:
        checks.check(delivered("sign")._replace(key=key), {"sign", "reply", "ft.accept"})

    assert "没有流程图或业务操作使用" in refused.value.messages["key"]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([Day(date(2027, 1, 9), "workday", "调休")], "没有一个放假日"),
        (
            [Day(date(2027, 1, 1), "holiday", "元旦"), Day(date(2027, 1, 6), "workday", "补班")],
            "2027-01-06（补班）是星期三",
        ),
        (
            [Day(date(2027, 1, 1), "holiday", "元旦"), Day(date(2027, 1, 1), "workday", "补班")],
            "2027-01-01",
        ),
    ],
)
def test_a_year_that_cannot_be_is_refused_with_its_day(days: list[Day], words: str) -> None:
    with pytest.raises(FormInvalid) as refused:
        checks.check_days(2027, days)

    assert words in refused.value.messages["days"]


def test_only_limits_of_a_law_are_legal() -> None:
    assert delivered("reply.normal", basis="本市办法").legal
    assert not delivered("sign").legal
