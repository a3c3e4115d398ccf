"""Messages leave once: through a real server that is there, away, back, or dies with us in the middle."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from scheduler import delivering
from service.database import Database
from service.delivery import outbox
from service.delivery.channels import Channel, Name
from service.delivery.gateway import Gateway
from service.delivery.mail import Mail
from service.tables.messages import Message, MessageChannel
from service.tables.people import Notification
from tests.conftest import asking
from tests.mailbox import Mailbox, serving
from tests.scheduler.keys import keeping
from tests.service.delivery.conftest import BASE, NIGHT, NINE, furnish, tell, written

SENDER = "tbp@example.gov.cn"
TOMORROW = NINE + timedelta(days=1)
Deliver = Callable[..., int]


@pytest.fixture
def office(sqlite: Database) -> Database:
    with sqlite.transaction() as session:
        furnish(session)
    return sqlite


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with serving() as mailbox:
        yield mailbox


def by_mail(mailbox: Mailbox) -> dict[Name, Channel]:
    return {Name.MAIL: Mail("localhost", mailbox.port, "none", SENDER, timeout=5)}


def deliver(database: Database, channels: dict[Name, Channel], at: datetime = NINE) -> int:
    return delivering.deliver(channels, BASE, database, at, now=lambda: at)


def states(database: Database) -> list[str]:
    with database.reading() as session:
        return [one.state for one in written(session)]


def notify(database: Database, count: int = 1, **given: Any) -> None:
    with database.transaction() as session:
        for number in range(count):
            tell(session, "unit_liaison:JT", f"第{number}件", **given)


def test_a_day_s_notices_arrive_as_one_e_mail_for_each_person(
    office: Database, mailbox: Mailbox
) -> None:
    notify(office, 3)

    assert deliver(office, by_mail(mailbox)) == 2
    assert deliver(office, by_mail(mailbox)) == 0

    assert sorted(one["To"] for one in mailbox.messages) == [
        "li@example.gov.cn",
        "wang@example.gov.cn",
    ]
    assert mailbox.connections == 1
    assert f"{BASE}/suggestions/17" in mailbox.messages[0].get_content()


def test_what_is_written_at_night_is_sent_in_the_morning(
    office: Database, mailbox: Mailbox
) -> None:
    notify(office, at=NIGHT)

    assert deliver(office, by_mail(mailbox), NIGHT) == 0
    assert mailbox.messages == []
    assert deliver(office, by_mail(mailbox), TOMORROW) == 2


def test_while_the_server_is_away_messages_wait_and_are_sent_once_when_it_is_back(
    office: Database,
) -> None:
    with serving() as mailbox:
        port = mailbox.port
    channels: dict[Name, Channel] = {Name.MAIL: Mail("localhost", port, "none", SENDER, timeout=2)}
    notify(office)
    at = NINE
    for minutes in (0, 1, 5, 30):
        at = NINE + timedelta(minutes=minutes)
        assert deliver(office, channels, at) == 0
    with office.reading() as session:
        state = session.get_one(MessageChannel, "mail")
        assert state.down_since == NINE
        assert "没有应答" in (state.last_error or "")
    assert states(office) == ["waiting", "waiting"]

    with serving(port=port) as mailbox:
        later = at + timedelta(minutes=15)
        assert deliver(office, channels, later) == 2
        assert deliver(office, channels, later + timedelta(minutes=1)) == 0

    assert len(mailbox.messages) == 2
    assert states(office) == ["sent", "sent"]


def test_a_server_that_comes_back_at_night_gets_nothing_before_the_morning(
    office: Database,
) -> None:
    with serving() as mailbox:
        port = mailbox.port
    channels: dict[Name, Channel] = {Name.MAIL: Mail("localhost", port, "none", SENDER, timeout=2)}
    notify(office)
    deliver(office, channels)

    with serving(port=port) as mailbox:
        assert deliver(office, channels, NIGHT) == 0
        assert mailbox.messages == []
        deliver(office, channels, TOMORROW)
        assert len(mailbox.messages) == 2  # one a day: the older went into the newer


def test_without_channels_notices_are_read_in_the_service_alone(office: Database) -> None:
    notify(office)

    assert deliver(office, {}) == 0
    with office.reading() as session:
        left = select(Notification).where(Notification.delivered_at.is_(None))
        assert session.scalars(left).all() == []


def test_ten_thousand_messages_leave_in_batches(office: Database) -> None:
    """Flat: the statements for a batch do not depend on how much waits."""
    count = 10_000
    with office.transaction() as session:
        session.add_all(
            Message(
                key=f"now:{number}", channel="mail", kind="now", login="wang",
                address="wang@example.gov.cn", subject="x", body="x", state="waiting",
                created_at=NINE,
            )
            for number in range(count)
        )  # fmt: skip
    sizes = []

    class Counting(Mail):
        def send(self, batch):  # type: ignore[no-untyped-def]
            sizes.append(len(batch))
            return [outbox.Result(outbox.Fate.SENT) for _ in batch]

    with asking(office) as asked:
        sent = deliver(office, {Name.MAIL: Counting("nowhere", 25, "none", SENDER)})

    assert sent == count
    assert set(sizes) == {outbox.TOGETHER}
    assert len(asked) <= 14 * len(sizes)


# Killed between sending and marking


SENDING = """
import sys
import time
from datetime import datetime
from scheduler import delivering
from service.database import Database
from service.delivery.channels import Name
from service.delivery.gateway import Gateway
from service.delivery.mail import Mail

url, kind, target, at = sys.argv[1:]
mail = lambda: Mail("localhost", int(target), "none", "tbp@example.gov.cn", timeout=5)
channel = mail() if kind == "mail" else Gateway(target, "a secret of both sides", timeout=5)
def hang(*given):
    print("given away", flush=True)
    time.sleep(60)

delivering.outbox.settle = hang
moment = datetime.fromisoformat(at)
delivering.deliver({Name(kind): channel}, "http://x", Database(url), moment, now=lambda: moment)
"""


def _killed_after_sending(office: Database, kind: str, target: str) -> None:
    url = office.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-c", SENDING, url, kind, target, NINE.isoformat()],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "given away"
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


def test_killed_after_sending_an_e_mail_nobody_gets_it_twice(
    office: Database, mailbox: Mailbox
) -> None:
    notify(office)

    _killed_after_sending(office, "mail", str(mailbox.port))
    after = NINE + outbox.CLAIMED_FOR + timedelta(minutes=1)
    deliver(office, by_mail(mailbox), after)
    deliver(office, by_mail(mailbox), after + timedelta(hours=5))

    assert len(mailbox.messages) == 2
    assert states(office) == ["unsure", "unsure"]


def test_killed_after_sending_a_gateway_gets_the_same_key_again(office: Database) -> None:
    with office.transaction() as session:
        tell(session, "wang", kind="evaluation_denied")
    with keeping() as (address, keys):
        _killed_after_sending(office, "sms", address)
        after = NINE + outbox.CLAIMED_FOR + timedelta(minutes=1)
        gateway = Gateway(address, "a secret of both sides", timeout=5)
        deliver(office, {Name.SMS: gateway}, after)

    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert states(office) == ["sent"]
