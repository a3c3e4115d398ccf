"""Short messages against the receiver of the documentation, which a process of its own runs."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from service.delivery.channels import Fate, Letter
from service.delivery.gateway import Gateway, signature

GUIDE = Path(__file__).parents[3] / "docs" / "how-to" / "connect-an-sms-gateway.md"
SECRET = "a secret of both sides"


def letter(number: int = 1, address: str = "13800000001") -> Letter:
    return Letter(f"daily:2026-03-02:wang{number}:sms", address, "王敏", "标题", f"第{number}条")


@dataclass
class Receiver:
    """The documented receiver, and what it passed on."""

    gateway: Gateway
    process: "subprocess.Popen[str]"

    def passed_on(self) -> list[str]:
        self.process.terminate()
        out, _ = self.process.communicate(timeout=10)
        return out.splitlines()


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    [code] = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    script = tmp_path / "receiver.py"
    script.write_text(code, encoding="utf-8")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    given = {"TIBANPING_SMS_SECRET": SECRET, "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        [sys.executable, str(script), str(port)],
        env={**os.environ, **given},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    _wait_for(port)
    yield Receiver(Gateway(f"http://127.0.0.1:{port}/", SECRET, timeout=5), process)
    process.kill()
    process.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the receiver never listened")


def test_the_documented_receiver_takes_what_is_sent(receiver: Receiver) -> None:
    results = receiver.gateway.send([letter(1), letter(2)])

    assert [result.fate for result in results] == [Fate.SENT] * 2
    assert receiver.passed_on() == ["to 13800000001: 第1条", "to 13800000001: 第2条"]


def test_a_key_it_has_seen_is_carried_out_once(receiver: Receiver) -> None:
    first = receiver.gateway.send([letter()])
    again = receiver.gateway.send([letter()])

    assert [one.fate for one in first + again] == [Fate.SENT] * 2
    assert receiver.passed_on() == ["to 13800000001: 第1条"]


def test_a_wrong_number_is_given_up_with_the_receiver_s_reason(receiver: Receiver) -> None:
    wrong, right = receiver.gateway.send([letter(1, "none"), letter(2)])

    assert (wrong.fate, right.fate) == (Fate.NEVER, Fate.SENT)
    assert wrong.words == "短信网关拒收（422 不是手机号码）。请核对手机号码。"


def test_a_wrong_secret_is_the_channel_s_trouble(receiver: Receiver) -> None:
    results = replace(receiver.gateway, secret="some other secret").send([letter(1), letter(2)])

    assert [result.fate for result in results] == [Fate.UNTRIED] * 2
    assert "不接受签名" in results[0].words
    assert receiver.passed_on() == []


def test_a_gateway_that_is_away_leaves_everything_untried() -> None:
    results = Gateway("http://127.0.0.1:1/", SECRET, timeout=2).send([letter(1), letter(2)])

    assert [result.fate for result in results] == [Fate.UNTRIED] * 2
    assert results[0].words.startswith("短信网关没有应答（")


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        (204, Fate.SENT),
        (400, Fate.NEVER),
        (409, Fate.LATER),
        (429, Fate.UNTRIED),
        (503, Fate.UNTRIED),
    ],
)
def test_what_an_answer_means(status: int, fate: Fate) -> None:
    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    Thread(target=server.handle_request, daemon=True).start()
    [result] = Gateway(f"http://127.0.0.1:{server.server_port}/", SECRET, timeout=5).send(
        [letter()]
    )
    server.server_close()

    assert result.fate is fate


def test_the_signature_covers_the_time_and_every_byte() -> None:
    one = signature(SECRET, "1", b"{}")

    assert len({one, signature(SECRET, "2", b"{}"), signature(SECRET, "1", b"{ }")}) == 3
    assert one != signature("x", "1", b"{}")
