"""Messages leave: they are written, then each channel is given a few at a time, claimed and settled around the call."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from service import clock
from service.database import Database
from service.deadlines import policies
from service.delivery import composing, house, outbox
from service.delivery.channels import Channel, Fate, Name, Result

log = logging.getLogger(__name__)

LONGEST = timedelta(minutes=2)
"""How long one round may take; what is left goes in the next."""


def deliver(
    channels: Mapping[Name, Channel],
    base: str,
    database: Database,
    at: datetime,
    now: Callable[[], datetime] = clock.now,
) -> int:
    """Write what is to leave and send it by every channel that is on; returns how many messages were sent."""
    with database.transaction() as session:
        open_ = outbox.open_channels(session, channels)
        composing.compose(session, open_, base, at)
    return sum(_send(database, channels[name], at, at + LONGEST, now) for name in sorted(open_))


def _send(
    database: Database,
    channel: Channel,
    at: datetime,
    until: datetime,
    now: Callable[[], datetime],
) -> int:
    sent = 0
    while now() < until:
        with database.transaction() as session:
            may_leave = house.of(session).may_leave(policies.calendar(session), at)
            claimed = outbox.claim(session, channel, at, may_leave=may_leave)
        if not claimed:
            break
        results = channel.send([one.letter for one in claimed])
        with database.transaction() as session:
            outbox.settle(session, channel, claimed, results, at)
        sent += sum(result.fate is Fate.SENT for result in results)
        _note(channel, results)
    return sent


def _note(channel: Channel, results: Sequence[Result]) -> None:
    failed = [result for result in results if result.fate is not Fate.SENT]
    if failed:
        log.warning(
            "messages not sent",
            extra={"channel": channel.name.value, "failed": len(failed), "why": failed[0].words},
        )
