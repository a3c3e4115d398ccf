"""What was sent, to whom and how it went, for those who look after the service; and sending again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import audit
from service.audit import Act
from service.delivery import addressing, digests
from service.delivery.channels import Name
from service.errors import NotAllowed, NotFound
from service.labels import Labelled
from service.register.people import directory as people
from service.tables.messages import Message, MessageNotice
from service.tables.people import Notification, Person


class State(Labelled):
    """How far a message is."""

    WAITING = "waiting", "等待发送"
    SENDING = "sending", "正在发送"
    SENT = "sent", "已发出"
    UNSURE = "unsure", "不知道是否送达"
    DEAD = "dead", "发送失败，不再重试"
    REPLACED = "replaced", "已并入后一天的消息"


class Kind(Labelled):
    """Why a message was written."""

    DAILY = "daily", "每日一条"
    NOW = "now", "立刻"
    TEST = "test", "测试"


@dataclass(frozen=True)
class Filter:
    """Which messages a reader asks for; an empty field asks for all."""

    state: str = ""
    channel: str = ""
    person: str = ""  # a part of the name, or the login
    business_key: str = ""


class Row(NamedTuple):
    """A message in the list, without its words and without its address."""

    message: Message
    name: str
    notices: int


def latest(session: Session, where: Filter, limit: int, before: int | None = None) -> Sequence[Row]:
    """Return messages, the latest first; `before` is the number a page ended with."""
    notices = (
        select(func.count())
        .where(MessageNotice.message_id == Message.id)
        .correlate(Message)
        .scalar_subquery()
    )
    query = select(Message, Person.name, notices).join(Person, Person.login == Message.login)
    if before is not None:
        query = query.where(Message.id < before)
    if where.state:
        query = query.where(Message.state == where.state)
    if where.channel:
        query = query.where(Message.channel == where.channel)
    if where.person:
        is_named = Person.name.contains(where.person, autoescape=True)
        query = query.where(is_named | (Person.login == where.person))
    if where.business_key:
        query = query.where(
            Message.id.in_(
                select(MessageNotice.message_id)
                .join(Notification, Notification.id == MessageNotice.notification_id)
                .where(Notification.business_key == where.business_key)
            )
        )
    rows = session.execute(query.order_by(Message.id.desc()).limit(limit))
    return [Row(*row) for row in rows]


def again(session: Session, ids: Sequence[int], by: str, at: datetime) -> int:
    """Send messages again to whoever they were for, at the address of today; what still waits is left alone.

    The key is new, because whoever dropped the first as known would drop this one too.
    """
    query = select(Message).where(Message.id.in_(ids)).order_by(Message.id).with_for_update()
    found = [one for one in session.scalars(query) if one.state not in {"waiting", "sending"}]
    logins = {one.login for one in found}
    names = people.names(session, logins)
    addresses = _addresses(session, logins)
    for one in found:
        address = addresses.get((one.login, one.channel)) or one.address
        _put_back(session, one, address, at)
        label = Name(one.channel).label
        sentence = f"再次向{names.get(one.login, one.login)}发送{label}“{one.subject}”。"
        audit.record(session, by, at, Act.MESSAGE, f"message:{one.id}", sentence)
    return len(found)


def trial(session: Session, channel: Name, login: str, base: str, at: datetime) -> None:
    """Write a message to the one who asks, to see whether the channel works; it leaves at any hour."""
    address = _addresses(session, {login}).get((login, channel.value))
    if not address:
        what = "邮箱" if channel is Name.MAIL else "手机号码"
        raise NotAllowed(
            f"您的账号没有登记{what}，收不到测试消息。请运维人员用 tibanping user contact 登记后再试。"
        )
    name = people.names(session, [login])[login]
    text = digests.trial(channel, name, base, at)
    session.add(
        Message(
            key=f"test:{at.isoformat()}:{login}:{channel}",
            channel=channel.value,
            kind="test",
            login=login,
            address=address,
            subject=text.subject,
            body=text.body,
            state="waiting",
            created_at=at,
        )
    )
    session.flush()
    sentence = f"向自己发送一条{channel.label}测试消息。"
    audit.record(session, login, at, Act.MESSAGE, f"channel:{channel}", sentence)


def get(session: Session, message_id: int) -> Message:
    """Return a message; one that is not there is not found, in words."""
    found = session.get(Message, message_id)
    if found is None:
        raise NotFound("没有找到这条消息，请返回消息列表重新选择。")
    return found


def _put_back(session: Session, one: Message, address: str, at: datetime) -> None:
    """Let a failed message wait anew; one that was sent stays as it is and a copy goes out."""
    key = f"{one.key.partition('~')[0]}~{at:%Y%m%d%H%M%S%f}"
    if one.state != "sent":
        one.key, one.address, one.state = key, address, "waiting"
        one.attempts, one.not_before, one.last_error = 0, None, None
        return
    copy = Message(
        key=key,
        channel=one.channel,
        kind=one.kind,
        login=one.login,
        address=address,
        subject=one.subject,
        body=one.body,
        state="waiting",
        created_at=at,
    )
    session.add(copy)
    session.flush()
    told = select(MessageNotice.notification_id).where(MessageNotice.message_id == one.id)
    session.add_all(
        MessageNotice(message_id=copy.id, notification_id=notice)
        for notice in session.scalars(told).all()
    )


def _addresses(session: Session, logins: set[str]) -> dict[tuple[str, str], str]:
    columns = [addressing.COLUMNS[name] for name in Name]
    rows = session.execute(select(Person.login, *columns).where(Person.login.in_(logins)))
    return {
        (login, name.value): address
        for login, *given in rows
        for name, address in zip(Name, given, strict=True)
        if address
    }
