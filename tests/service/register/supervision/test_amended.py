"""Other rules are asked about the same units and cases, and only what would be otherwise is told."""

from datetime import timedelta

from sqlalchemy.orm import Session

from service.engine.deciding import dmn
from service.engine.deciding.decisions import Decision
from service.register.supervision import amended
from tests.service.register.supervision.undone import NOW, assignment, suggestion, supervision
from tests.supervised import RULES
from tests.world import PROCESSES


def table(before: str, after: str) -> Decision:
    content = (PROCESSES / RULES).read_text(encoding="utf-8")
    assert before in content
    return dmn.read(RULES, content.replace(before, after).encode()).decisions["control_color"]


def test_the_rules_in_force_change_nothing(session: Session) -> None:
    assignment(session, suggestion(session), due_at=NOW - timedelta(days=3))

    found = amended.compare(session, NOW, table("[1..10]", "[1..10]"))

    assert (found.compared, found.shifts) == (1, ())


def test_a_unit_that_would_get_another_colour_is_named_with_both(session: Session) -> None:
    late, later = suggestion(session, "甲"), suggestion(session, "乙")
    assignment(session, late, due_at=NOW - timedelta(days=2))
    assignment(session, later, due_at=NOW - timedelta(days=20))

    found = amended.compare(session, NOW, table("[11..30]", "[2..10]"))

    told = {one.title: (one.before.color.label, one.after.color.label) for one in found.shifts}
    assert found.compared == 2
    assert told["乙"] == ("黄牌", "不亮牌")
    assert [one.unit for one in found.shifts] == [found.shifts[0].unit] * len(found.shifts)


def test_an_open_supervision_is_asked_about_too(session: Session) -> None:
    own = suggestion(session)
    assignment(session, own, due_at=NOW - timedelta(days=20))
    case = supervision(session, suggestion_id=own.id)

    [shift] = amended.compare(session, NOW, table("[11..30]", "[25..30]")).shifts

    assert (shift.supervision_id, shift.number) == (case.id, case.number)
    assert shift.before.color.label == "黄牌"
