"""A real mail server on a port of its own, which keeps what it accepts and can be told to misbehave."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

CERTIFICATE = Path(__file__).parent / "localhost.pem"
"""For `localhost` alone, signed by itself; its key is no secret and protects nothing."""


@dataclass
class Mailbox:
    """What the server accepted, and how it answers."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    refused: dict[str, str] = field(default_factory=dict)  # address → answer to RCPT
    answers: list[str] = field(default_factory=list)  # to the next DATA commands, instead of 250
    breaks_after: int | None = None  # accepts so many, then cuts the connection before saying so

    def subjects(self, address: str = "") -> list[str]:
        """Return the subjects of what was accepted, of one person or of all."""
        return [one["Subject"] for one in self.messages if not address or one["To"] == address]

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        self.messages.append(message_from_bytes(content, policy=policy.default))
        if self.breaks_after is not None and len(self.messages) >= self.breaks_after:
            server.transport.abort()
            await asyncio.sleep(0)
        return "250 OK"


@contextmanager
def serving(
    *, user: str = "", password: str = "", is_tls: bool = False, port: int = 0
) -> Iterator[Mailbox]:
    """Serve until the block ends."""
    mailbox = Mailbox()

    def check(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        known = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=known, handled=False)

    options: dict[str, Any] = {}
    if user:
        options |= {"authenticator": check, "auth_required": True, "auth_require_tls": is_tls}
    if is_tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATE)
        options |= {"tls_context": context, "require_starttls": True}
    controller = Controller(mailbox, hostname="127.0.0.1", port=port or _free_port(), **options)
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
