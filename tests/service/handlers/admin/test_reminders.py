"""Administrators read whom every limit reminds, and decide when and how messages leave."""

import re
from datetime import date, time

import pytest

from service import audit
from service.delivery import house, kinds, outbox
from service.delivery.channels import Name
from service.delivery.kinds import Kind, Rule
from tests.service.handlers.admin.test_limit import text
from tests.service.handlers.conftest import Browser
from tests.world import World

PAGE = "/m/reminders"


def form(keeper: Browser, **changed: str | None) -> dict[str, str]:
    """Return what the page's form sends as it stands, with some fields changed; None unticks a box."""
    keeper.get(PAGE)
    values = dict(re.findall(r'name="([\w-]+)" value="([^"]*)" checked', keeper.page))
    [version] = re.findall(r'name="version" value="(\d+)"', keeper.page)
    [daily_at] = re.findall(r'name="daily_at" value="([^"]*)"', keeper.page)
    values |= {"version": version, "daily_at": daily_at, "quiet_days": "", "reason": "试行"}
    for name, value in changed.items():
        if value is None:
            values.pop(name.replace("__", "-"))
        else:
            values[name.replace("__", "-")] = value
    return values


def test_every_limit_s_ladder_is_in_one_table(city: World, keeper: Browser) -> None:
    keeper.get(PAGE)
    words = text(keeper)

    assert "到期前 3 个工作日：承办人、单位分管领导" in words
    assert "过期后 5 个工作日：督查室、代工委" in words
    assert "签收 到期前 1 个工作日：承办人" in words
    assert 'href="/m/limits/reply.normal"' in keeper.page


def test_rules_are_changed_with_a_reason_and_on_the_record(city: World, keeper: Browser) -> None:
    wanted = form(
        keeper,
        office_hours_only="no",
        daily_at="09:15",
        quiet_days="2026-05-02\n2026-05-01\n",
        channel__sms=None,
        progress__sms="on",
        progress__once="on",
        reason="领导要求",
    )

    assert keeper.post(PAGE, wanted).status_code == 303

    with city.reading() as session:
        rules = house.of(session)
        assert not rules.office_hours_only
        assert rules.daily_at == time(9, 15)
        assert rules.quiet_days == {date(2026, 5, 1), date(2026, 5, 2)}
        assert kinds.rules(session)[Kind.PROGRESS] == Rule(frozenset(Name), True)
        assert outbox.open_channels(session, set(Name)) == {Name.MAIL}
        [event] = audit.latest(session, 1)
    assert (event.act, event.reason) == ("message", "领导要求")
    assert event.sentence == (
        "消息改为任何时间都可以发出。每日一条改在 09:15 发出。"
        "不发消息的日子改为：2026-05-01、2026-05-02。停用短信。"
        "“办理进展”改为用电子邮件和短信立刻发出。"
    )
    keeper.get(PAGE)
    assert f"已生效：{event.sentence}" in keeper.page


def test_what_is_not_changed_is_not_recorded(city: World, keeper: Browser) -> None:
    keeper.post(PAGE, form(keeper), follow_redirects=True)

    assert "没有改动。" in keeper.page
    with city.reading() as session:
        assert audit.latest(session, 1) == []


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("daily_at", "25:00", "请按 08:30 的样子填写几点几分。"),
        ("quiet_days", "2026-05-02\n五一", "“五一”不是日期"),
        ("reason", " ", "请写明修改的理由"),
    ],
)
def test_nonsense_is_refused_beside_its_field_and_what_was_typed_stays(
    keeper: Browser, field: str, value: str, sentence: str
) -> None:
    answer = keeper.post(PAGE, form(keeper, **{"overdue__sms": None, field: value}))

    assert answer.status_code == 422
    assert sentence in keeper.page
    assert f'id="{field}-error"' in keeper.page
    assert value.strip().split("\n")[0] in keeper.page
    assert 'name="overdue-sms" value="on" checked' not in keeper.page


def test_the_second_of_two_administrators_is_told(city: World, keeper: Browser) -> None:
    first, second = form(keeper, daily_at="09:00"), form(keeper, daily_at="10:00")
    keeper.post(PAGE, first)

    answer = keeper.post(PAGE, second)

    assert answer.status_code == 409
    assert "刚刚被别人改过" in keeper.page
    with city.reading() as session:
        assert house.of(session).daily_at == time(9)
