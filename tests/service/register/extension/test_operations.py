"""What the diagrams of an extension do to the register."""

import pytest
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.operations import run
from service.tables.assignments import Assignment, Extension
from tests.extended import APPLICATION
from tests.handled import at

WRITTEN = {**APPLICATION, "talk": None}


def test_a_government_unit_s_application_goes_to_the_government_office(
    duty: Assignment, application: Extension
) -> None:
    given = run("apply_extension", at(duty, WRITTEN, extension=application.id))

    assert (given["extension_cosigned"], application.state) == (True, "cosigning")


def test_another_case_s_application_is_refused(session: Session, duty: Assignment) -> None:
    with pytest.raises(NotAllowed, match="不属于这件事项"):
        run("apply_extension", at(duty, WRITTEN, extension=999))


def test_nobody_decides_before_the_office_has_it(duty: Assignment, application: Extension) -> None:
    ruling = {"extension_decision": "grant", "granted_until": "2026-07-31", "decision_reason": None}

    with pytest.raises(NotAllowed, match="单位填写中"):
        run("decide_extension", at(duty, ruling, extension=application.id))


def test_an_application_nobody_needs_any_more_ends_without_a_decision(
    duty: Assignment, application: Extension
) -> None:
    run("apply_extension", at(duty, WRITTEN, extension=application.id))
    duty.status = "delivered"
    ruling = {"extension_decision": "grant", "granted_until": "2026-07-31", "decision_reason": None}

    given = run("decide_extension", at(duty, ruling, extension=application.id))

    assert (given["extension_outcome"], application.state) == ("none", "ended")
