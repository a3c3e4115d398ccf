"""A channel carries messages to people: it is given some and says of each what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Name(StrEnum):
    """The channels there are, by what officials call them."""

    MAIL = "mail"
    SMS = "sms"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def server(self) -> str:
        """What does not answer when the channel is down."""
        return _SERVERS[self]


_LABELS = {Name.MAIL: "电子邮件", Name.SMS: "短信"}
_SERVERS = {Name.MAIL: "邮件服务器", Name.SMS: "短信网关"}


class Fate(StrEnum):
    """What became of one message."""

    SENT = "sent"
    LATER = "later"  # refused for now; to be tried again
    NEVER = "never"  # refused for good
    UNSURE = "unsure"  # given away, but the other side did not say that it has it
    UNTRIED = "untried"  # the channel failed before it came to this one


@dataclass(frozen=True)
class Letter:
    """What a channel needs of a message; `key` is the same for every attempt."""

    key: str
    address: str
    name: str
    subject: str
    body: str


@dataclass(frozen=True)
class Result:
    """What became of a message, and why, in words for whoever looks after the service."""

    fate: Fate
    words: str = ""


class Channel(Protocol):
    """Carries a batch. A channel that fails as a whole leaves the rest untried and says so once."""

    @property
    def name(self) -> Name:
        """Which channel this is."""
        ...

    @property
    def drops_doubles(self) -> bool:
        """Whether the other side takes a key once only, so that a message may be sent again when in doubt."""
        ...

    def send(self, batch: Sequence[Letter]) -> list[Result]:
        """Send each letter and return what became of it, in order; never raises for what the other side does."""
        ...
