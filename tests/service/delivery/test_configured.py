"""A machine has the channels its settings name; half a channel stops the start with a sentence."""

from typing import Any

import pytest

from service.delivery.channels import Name
from service.delivery.configured import channels
from service.errors import SettingInvalid
from service.settings import Settings

MAIL = {"smtp_host": "mail", "smtp_from": "tbp@example.gov.cn"}
SMS = {"sms_url": "https://sms.example.gov.cn/x", "sms_secret": "a secret of both sides"}


def found(**given: Any) -> set[Name]:
    return set(channels(Settings.read(**given)))


def test_nothing_is_sent_until_a_server_is_named() -> None:
    assert found() == set()


def test_each_channel_comes_with_its_settings() -> None:
    assert found(**MAIL) == {Name.MAIL}
    assert found(**SMS) == {Name.SMS}
    assert found(**MAIL, **SMS) == set(Name)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"smtp_host": "mail"}, "TIBANPING_SMTP_FROM"),
        ({"sms_url": "https://sms"}, "TIBANPING_SMS_SECRET"),
        ({"sms_url": "https://sms", "sms_secret": "short"}, "TIBANPING_SMS_SECRET"),
    ],
)
def test_half_a_channel_is_refused_with_what_is_missing(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingInvalid, match=named):
        found(**given)


def test_secrets_are_not_in_the_words_of_a_refusal_or_of_the_settings() -> None:
    settings = Settings.read(**MAIL, smtp_password="hush", sms_secret="hush-hush")

    assert "hush" not in repr(settings)
    assert "hush" not in repr(channels(settings))
