"""Short messages or a messenger by HTTP: one signed JSON request for each message, see docs/how-to.

The signature is the hexadecimal HMAC-SHA-256, under the shared secret, of `<timestamp>.<body>`; the receiver refuses
what is older than some minutes. `Idempotency-Key` is the same for every attempt: the receiver carries out a key once
and answers a repetition as it answered the first, so that in doubt a message is sent again.
"""

import hashlib
import hmac
import http.client
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import orjson

from service import clock
from service.delivery.channels import Fate, Letter, Name, Result


@dataclass(frozen=True)
class Gateway:
    """An address that takes messages, and the secret both sides share."""

    address: str
    secret: str = field(repr=False)
    timeout: float = 20.0
    name: Name = Name.SMS
    drops_doubles: bool = True

    def send(self, batch: Sequence[Letter]) -> list[Result]:
        """Send all over one connection."""
        results: list[Result] = []
        where = urlsplit(self.address)
        connection = _connection(where.scheme, where.netloc, self.timeout)
        path = where.path or "/"
        try:
            for letter in batch:
                body = _body(letter)
                connection.request("POST", path, body, self._headers(letter.key, body))
                answer = connection.getresponse()
                said = answer.read(10_000)
                if answer.status in _OF_THE_CHANNEL:
                    return _rest(results, batch, _OF_THE_CHANNEL[answer.status])
                results.append(_result(answer.status, said))
        except (http.client.HTTPException, OSError) as error:
            why = f"短信网关没有应答（{error or type(error).__name__}）。"
            return _rest(results, batch, why)
        finally:
            connection.close()
        return results

    def _headers(self, key: str, body: bytes) -> Mapping[str, str]:
        stamp = str(int(clock.now().timestamp()))
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": key,
            "X-Tibanping-Timestamp": stamp,
            "X-Tibanping-Signature": signature(self.secret, stamp, body),
        }


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return what both sides compute of a request."""
    signed = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


_OF_THE_CHANNEL = {
    401: "短信网关不接受签名（401）。请运维人员核对 TIBANPING_SMS_SECRET 和两边的时钟。",
    403: "短信网关不接受这台服务器的请求（403）。请与网关的管理单位核对。",
    404: "短信网关的地址不对（404）。请运维人员核对 TIBANPING_SMS_URL。",
    429: "短信网关要求放慢（429），稍后再发。",
    500: "短信网关出错（500），稍后再发。",
    502: "短信网关暂时不可用（502），稍后再发。",
    503: "短信网关暂时不可用（503），稍后再发。",
    504: "短信网关暂时不可用（504），稍后再发。",
}
"""Answers that are not about one message: the rest waits, and the channel is tried again later."""


def _body(letter: Letter) -> bytes:
    return orjson.dumps(
        {
            "id": letter.key,
            "to": letter.address,
            "name": letter.name,
            "title": letter.subject,
            "text": letter.body,
        }
    )


def _result(status: int, said: bytes) -> Result:
    if 200 <= status < 300:
        return Result(Fate.SENT)
    why = f"{status} {said.decode('utf-8', 'replace')[:200]}".strip()
    if status in (408, 409, 425):
        return Result(Fate.LATER, f"短信网关暂时不收（{why}），稍后再试。")
    return Result(Fate.NEVER, f"短信网关拒收（{why}）。请核对手机号码。")


def _rest(results: list[Result], batch: Sequence[Letter], words: str) -> list[Result]:
    return results + [Result(Fate.UNTRIED, words)] * (len(batch) - len(results))


def _connection(scheme: str, netloc: str, timeout: float) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(netloc, timeout=timeout, context=context)
    return http.client.HTTPConnection(netloc, timeout=timeout)
