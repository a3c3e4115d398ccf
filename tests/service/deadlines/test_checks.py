"""What makes no sense is refused beside its field."""

from datetime import date

import pytest

from service.deadlines import checks, seed
from service.deadlines.workdays import Day
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
