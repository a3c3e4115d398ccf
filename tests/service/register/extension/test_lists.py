"""What the forms of an extension show."""

from sqlalchemy.orm import Session

from service.register.handling import contacts
from service.register.handling.kinds import Stage
from service.tables.assignments import Assignment, Extension
from tests.conftest import MORNING
from tests.handled import at, listed, met


def test_the_unit_reads_its_terms(duty: Assignment, application: Extension) -> None:
    [terms] = listed("extension_terms", at(duty, extension=application.id))

    assert terms == {
        "due": "2026年6月2日（周二）",
        "apply_before": "2026年5月19日（周二）18:00",
        "latest": "2026年9月2日（周三）",
    }


def test_a_contact_the_deputy_denied_is_not_offered(
    session: Session, duty: Assignment, application: Extension
) -> None:
    told, denied = (
        contacts.record(session, duty, Stage.DURING, met(), "jt_chengban", MORNING)
        for _ in range(2)
    )
    contacts.settle(session, denied.id, False, "没有这回事。", "d001", MORNING)

    [(code, label)] = listed("extension_talks", at(duty, extension=application.id))

    assert (code, label) == (str(told.id), "2026年3月2日（周一）办中协商（面商）（待确认）")


def test_nothing_is_signed_before_it_is(duty: Assignment, application: Extension) -> None:
    assert listed("extension_cosignature", at(duty, extension=application.id)) == []
    [wish] = listed("extension_wish", at(duty, extension=application.id))
    assert wish == {"granted_until": ""}
