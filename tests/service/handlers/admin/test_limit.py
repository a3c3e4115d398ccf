"""An administrator changes a limit: sees what moves, confirms, finds the record, takes it back."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from service.deadlines import limits, policies
from service.deadlines.workdays import Unit, local_day
from service.tables.deadlines import DeadlineChange
from service.tables.suggestions import Suggestion
from tests.service.handlers.city import signed_in
from tests.service.handlers.conftest import Browser
from tests.world import World

REPLY = "/m/limits/reply.normal"
SIXTY: dict[str, Any] = {
    "name": "答复（一般件）",
    "amount": "60",
    "unit": "CD",
    "direction": "after",
    "start_event": "dispatched",
    "warnings-0-side": "before",
    "warnings-0-amount": "10",
    "warnings-0-unit": "WD",
    "overdue_action": "标记逾期，进入督查候选",
    "basis": "代表法第五十一条",
    "capped_by_batch": "true",
    "counted_on": "unit",
    "level": "all",
    "scope": "running",
    "effective_from": "",
    "reason": "主任会议要求提速",
}


def text(browser: Browser) -> str:
    """Return the words of the page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.page))


def seen(browser: Browser) -> dict[str, str]:
    [value] = re.findall(r'name="seen" value="([^"]+)"', browser.page)
    return {"seen": value}


def due(city: World) -> list[Any]:
    with city.reading() as session:
        return list(session.scalars(select(Suggestion.reply_due_at).order_by(Suggestion.id)))


def length(city: World, key: str = "reply.normal", level: str = "") -> tuple[int, Unit]:
    with city.reading() as session:
        row = policies.in_force(session).policy(key, level, local_day(city.at))
    return row.amount, row.unit


def test_a_change_is_seen_confirmed_recorded_and_undone(city: World, keeper: Browser) -> None:
    before = due(city)
    keeper.get(REPLY)

    asked = keeper.post(REPLY, SIXTY)
    assert (asked.status_code, asked.location) == (303, f"{REPLY}/effect")
    keeper.get(f"{REPLY}/effect")
    assert "会移动" in text(keeper)
    assert "2 个台账日期" in text(keeper) or "4 个台账日期" in text(keeper)
    assert "3 个月" in text(keeper)
    assert "60 日" in text(keeper)
    assert "主任会议要求提速" in text(keeper)
    assert due(city) == before

    done = keeper.post(f"{REPLY}/effect", seen(keeper))
    assert (done.status_code, done.location) == (303, REPLY)
    keeper.get(REPLY)
    assert "已生效：把“答复（一般件）”由 3 个月改为 60 日" in text(keeper)
    assert length(city) == (60, Unit.DAYS)
    assert due(city) != before

    keeper.get("/m/changes/1")
    assert "主任会议要求提速" in text(keeper)
    assert "建议的答复期限" in text(keeper)
    assert "提前" in text(keeper)
    keeper.post("/m/changes/1", {"reason": "还是按法律办"})
    keeper.get("/m/changes/1/undo")
    assert "撤销第 1 号修改" in text(keeper)
    keeper.post("/m/changes/1/undo", seen(keeper))
    assert length(city) == (3, Unit.MONTHS)
    assert due(city) == before
    keeper.get("/m/changes")
    assert "已撤销第 1 号修改" in text(keeper)
    assert "还是按法律办" in text(keeper)
    assert "已撤销" in text(keeper)
    keeper.get("/m/changes/1")
    assert "不能再撤销" in text(keeper)


def test_what_was_asked_survives_a_reload_and_signing_in_again(
    desk: Flask, keeper: Browser
) -> None:
    keeper.get(REPLY)
    keeper.post(REPLY, SIXTY)
    keeper.get(f"{REPLY}/effect")
    first = text(keeper)
    keeper.post("/logout")

    again = signed_in(desk, "管理员")
    again.get(f"{REPLY}/effect?p=1&kind=record")

    assert first.split("；")[0][-40:] in text(again)
    again.get(REPLY)
    assert "还没有确认" in text(again)
    assert 'value="60"' in again.page
    again.post(f"{REPLY}/forget")
    assert again.get(f"{REPLY}/effect").status_code == 303


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "请填写“名称”。"),
        ("amount", "许多", "“多长”要填整数"),
        ("amount", "0", "“多长”不能小于 1"),
        ("amount", "99999", "请填写 1 到"),
        ("unit", "YEARS", "不在可选范围内"),
        ("unit", "", "请选择“单位”。"),
        ("direction", "sideways", "不在可选范围内"),
        ("start_event", "not_an_event", "不在可选范围内"),
        ("start_event", "", "请选择从何时起算"),
        ("warnings-0-amount", "九", "要填整数"),
        ("warnings-0-unit", "", "请选择“单位”。"),
        ("warnings-0-amount", "1999", "提醒"),
        ("overdue_action", "长" * 101, "最多 100 个字"),
        ("basis", "", "请填写“依据”。"),
        ("counted_on", "", "请选择“按谁的日历数”。"),
        ("level", "village", "不在可选范围内"),
        ("scope", "", "请选择“从什么时候起”。"),
        ("effective_from", "2026-02-30", "不存在"),
        ("effective_from", "2030-01-01", "请把生效日期清空"),
        ("reason", "", "请填写“修改的理由”。"),
        ("reason", "长" * 501, "最多 500 个字"),
    ],
)
def test_nonsense_is_refused_at_the_field_and_stays_typed(
    city: World, keeper: Browser, field: str, value: str, sentence: str
) -> None:
    keeper.get(REPLY)

    answer = keeper.post(
        REPLY, {**SIXTY, field: value, "overdue_action": SIXTY["overdue_action"]} | {field: value}
    )

    assert answer.status_code == 422
    assert sentence in text(keeper)
    assert "has-error" in keeper.page
    if field != "reason":
        assert "主任会议要求提速" in keeper.page
    if (
        field not in {"unit", "direction", "start_event", "warnings-0-unit", "level", "scope"}
        and value.strip()
    ):
        assert value in keeper.page
    assert keeper.get(f"{REPLY}/effect").status_code == 303  # nothing waits


