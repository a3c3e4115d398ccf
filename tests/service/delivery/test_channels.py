"""Every channel has words of its own for officials."""

from service.delivery.channels import Name


def test_every_channel_is_named_in_chinese() -> None:
    assert [name.label for name in Name] == ["电子邮件", "短信"]
    assert [name.server for name in Name] == ["邮件服务器", "短信网关"]
