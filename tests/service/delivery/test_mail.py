"""E-mail against a real server: what it accepts, refuses, puts off, and what a broken connection leaves open."""

from dataclasses import replace

import pytest

from service.delivery.channels import Fate, Letter, Result
from service.delivery.mail import Mail
from tests.mailbox import CERTIFICATE, Mailbox, serving


def letter(number: int = 1, address: str = "wang@example.gov.cn") -> Letter:
    return Letter(
        f"daily:2026-03-02:wang{number}:mail", address, "王敏", f"第{number}封", "您好。\n.点\n"
    )


def mail(mailbox: Mailbox, **given: object) -> Mail:
    plain = Mail("localhost", mailbox.port, "none", "tbp@example.gov.cn", timeout=5)
    return replace(plain, **given)  # type: ignore[arg-type]


def fates(results: list[Result]) -> list[Fate]:
    return [result.fate for result in results]


def test_a_batch_goes_over_one_connection() -> None:
    with serving() as mailbox:
        results = mail(mailbox).send([letter(n) for n in range(5)])

    assert fates(results) == [Fate.SENT] * 5
    assert mailbox.connections == 1
    assert mailbox.subjects() == [f"第{n}封" for n in range(5)]


def test_a_message_is_one_every_mailbox_can_read() -> None:
    with serving() as mailbox:
        mail(mailbox).send([letter()])

    [message] = mailbox.messages
    assert message["From"] == "提办评 <tbp@example.gov.cn>"
    assert message["To"] == "wang@example.gov.cn"
    assert message["Message-ID"] == "<daily.2026-03-02.wang1.mail@example.gov.cn>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == "您好。\n.点\n"


def test_another_attempt_has_the_same_number() -> None:
    with serving() as mailbox:
        mail(mailbox).send([letter()])
        mail(mailbox).send([letter()])

    first, second = mailbox.messages
    assert first["Message-ID"] == second["Message-ID"]


def test_an_address_the_server_does_not_know_is_given_up_and_the_rest_is_sent() -> None:
    with serving() as mailbox:
        mailbox.refused["gone@example.gov.cn"] = "550 no such user"
        results = mail(mailbox).send([letter(1), letter(2, "gone@example.gov.cn"), letter(3)])

    assert fates(results) == [Fate.SENT, Fate.NEVER, Fate.SENT]
    assert results[1].words == "邮件服务器拒收（550 no such user）。请核对邮箱地址。"
    assert mailbox.subjects() == ["第1封", "第3封"]


def test_a_server_that_is_busy_gets_it_later() -> None:
    with serving() as mailbox:
        mailbox.answers.append("451 try again later")
        results = mail(mailbox).send([letter(1), letter(2)])

    assert fates(results) == [Fate.LATER, Fate.SENT]
    assert "451" in results[0].words


def test_a_server_that_is_away_leaves_everything_untried() -> None:
    with serving() as mailbox:
        channel = mail(mailbox)
    results = channel.send([letter(1), letter(2)])

    assert fates(results) == [Fate.UNTRIED] * 2
    assert results[0].words.startswith("邮件服务器没有应答（")


def test_a_connection_cut_after_the_text_leaves_that_one_unsure_and_the_rest_untried() -> None:
    with serving() as mailbox:
        mailbox.breaks_after = 2
        results = mail(mailbox).send([letter(1), letter(2), letter(3)])

    assert fates(results) == [Fate.SENT, Fate.UNSURE, Fate.UNTRIED]
    assert "不知道是否收到" in results[1].words


def test_login_over_starttls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with serving(user="tbp", password="right", is_tls=True) as mailbox:
        secure = mail(mailbox, security="starttls", user="tbp", password="right")
        good = secure.send([letter()])
        wrong = replace(secure, password="wrong").send([letter()])

    assert fates(good) == [Fate.SENT]
    assert fates(wrong) == [Fate.UNTRIED]
    assert "不接受登录名或密码" in wrong[0].words


def test_a_certificate_nobody_vouches_for_is_not_trusted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with serving(user="tbp", password="right", is_tls=True) as mailbox:
        secure = mail(mailbox, security="starttls", user="tbp", password="right")
        results = secure.send([letter()])

    assert fates(results) == [Fate.UNTRIED]
    assert "加密连接" in results[0].words
    assert mailbox.messages == []


def test_a_sender_the_server_does_not_accept_is_the_channel_s_trouble() -> None:
    with serving(user="tbp", password="right") as mailbox:
        results = mail(mailbox).send([letter(1), letter(2)])

    assert fates(results) == [Fate.UNTRIED] * 2
    assert "发件地址" in results[0].words
