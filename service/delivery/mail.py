"""E-mail by SMTP. A server that does not answer keeps nothing from being sent later; one that accepted has the message.

SMTP has no way to ask whether a message arrived. When the connection breaks after the text was given away and before
the server said so, the message is unsure: it is not sent again by itself, because the page shows it and the next
day's message lists again whatever is due, while two of the same would teach people to ignore them.
"""

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal

from service import clock
from service.delivery.channels import Fate, Letter, Name, Result

Security = Literal["starttls", "ssl", "none"]

_WORDS = {
    "away": "邮件服务器没有应答（{why}）。",
    "login": "邮件服务器不接受登录名或密码（{why}）。请运维人员核对 TIBANPING_SMTP_USER 和 TIBANPING_SMTP_PASSWORD。",
    "tls": "与邮件服务器不能建立加密连接（{why}）。请运维人员核对 TIBANPING_SMTP_SECURITY 和服务器的证书。",
    "refused": "邮件服务器拒收（{why}）。请核对邮箱地址。",
    "busy": "邮件服务器暂时不收（{why}），稍后再试。",
    "sender": "邮件服务器不接受发件地址（{why}）。请运维人员核对 TIBANPING_SMTP_FROM。",
    "broken": "信已交给邮件服务器，但连接在确认前中断，不知道是否收到。需要时请再次发送。",
}


@dataclass(frozen=True)
class Mail:
    """A mail server and how to reach it."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 20.0
    name: Name = Name.MAIL
    drops_doubles: bool = False

    def send(self, batch: Sequence[Letter]) -> list[Result]:
        """Send all over one connection."""
        results: list[Result] = []
        try:
            with self._connected() as server:
                for letter in batch:
                    results.append(self._give(server, letter))
        except ssl.SSLError as error:
            return _rest(results, batch, "tls", error)
        except smtplib.SMTPAuthenticationError as error:
            return _rest(results, batch, "login", error)
        except smtplib.SMTPSenderRefused as error:
            return _rest(results, batch, "sender", error)
        except (smtplib.SMTPException, OSError) as error:
            return _rest(results, batch, "away", error)
        return results

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        context = ssl.create_default_context()
        if self.security == "ssl":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.security == "starttls":
                server.starttls(context=context)
            server.ehlo_or_helo_if_needed()
            if self.user:
                server.login(self.user, self.password)
            yield server
            _part(server)
        finally:
            server.close()

    def _give(self, server: smtplib.SMTP, letter: Letter) -> Result:
        """Give one message away; only what the server says of this message is caught."""
        message = self._written(letter)
        code, reply = server.mail(self.sender)
        if code != 250:
            server.rset()
            raise smtplib.SMTPSenderRefused(code, reply, self.sender)
        code, reply = server.rcpt(letter.address)
        if code not in (250, 251):
            server.rset()
            return _refusal(code, reply)
        try:
            code, reply = server.data(message.as_bytes(policy=SMTP))
        except smtplib.SMTPDataError as error:
            server.rset()
            return _refusal(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPServerDisconnected, OSError):
            server.close()
            return Result(Fate.UNSURE, _WORDS["broken"])
        return Result(Fate.SENT) if code == 250 else _refusal(code, reply)

    def _written(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = Address("提办评", addr_spec=self.sender)
        message["To"] = letter.address
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(clock.now())
        # The same for every attempt: a server or mailbox that drops doubles knows them by it.
        message["Message-ID"] = f"<{letter.key.replace(':', '.')}@{self.sender.partition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.body)
        return message


def _part(server: smtplib.SMTP) -> None:
    """Say good-bye; what was accepted stays accepted if the other side has gone already."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        return


def _refusal(code: int, reply: bytes | str) -> Result:
    """A 5xx is for good, a 4xx for now."""
    why = f"{code} {_text(reply)}"
    if code >= 500:
        return Result(Fate.NEVER, _WORDS["refused"].format(why=why))
    return Result(Fate.LATER, _WORDS["busy"].format(why=why))


def _rest(
    results: list[Result], batch: Sequence[Letter], words: str, error: Exception
) -> list[Result]:
    code = getattr(error, "smtp_code", None)
    reply = getattr(error, "smtp_error", None)
    why = f"{code} {_text(reply)}" if code is not None and reply is not None else str(error)
    untried = Result(Fate.UNTRIED, _WORDS[words].format(why=why or type(error).__name__))
    return results + [untried] * (len(batch) - len(results))


def _text(reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return text.replace("\n", " ")[:200]
