"""The channels this machine can use, by its settings."""

from service.delivery.channels import Channel, Name
from service.delivery.gateway import Gateway
from service.delivery.mail import Mail
from service.errors import SettingInvalid
from service.settings import Settings

SHORTEST_SECRET = 16


def channels(settings: Settings) -> dict[Name, Channel]:
    """Return the channels whose settings are there; half of them is refused with a sentence."""
    found: dict[Name, Channel] = {}
    if settings.smtp_host:
        if "@" not in settings.smtp_from:
            raise SettingInvalid(
                "设置了 TIBANPING_SMTP_HOST，还需要 TIBANPING_SMTP_FROM（发件地址，如 tibanping@example.gov.cn）。"
                "请补上后重新启动。"
            )
        found[Name.MAIL] = Mail(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_security,
            settings.smtp_from,
            settings.smtp_user,
            settings.smtp_password,
            settings.smtp_timeout,
        )
    if settings.sms_url:
        if len(settings.sms_secret) < SHORTEST_SECRET:
            raise SettingInvalid(
                "设置了 TIBANPING_SMS_URL，还需要 TIBANPING_SMS_SECRET（与网关约定的签名密钥，"
                f"至少 {SHORTEST_SECRET} 个字符）。请补上后重新启动。"
            )
        found[Name.SMS] = Gateway(settings.sms_url, settings.sms_secret, settings.sms_timeout)
    return found
