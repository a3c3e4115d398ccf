"""Notices and tasks become one message a day for each person; what is urgent goes at once; nothing is told twice."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from service.database import Database
from service.deadlines.workdays import LOCAL
from service.delivery import composing, house, kinds
from service.delivery.channels import Name
from service.delivery.kinds import Kind, Rule
from service.tables.messages import Message, MessageNotice
from service.tables.people import Notification, Person, Post
from tests.conftest import asking
from tests.service.delivery.conftest import BASE, NIGHT, NINE, open_task, tell, written

BOTH = frozenset(Name)
MAIL = frozenset({Name.MAIL})
LATER = NINE + timedelta(hours=1)
TOMORROW = NINE + timedelta(days=1)


def compose(session: Session, at: datetime = NINE, channels: frozenset[Name] = BOTH) -> int:
    return composing.compose(session, channels, BASE, at)


def told(session: Session) -> list[tuple[str, str, str]]:
    return [(one.login, one.channel, one.kind) for one in written(session)]


def waiting(session: Session) -> int:
    return len(
        session.scalars(select(Notification).where(Notification.delivered_at.is_(None))).all()
    )


def test_everything_of_a_day_is_one_message_for_each_person(session: Session) -> None:
    for number in range(5):
        tell(session, "unit_liaison:JT", f"第{number}件")
    open_task(session, "a1", "unit_liaison:JT", datetime(2026, 3, 2, 18, tzinfo=LOCAL))

    compose(session)

    assert told(session) == [
        ("li", "mail", "daily"),
        ("wang", "mail", "daily"),
        ("wang", "sms", "daily"),
    ]
    [li, wang, short] = written(session)
    assert all(f"第{number}件" in wang.body for number in range(5))
    assert f"{BASE}/tasks/a1" in wang.body
    assert f"{BASE}/suggestions/17" in wang.body
    assert (li.address, short.address) == ("li@example.gov.cn", "13800000001")
    assert "第0件" not in short.body  # kinds of progress go by e-mail alone
    assert waiting(session) == 0


def test_what_comes_after_the_day_s_message_waits_for_the_next(session: Session) -> None:
    tell(session, "wang", "早上的")
    compose(session)
    tell(session, "wang", "后来的")

    assert compose(session, LATER) == 0
    assert waiting(session) == 1
    session.execute(update(Message).values(state="sent"))
    compose(session, TOMORROW)

    [first, second] = [one for one in written(session) if one.channel == "mail"]
    assert "早上的" in first.body
    assert "后来的" in second.body
    assert "早上的" not in second.body


def test_what_falls_at_night_waits_until_the_morning(session: Session) -> None:
    tell(session, "wang", kind="urgent")

    assert compose(session, NIGHT) == 0
    assert waiting(session) == 1
    assert compose(session, TOMORROW) > 0


def test_what_is_urgent_goes_at_once_in_office_hours(session: Session) -> None:
    house.day_is_done(session, NINE)
    tell(session, "wang", "代表否认评价", kind="evaluation_denied")
    tell(session, "wang", "可以等的")

    compose(session, LATER)

    assert told(session) == [("wang", "mail", "now"), ("wang", "sms", "now")]
    assert waiting(session) == 1


def test_the_same_twice_for_two_posts_is_told_once(session: Session) -> None:
    tell(session, "unit_liaison:JT", "同一件事")
    tell(session, "unit_handler:JT", "同一件事", at=LATER)

    compose(session, channels=MAIL)

    [li, _] = written(session)
    assert li.body.count("同一件事") == 1


def test_a_reminder_of_a_task_that_is_listed_or_done_says_nothing_more(session: Session) -> None:
    open_task(session, "a1", "unit_liaison:JT", datetime(2026, 3, 3, 18, tzinfo=LOCAL))
    tell(session, "wang", "将于明天到期", kind="warning", link="/tasks/a1")
    tell(session, "wang", "早就办完的", kind="warning", link="/tasks/gone")

    compose(session, channels=MAIL)

    [_, wang] = written(session)
    assert wang.body.count("/tasks/a1") == 1
    assert "办完" not in wang.body


def test_posts_are_those_of_the_moment_of_writing(session: Session) -> None:
    tell(session, "unit_liaison:JT")
    session.execute(delete(Post).where(Post.login == "wang"))
    session.add(Post(login="zhao", role="unit_liaison", scope="JT"))
    session.flush()
    kinds.put(session, {Kind.WORK: Rule(BOTH, False)})

    compose(session)

    assert told(session) == [("li", "mail", "daily"), ("zhao", "sms", "daily")]


def test_who_has_nothing_gets_nothing(session: Session) -> None:
    tell(session, "qian", "没有地址的人")

    assert compose(session) == 0
    assert waiting(session) == 0


def test_a_kind_that_officials_switched_off_stays_in_the_house(session: Session) -> None:
    kinds.put(session, {Kind.WORK: Rule(frozenset(), False)})
    tell(session, "wang")

    assert compose(session) == 0
    assert waiting(session) == 0


def test_without_a_channel_nothing_waits(session: Session) -> None:
    tell(session, "wang")

    assert compose(session, NIGHT, frozenset()) == 0
    assert waiting(session) == 0


def test_ungrouped_each_round_goes_at_once(session: Session) -> None:
    rules = house.of(session)
    house.put(session, True, False, rules.daily_at, [], rules.version)
    tell(session, "wang")

    compose(session, channels=MAIL)

    assert told(session) == [("wang", "mail", "now")]


def test_a_message_that_still_waits_goes_into_the_next_day_s(session: Session) -> None:
    tell(session, "wang", "昨天的")
    compose(session, channels=MAIL)
    tell(session, "wang", "今天的", at=TOMORROW)

    compose(session, TOMORROW, MAIL)

    older, newer = written(session)
    assert (older.state, newer.state) == ("replaced", "waiting")
    assert "昨天的" in newer.body
    assert "今天的" in newer.body


def test_what_a_message_tells_can_be_found(session: Session) -> None:
    tell(session, "wang", key="suggestion:99")
    compose(session, channels=MAIL)

    query = (
        select(Message.login)
        .join(MessageNotice, MessageNotice.message_id == Message.id)
        .join(Notification, Notification.id == MessageNotice.notification_id)
        .where(Notification.business_key == "suggestion:99")
    )
    assert session.scalars(query).all() == ["wang"]


def test_the_queries_do_not_grow_with_the_messages(office: Database) -> None:
    def asked(at: datetime) -> int:
        with asking(office) as statements, office.transaction() as session:
            compose(session, at, MAIL)
        return len(statements)

    with office.transaction() as session:
        tell(session, "wang", "一件")
        open_task(session, "one", "user:wang", datetime(2026, 3, 2, 18, tzinfo=LOCAL))
    few = asked(NINE)
    with office.transaction() as session:
        for number in range(300):
            login = f"person{number}"
            session.add(Person(login=login, name=login, email=f"{login}@example.gov.cn"))
            session.flush()
            tell(session, login, f"第{number}件", at=TOMORROW)
            open_task(session, login, f"user:{login}", datetime(2026, 3, 3, 18, tzinfo=LOCAL))
        session.execute(update(Message).values(state="sent"))

    many = asked(TOMORROW)

    assert many <= few + 2  # rows are written in pages
