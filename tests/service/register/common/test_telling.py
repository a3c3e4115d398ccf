"""What a step did is told once for each occasion, under the case of its instance."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import Database
from service.operations import Context
from service.register.common.telling import stamp, tell
from service.tables.people import Notification

AT = datetime(2026, 3, 18, 2, 0, 0, 17, tzinfo=UTC)


@pytest.fixture
def session(database: Database) -> Session:
    with database.transaction() as session:
        yield session


def step(session: Session, **others: Any) -> Context:
    return Context(session, AT, "wang", 1, "suggestion:17", "main", "Task_sign", **others)


def messages(session: Session) -> list[Notification]:
    return list(session.scalars(select(Notification).order_by(Notification.id)))


def test_each_recipient_is_told_of_the_occasion(session: Session):
    tell(step(session), ["wang", "unit_liaison:JT"], "signed:17", "已签收。", link="/s/17")

    assert [(m.recipient, m.kind, m.text, m.link, m.business_key) for m in messages(session)] == [
        ("wang", "signed", "已签收。", "/s/17", "suggestion:17"),
        ("unit_liaison:JT", "signed", "已签收。", "/s/17", "suggestion:17"),
    ]


def test_one_recipient_may_be_named_alone(session: Session):
    tell(step(session), "unit_liaison:JT", "signed:17", "已签收。")

    assert [m.recipient for m in messages(session)] == ["unit_liaison:JT"]


def test_the_same_occasion_is_told_once(session: Session):
    tell(step(session), "wang", "signed:17", "已签收。")

    tell(step(session), ["wang", "li"], "signed:17", "又签收了。")

    assert [(m.recipient, m.text) for m in messages(session)] == [
        ("wang", "已签收。"),
        ("li", "又签收了。"),
    ]


def test_the_kind_and_the_case_may_be_others_than_the_occasion_says(session: Session):
    tell(step(session), "wang", "section:3:wang", "请办理。", kind="assigned", business_key="suggestion:18")  # fmt: skip

    [message] = messages(session)

    assert (message.kind, message.business_key) == ("assigned", "suggestion:18")
    assert message.dedupe_key == "section:3:wang>wang"


def test_a_stamp_tells_two_moments_of_one_second_apart():
    assert stamp(AT) == "20260318020000000017"
