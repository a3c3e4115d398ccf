import pytest

from service.register.common import keys


def test_a_key_names_a_kind_and_a_number() -> None:
    assert keys.parse("suggestion:17") == ("suggestion", 17)
    assert keys.parse(f"supervision:{2**31 - 1}") == ("supervision", 2**31 - 1)


@pytest.mark.parametrize(
    "key",
    [
        None,
        "",
        "suggestion",
        "suggestion:",
        "suggestion:0",
        "suggestion:017",
        "suggestion:-1",
        "suggestion:１",
        "suggestion:1\n",
        "suggestion:1:2",
        f"suggestion:{2**31}",
        "suggestion:99999999999999999999",
        "leave:1\x00",
    ],
)
def test_any_other_key_names_no_row(key: str | None) -> None:
    assert keys.parse(key) == ("", 0)
