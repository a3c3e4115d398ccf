"""A message is sent by one process, tried again with patience, given up in words, and never sent twice unasked."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.database import Database
from service.delivery import outbox
from service.delivery.channels import Fate, Letter, Name, Result
from service.delivery.outbox import Claimed
from service.tables.messages import Message, MessageChannel
from service.tables.people import Person
from tests.service.delivery.conftest import NINE

SENT = Result(Fate.SENT)
AWAY = Result(Fate.UNTRIED, "邮件服务器没有应答（timed out）。")


@dataclass
class Silent:
    """A channel that only has a name here."""

    name: Name = Name.MAIL
    drops_doubles: bool = False

    def send(self, batch: Sequence[Letter]) -> list[Result]:
        return [SENT for _ in batch]


MAIL, SMS = Silent(), Silent(Name.SMS, True)


def write(session: Session, count: int = 1, channel: Name = Name.MAIL, kind: str = "daily") -> None:
    session.add_all(
        Message(
            key=f"{kind}:{channel}:{number}", channel=channel.value, kind=kind, login="wang",
            address="wang@example.gov.cn", subject=f"第{number}封", body="", state="waiting",
            created_at=NINE,
        )
        for number in range(count)
    )  # fmt: skip
    session.flush()


def claim(
    session: Session, channel: Silent = MAIL, at: datetime = NINE, *, may_leave: bool = True
) -> list[Claimed]:
    return outbox.claim(session, channel, at, may_leave=may_leave)


def only(session: Session) -> Message:
    session.expire_all()
    [row] = session.query(Message).all()
    return row


def try_once(session: Session, result: Result, at: datetime, channel: Silent = MAIL) -> None:
    claimed = claim(session, channel, at)
    assert claimed
    outbox.settle(session, channel, claimed, [result] * len(claimed), at)


def test_a_sent_message_is_done(session: Session) -> None:
    write(session)

    try_once(session, SENT, NINE)

    row = only(session)
    assert (row.state, row.attempts, row.sent_at, row.last_error) == ("sent", 1, NINE, None)
    assert claim(session) == []


def test_what_one_process_has_claimed_no_other_gets(session: Session) -> None:
    write(session, 120)

    first, second, third, none = (claim(session) for _ in range(4))

    assert [len(some) for some in (first, second, third, none)] == [50, 50, 20, 0]
    assert not {one.id for one in first} & {one.id for one in second}


def test_two_processes_at_once_share_the_messages(office: Database) -> None:
    with office.transaction() as session:
        write(session, 80)
    taken: list[int] = []
    ready = threading.Barrier(2)

    def work() -> None:
        ready.wait()
        with office.transaction() as session:
            taken.extend(one.id for one in claim(session))

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(taken) == len(set(taken)) == 80


def test_a_message_put_off_is_tried_again_with_more_patience_each_time(session: Session) -> None:
    write(session)
    at = NINE
    pauses = []
    for _ in range(4):
        try_once(session, Result(Fate.LATER, "451"), at)
        row = only(session)
        assert row.not_before is not None
        pauses.append(row.not_before - at)
        assert claim(session, at=at) == []
        at = row.not_before

    assert pauses == [timedelta(minutes=n) for n in (1, 2, 4, 8)]


def test_what_is_put_off_too_often_is_given_up_in_words(session: Session) -> None:
    write(session)
    at = NINE
    for _ in range(outbox.ATTEMPTS_ALLOWED):
        try_once(session, Result(Fate.LATER, "邮件服务器暂时不收（451）。"), at)
        at += timedelta(hours=3)

    row = only(session)
    assert (row.state, row.last_error) == ("dead", "邮件服务器暂时不收（451）。")
    assert claim(session, at=at) == []


def test_a_refusal_for_good_is_not_tried_again(session: Session) -> None:
    write(session)

    try_once(session, Result(Fate.NEVER, "邮件服务器拒收（550）。"), NINE)

    assert only(session).state == "dead"


def test_a_server_that_is_away_costs_no_attempt_and_is_tried_more_and_more_rarely(
    session: Session,
) -> None:
    write(session, 3)
    at = NINE
    pauses = []
    for _ in range(7):
        try_once(session, AWAY, at)
        row = session.get_one(MessageChannel, "mail")
        assert row.not_before is not None
        pauses.append((row.not_before - at).total_seconds())
        at = row.not_before

    assert pauses == [30, 60, 120, 240, 480, 600, 600]
    state = outbox.states(session)["mail"]
    assert (state.down_since, state.last_error) == (NINE, AWAY.words)
    assert outbox.counts(session) == {("mail", "waiting"): 3}
    assert {one.attempts for one in session.query(Message)} == {0}


def test_a_server_that_answers_again_is_up(session: Session) -> None:
    write(session)
    try_once(session, AWAY, NINE)
    later = NINE + timedelta(hours=2)

    try_once(session, SENT, later)

    state = outbox.states(session)["mail"]
    assert (state.down_since, state.failures, state.answered_at) == (None, 0, later)


def test_after_a_crash_an_e_mail_is_unsure_and_not_sent_again_by_itself(session: Session) -> None:
    write(session)
    claim(session)
    too_soon = NINE + timedelta(minutes=29)
    later = NINE + outbox.CLAIMED_FOR

    assert claim(session, at=too_soon) == []
    assert only(session).state == "sending"
    assert claim(session, at=later) == []
    row = only(session)
    assert row.state == "unsure"
    assert "不知道这条消息是否已经送出" in (row.last_error or "")


def test_after_a_crash_a_gateway_that_drops_doubles_gets_the_same_key_again(
    session: Session,
) -> None:
    write(session, channel=Name.SMS)
    [first] = claim(session, SMS)

    [second] = claim(session, SMS, NINE + outbox.CLAIMED_FOR)

    assert first.letter.key == second.letter.key


def test_outside_the_hours_only_a_trial_leaves(session: Session) -> None:
    write(session)
    write(session, kind="test")

    [one] = claim(session, may_leave=False)

    assert one.letter.key.startswith("test:")


def test_a_channel_switched_off_keeps_its_messages(session: Session) -> None:
    write(session)
    assert outbox.switch(session, Name.MAIL, False)
    assert not outbox.switch(session, Name.MAIL, False)

    assert claim(session) == []
    assert outbox.open_channels(session, {Name.MAIL, Name.SMS}) == {Name.SMS}

    outbox.switch(session, Name.MAIL, True)
    assert len(claim(session)) == 1


def test_an_account_closed_meanwhile_gets_nothing(session: Session) -> None:
    write(session)
    session.execute(update(Person).where(Person.login == "wang").values(active=False))

    assert claim(session) == []
    assert (only(session).state, only(session).last_error) == (
        "dead",
        "收件人的账号已经停用，没有发送。",
    )


def test_channels_do_not_hold_each_other_up(session: Session) -> None:
    write(session)
    write(session, channel=Name.SMS)
    try_once(session, AWAY, NINE)

    assert len(claim(session, SMS)) == 1