def test_a_step_is_tuned_but_never_past_the_limit_it_lies_in(keeper: Browser) -> None:
    page = "/m/limits/reply.draft"
    step = {
        "name": "起草答复",
        "amount": "12",
        "direction": "before",
        "unit": "WD",
        "start_event": "reply_end",
        "warnings-0-amount": "3",
        "basis": "本地设定",
        "capped_by_batch": "false",
    }
    keeper.get(page)
    assert "从“答复期限”往前数" in text(keeper)

    refused = keeper.post(page, {**SIXTY, **step, "direction": "after"})
    assert refused.status_code == 422
    assert "这样会晚于“答复期限”。请选“起算事件以前”，从“答复期限”往前数。" in text(keeper)
    refused = keeper.post(page, {**SIXTY, **step, "start_event": "signed"})
    assert refused.status_code == 422
    assert "只能从“答复期限”往前数，起算点不能改" in text(keeper)

    assert keeper.post(page, {**SIXTY, **step}).status_code == 303


def test_a_legal_limit_is_made_longer_only_with_its_basis_confirmed(
    city: World, keeper: Browser
) -> None:
    keeper.get(REPLY)
    longer = {**SIXTY, "amount": "4", "unit": "CM"}

    assert keeper.post(REPLY, longer).status_code == 422
    assert "代表法第五十一条规定为 3 个月" in text(keeper)
    ground = {"confirmed_basis": "省实施办法第二十条"}
    assert keeper.post(REPLY, {**longer, **ground}).status_code == 303
    keeper.get(f"{REPLY}/effect")
    keeper.post(f"{REPLY}/effect", seen(keeper))
    assert length(city) == (4, Unit.MONTHS)
    assert keeper.post(REPLY, {**SIXTY, "amount": "89"}).status_code == 303


def test_a_later_version_stands_beside_the_present_one(city: World, keeper: Browser) -> None:
    before = due(city)
    keeper.get(REPLY)
    later = {**SIXTY, "scope": "later", "effective_from": "2027-01-01"}

    keeper.post(REPLY, later)
    keeper.get(f"{REPLY}/effect")
    assert "没有在办的事项会因此变动" in text(keeper)
    keeper.post(f"{REPLY}/effect", seen(keeper))

    keeper.get("/m/limits")
    assert "自 2027年1月1日（周五） 起改为 60 日" in text(keeper)
    assert length(city) == (3, Unit.MONTHS)
    assert due(city) == before
    keeper.get(REPLY)
    refused = keeper.post(f"{REPLY}/remove", {"level": "", "effective_from": "2027-01-01"})
    assert refused.status_code == 422
    assert "请写明取消的理由" in text(keeper)
    keeper.post(
        f"{REPLY}/remove", {"level": "", "effective_from": "2027-01-01", "reason": "不改了"}
    )
    keeper.get(f"{REPLY}/effect")
    keeper.post(f"{REPLY}/effect", seen(keeper))
    keeper.get("/m/limits")
    assert "起改为" not in text(keeper)


def test_a_town_gets_a_limit_of_its_own_and_loses_it(city: World, keeper: Browser) -> None:
    keeper.get(REPLY)
    keeper.post(REPLY, {**SIXTY, "level": "town", "amount": "2", "unit": "CM"})
    keeper.get(f"{REPLY}/effect")
    keeper.post(f"{REPLY}/effect", seen(keeper))

    assert (length(city), length(city, level="town")) == ((3, Unit.MONTHS), (2, Unit.MONTHS))
    keeper.get(REPLY)
    assert "镇级件：" in text(keeper)
    keeper.get(f"{REPLY}?level=town")
    assert 'value="2"' in keeper.page
    keeper.post(
        f"{REPLY}/remove", {"level": "town", "effective_from": "2000-01-01", "reason": "统一"}
    )
    keeper.get(f"{REPLY}/effect")
    assert "镇级件" in text(keeper)
    keeper.post(f"{REPLY}/effect", seen(keeper))
    assert length(city, level="town") == (3, Unit.MONTHS)


