"""Who looks after the service sees what was sent and how it went, and sends again what did not arrive."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from service import audit, notifications
from service.delivery import composing, outbox
from service.delivery.channels import Name
from service.delivery.mail import Mail
from service.tables.messages import Message, MessageChannel
from service.tables.people import Person
from tests.service.handlers.admin.test_limit import text
from tests.service.handlers.city import signed_in
from tests.service.handlers.conftest import Browser
from tests.world import World

PAGE = "/m/messages"
ADDRESS = "secret-address@example.gov.cn"


@pytest.fixture
def configured(desk: Flask) -> None:
    desk.extensions["channels"] = {Name.MAIL: Mail("nowhere", 25, "none", "tbp@example.gov.cn")}


@pytest.fixture
def sent(city: World, keeper: Browser, configured: None) -> World:
    """代表甲 and 管理员 have messages: one about a case, one that was refused."""
    case = city.case or city.register()
    with city.database.transaction() as session:
        session.execute(
            update(Person).where(Person.login.in_(["代表甲", "管理员"])).values(email=ADDRESS)
        )
        for who, key in (("代表甲", case.business_key), ("管理员", None)):
            notifications.enqueue(
                session, who, "registered", "正文不给别人看", city.at,
                dedupe_key=f"test:{who}", link="/", business_key=key,
            )  # fmt: skip
        composing.compose(session, [Name.MAIL], "http://x", city.at)
        failed = {"state": "dead", "last_error": "邮件服务器拒收（550）。", "attempts": 1}
        session.execute(update(Message).where(Message.login == "管理员").values(**failed))
    return city


def numbers(keeper: Browser) -> list[str]:
    return re.findall(r'name="message" value="(\d+)"', keeper.page)


def test_the_list_says_who_what_when_and_how_it_went(sent: World, keeper: Browser) -> None:
    keeper.get(PAGE)
    words = text(keeper)

    assert "代表甲 电子邮件 提办评" in words
    assert "发送失败，不再重试 试过 1 次 邮件服务器拒收（550）。" in words
    assert "1 条消息等待。1 条发送失败，不再重试。" in words
    assert ADDRESS not in keeper.page
    assert "正文不给别人看" not in keeper.page


def test_filters_by_state_person_and_case(sent: World, keeper: Browser) -> None:
    keeper.get(f"{PAGE}?state=dead")
    assert "代表甲" not in text(keeper)
    keeper.get(f"{PAGE}?person=代表")
    assert "代表甲 电子邮件" in text(keeper)
    number = sent.suggestion().case_no
    keeper.get(f"{PAGE}?case={number}")
    assert "代表甲 电子邮件" in text(keeper)
    assert "管理员 电子邮件" not in text(keeper)
    keeper.get(f"{PAGE}?case=B1999-001")
    assert "没有编号为“B1999-001”的建议或督查" in text(keeper)


def test_chosen_messages_are_sent_again_on_the_record(sent: World, keeper: Browser) -> None:
    keeper.get(f"{PAGE}?state=dead")
    chosen = numbers(keeper)

    answer = keeper.post(
        f"{PAGE}/again", [("message", one) for one in chosen] + [("state", "dead")]
    )

    assert (answer.status_code, answer.location) == (303, f"{PAGE}?state=dead")
    keeper.get(PAGE)
    assert "1 条消息已排队，将再次发送。" in text(keeper)
    with sent.reading() as session:
        assert set(session.scalars(select(Message.state))) == {"waiting"}
        assert "再次向管理员发送电子邮件" in audit.latest(session, 1)[0].sentence


def test_choosing_nothing_is_refused_in_words(sent: World, keeper: Browser) -> None:
    keeper.get(PAGE)

    assert keeper.post(f"{PAGE}/again").status_code == 422
    assert "请先勾选要再次发送的消息。" in keeper.page


def test_a_server_that_is_away_is_named_with_since_when_and_how_much_waits(
    sent: World, keeper: Browser
) -> None:
    with sent.database.transaction() as session:
        outbox.switch(session, Name.MAIL, True)
        row = session.get_one(MessageChannel, "mail")
        row.down_since = sent.at - timedelta(minutes=20)
        row.last_error = "邮件服务器没有应答（timed out）。"

    keeper.get(PAGE)

    assert re.search(
        r"邮件服务器自 \d{1,2}:\d\d 起没有应答，1 条消息等待，恢复后自动发出。", text(keeper)
    )


def test_without_a_server_the_page_says_so(keeper: Browser) -> None:
    keeper.get(PAGE)

    assert "电子邮件：没有设置邮件服务器，通知只在系统内查看。" in text(keeper)
    assert "还没有发过消息。" in keeper.page
    assert keeper.post(f"{PAGE}/test", {"channel": "mail"}).status_code == 422


def test_a_trial_is_sent_to_the_one_who_asks(sent: World, keeper: Browser) -> None:
    keeper.get(PAGE)

    keeper.post(f"{PAGE}/test", {"channel": "mail"}, follow_redirects=True)

    assert "电子邮件测试消息已排队" in text(keeper)
    with sent.reading() as session:
        [one] = session.scalars(select(Message).where(Message.kind == "test"))
    assert (one.login, one.address) == ("管理员", ADDRESS)


def test_without_an_address_a_trial_says_what_to_do(
    city: World, keeper: Browser, configured: None
) -> None:
    with city.database.transaction() as session:
        session.execute(update(Person).values(email=""))
    keeper.get(PAGE)

    assert keeper.post(f"{PAGE}/test", {"channel": "mail"}).status_code == 422
    assert "没有登记邮箱" in keeper.page


def test_an_operator_has_the_page_and_only_that_tab(city: World, desk: Flask) -> None:
    operator = signed_in(desk, "运维")

    assert operator.get(PAGE).status_code == 200
    assert 'href="/m/messages"' in operator.page
    assert 'href="/m/reminders"' not in operator.page.replace('<a href="/m/reminders">提醒', "")
    assert signed_in(desk, "代工委甲").get(PAGE).status_code == 403


def test_pages_lose_no_row_while_more_is_written(sent: World, keeper: Browser) -> None:
    with sent.database.transaction() as session:
        session.add_all(
            Message(
                key=f"k{number}", channel="mail", kind="now", login="代表甲", address="x",
                subject=f"第{number}封", body="", state="sent", created_at=sent.at,
            )
            for number in range(120)
        )  # fmt: skip
    seen: list[str] = []
    address = f"{PAGE}?state=sent"
    while address:
        keeper.get(address)
        seen += re.findall(r"第(\d+)封", keeper.page)
        following = re.findall(r'href="(/m/messages\?[^"]*before=\d+)"', keeper.page)
        address = following[0].replace("&amp;", "&") if following else ""

    assert [int(one) for one in seen] == list(range(119, -1, -1))
