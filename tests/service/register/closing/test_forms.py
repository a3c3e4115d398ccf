"""The office examines what it received."""

from service.register.closing.forms import ReceiptCheck, Verdict


def test_a_good_reply_needs_no_reason() -> None:
    form = ReceiptCheck.model_validate(
        {"reply_check": "qualified", "returned_units": [], "check_reason": None}
    )

    assert form.reply_check is Verdict.QUALIFIED
