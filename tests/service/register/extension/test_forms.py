"""The forms of an extension read what a page hands in."""

from datetime import date

from service.register.extension.forms import Application, Ruling
from service.register.extension.kinds import Decision
from tests.extended import APPLICATION


def test_an_application_has_days_and_may_name_no_contact() -> None:
    form = Application.model_validate({**APPLICATION, "talk": None, "attachments": []})

    assert (form.asked_until, form.talk) == (date(2026, 7, 31), None)


def test_a_refusal_has_no_day() -> None:
    given = {"extension_decision": "refuse", "granted_until": None, "decision_reason": "可以按期。"}

    assert Ruling.model_validate(given).extension_decision is Decision.REFUSE