def test_the_general_limit_cannot_be_taken_out(city: World, keeper: Browser) -> None:
    keeper.get(REPLY)

    answer = keeper.post(
        f"{REPLY}/remove", {"level": "", "effective_from": "2000-01-01", "reason": "试试"}
    )

    assert answer.status_code == 409
    assert "不能取消，只能修改" in text(keeper)


def test_the_second_administrator_learns_what_changed_since(
    city: World, keeper: Browser, second: Browser
) -> None:
    sign = "/m/limits/sign"
    for browser, path in ((keeper, REPLY), (second, sign)):
        browser.get(path)
    keeper.post(REPLY, SIXTY)
    keeper.get(f"{REPLY}/effect")
    mine = seen(keeper)
    other = {
        **SIXTY,
        "name": "签收",
        "amount": "5",
        "unit": "WD",
        "start_event": "dispatched_to_unit",
        "warnings-0-amount": "1",
    }
    second.post(
        sign,
        {**other, "basis": "本地设定", "capped_by_batch": "false", "reason": "单位反映时间不够"},
    )
    second.get(f"{sign}/effect")
    second.post(f"{sign}/effect", seen(second))

    refused = keeper.post(f"{REPLY}/effect", mine)

    assert refused.status_code == 409
    assert "签收" in text(keeper)
    assert "单位反映时间不够" in text(keeper)
    assert "管理员" in text(keeper)
    assert f'href="{REPLY}/effect"' in keeper.page
    assert length(city) == (3, Unit.MONTHS)
    keeper.get(f"{REPLY}/effect")
    assert keeper.post(f"{REPLY}/effect", seen(keeper)).status_code == 303
    assert length(city) == (60, Unit.DAYS)


def test_a_page_confirms_what_it_showed_and_nothing_else(
    city: World, keeper: Browser, second: Browser
) -> None:
    keeper.get(REPLY)
    keeper.post(REPLY, SIXTY)
    keeper.get(f"{REPLY}/effect")
    shown = seen(keeper)
    second.get(REPLY)
    second.post(REPLY, {**SIXTY, "amount": "30"})

    refused = keeper.post(f"{REPLY}/effect", shown)

    assert refused.status_code == 409
    assert "您在别处改过这项修改" in text(keeper)
    assert length(city) == (3, Unit.MONTHS)
    assert keeper.post(f"{REPLY}/effect", {"seen": "forged"}).status_code == 409


def test_confirming_twice_changes_once(city: World, keeper: Browser) -> None:
    keeper.get(REPLY)
    keeper.post(REPLY, SIXTY)
    keeper.get(f"{REPLY}/effect")
    shown = seen(keeper)

    first = keeper.post(f"{REPLY}/effect", shown)
    again = keeper.post(f"{REPLY}/effect", shown)

    assert (first.status_code, again.status_code) == (303, 409)
    with city.reading() as session:
        assert len(list(session.scalars(select(DeadlineChange.id)))) == 1


def test_what_was_typed_when_the_session_ended_is_brought_along(
    desk: Flask, keeper: Browser
) -> None:
    keeper.get(REPLY)
    keeper.client.delete_cookie("tibanping_session")

    asked = keeper.post(
        REPLY, SIXTY, headers={"Origin": "http://localhost", "Referer": f"http://localhost{REPLY}"}
    )
    assert asked.status_code == 401
    [kept] = re.findall(r'name="_kept" value="([^"]+)"', keeper.page)
    keeper.sign_in("管理员", next=REPLY, _kept=kept.replace("&#34;", '"'))
    keeper.get(REPLY)

    assert "已带出您登录过期以前填写的内容" in text(keeper)
    assert "主任会议要求提速" in keeper.page


def test_a_row_more_for_reminders_and_nothing_lost(city: World, keeper: Browser) -> None:
    keeper.get(REPLY)

    answer = keeper.post(REPLY, {**SIXTY, "_add_row": "warnings"})

    assert answer.status_code == 200
    assert keeper.page.count('name="warnings-') == (1 + 1) * 6  # typed, asked for
    assert "主任会议要求提速" in keeper.page


def test_a_limit_that_is_not_there(keeper: Browser) -> None:
    assert keeper.get("/m/limits/nothing").status_code == 404
    keeper.get(REPLY)
    assert keeper.post("/m/limits/nothing", SIXTY).status_code == 404
    assert keeper.get("/m/changes/99").status_code == 404


def test_every_limit_has_its_page(city: World, keeper: Browser) -> None:
    with city.reading() as session:
        every = limits.listed(policies.in_force(session), local_day(city.at))

    for one in every:
        assert keeper.get(f"/m/limits/{one.key}").status_code == 200, one.key
