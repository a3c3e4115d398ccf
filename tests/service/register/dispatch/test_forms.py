"""What offices and units hand in."""

from datetime import date

from service.register.dispatch.forms import Dispatch, SignOff
from service.register.dispatch.status import Duty

DISPATCH = {
    "assignments": [{"unit": "JT", "role": "lead", "duties": None}],
    "is_hard": False,
    "is_key": True,
    "oversight_committee": None,
    "batch_number": None,
    "batch_name": None,
    "batch_due_on": "2026-06-01",
    "late_date_seen": None,
}


def test_a_dispatch_has_days_duties_and_reads_silence_as_no() -> None:
    form = Dispatch.model_validate(DISPATCH)

    assert form.batch_due_on == date(2026, 6, 1)
    assert form.assignments[0].role is Duty.LEAD
    assert form.late_date_seen is False


def test_a_unit_that_may_not_apply_again_only_signs() -> None:
    asked = ("sign_decision", "section", "return_reason", "return_basis", "proposed_unit")

    assert SignOff.model_validate(dict.fromkeys(asked)).sign_decision is None
