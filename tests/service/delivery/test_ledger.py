"""Who looks after the service sees what was sent to whom and how it went, and sends it again, on the record."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service import audit
from service.delivery import composing, ledger
from service.delivery.channels import Name
from service.delivery.ledger import Filter
from service.errors import NotAllowed, NotFound
from service.tables.messages import Message, MessageNotice
from service.tables.people import Person
from tests.service.delivery.conftest import BASE, NINE, tell, written

LATER = NINE + timedelta(hours=1)


@pytest.fixture
def sent(session: Session) -> Session:
    """A message to 王敏 that was sent, one to 李强 that failed."""
    tell(session, "wang", key="suggestion:17")
    tell(session, "li", "另一件", key="suggestion:18")
    composing.compose(session, [Name.MAIL], BASE, NINE)
    session.execute(update(Message).where(Message.login == "wang").values(state="sent"))
    failed = {"state": "dead", "last_error": "拒收", "attempts": 1}
    session.execute(update(Message).where(Message.login == "li").values(**failed))
    session.expire_all()
    return session


def names(session: Session, **asked: str) -> list[str]:
    return [row.name for row in ledger.latest(session, Filter(**asked), 10)]


def test_messages_are_found_by_state_person_channel_and_case(sent: Session) -> None:
    assert sorted(names(sent)) == ["李强", "王敏"]
    assert names(sent, state="dead") == ["李强"]
    assert names(sent, person="王") == ["王敏"]
    assert names(sent, person="li") == ["李强"]
    assert names(sent, channel="sms") == []
    assert names(sent, business_key="suggestion:18") == ["李强"]
    assert ledger.latest(sent, Filter(), 10)[0].notices == 1


def test_pages_go_on_where_the_last_one_ended(sent: Session) -> None:
    [first] = ledger.latest(sent, Filter(), 1)
    [second] = ledger.latest(sent, Filter(), 1, before=first.message.id)

    assert ledger.latest(sent, Filter(), 1, before=second.message.id) == []


def test_a_failed_message_waits_anew_at_the_address_of_today_under_a_new_key(
    sent: Session,
) -> None:
    [failed] = [one for one in written(sent) if one.state == "dead"]
    key = failed.key
    sent.execute(update(Person).where(Person.login == "li").values(email="new@example.gov.cn"))

    assert ledger.again(sent, [failed.id], "wang", LATER) == 1

    again = ledger.get(sent, failed.id)
    assert (again.state, again.attempts, again.last_error) == ("waiting", 0, None)
    assert again.address == "new@example.gov.cn"
    assert again.key != key
    assert ledger.again(sent, [failed.id], "wang", LATER) == 0  # it waits already


def test_a_sent_message_goes_out_as_a_copy_and_stays(sent: Session) -> None:
    [one] = [one for one in written(sent) if one.state == "sent"]

    ledger.again(sent, [one.id], "li", LATER)

    first, copy = [each for each in written(sent) if each.login == "wang"]
    assert (first.state, copy.state) == ("sent", "waiting")
    assert copy.body == first.body
    told = select(MessageNotice.message_id)
    assert set(sent.scalars(told)) >= {first.id, copy.id}


def test_sending_again_is_on_the_record(sent: Session) -> None:
    ledger.again(sent, [one.id for one in written(sent)], "wang", LATER)

    events = audit.latest(sent, 10)
    assert [event.act for event in events] == ["message", "message"]
    assert {event.sentence for event in events} == {
        f"再次向{name}发送电子邮件“提办评 2026年3月2日（周一）：新通知 1 条”。"
        for name in ("王敏", "李强")
    }
    assert audit.verify(sent).faults == ()


def test_a_trial_goes_to_the_one_who_asks(session: Session) -> None:
    ledger.trial(session, Name.MAIL, "wang", BASE, NINE)

    [one] = written(session)
    assert (one.kind, one.address, one.state) == ("test", "wang@example.gov.cn", "waiting")
    assert "测试消息" in one.body
    assert audit.latest(session, 1)[0].sentence == "向自己发送一条电子邮件测试消息。"


def test_without_an_address_a_trial_says_what_to_do(session: Session) -> None:
    with pytest.raises(NotAllowed, match="没有登记手机号码"):
        ledger.trial(session, Name.SMS, "li", BASE, NINE)


def test_a_message_that_is_not_there_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        ledger.get(session, 7)
