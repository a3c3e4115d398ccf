"""One unit has one application at a time, and only while there is something to put off."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.register.extension import applications
from service.register.extension.kinds import State
from service.tables.assignments import Assignment, Extension
from tests.conftest import MORNING


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"role": "assist"}, "协办单位"),
        ({"round": 2}, "二次交办"),
        ({"status": "pending_sign"}, "请先签收"),
        ({"status": "delivered"}, "已经签发"),
        ({"status": "reassigned"}, "不再由本单位承办"),
    ],
)
def test_who_has_nothing_to_put_off(
    session: Session, duty: Assignment, changes: dict[str, Any], sentence: str
) -> None:
    for name, value in changes.items():
        setattr(duty, name, value)

    with pytest.raises(NotAllowed, match=sentence):
        applications.check(session, duty, None, MORNING)


def test_an_application_that_stands_keeps_the_next_out(
    session: Session, duty: Assignment, application: Extension
) -> None:
    assert applications.pending(session, duty.id) is application
    with pytest.raises(NotAllowed, match="正在审批"):
        applications.open_(session, duty, None, 2, "jt_chengban", MORNING)

    assert applications.end(application, State.TAKEN_BACK, MORNING)
    assert not applications.end(application, State.ENDED, MORNING), "it ends once"
    assert applications.pending(session, duty.id) is None
    applications.open_(session, duty, None, 2, "jt_chengban", MORNING)
    assert len(applications.of(session, duty.suggestion_id)) == 2


def test_a_unit_that_lost_its_duty_needs_no_extension(
    session: Session, duty: Assignment, application: Extension
) -> None:
    assert applications.is_needed(session, application)

    duty.status = "delivered"

    assert not applications.is_needed(session, application)
