"""A unit is proposed once for what nobody supervises yet; a case is judged by all that is known of it."""

from datetime import timedelta

from sqlalchemy.orm import Session

from service.register.supervision import proposals
from service.register.supervision.colors import Color, Proposal
from service.tables.handling import AssistDefault
from service.tables.supervision import Finding
from tests.service.register.supervision.undone import NOW, assignment, card, suggestion, supervision


def test_what_is_under_supervision_is_no_candidate_until_it_is_closed(session: Session) -> None:
    own, other = suggestion(session), suggestion(session, "关于候车亭的建议")
    assignment(session, own, due_at=NOW - timedelta(days=3))
    assignment(session, other, due_at=NOW - timedelta(days=3))
    case = supervision(session, suggestion_id=own.id)

    assert [each.suggestion_id for each in proposals.candidates(session, NOW)] == [other.id]

    case.closed_at = NOW
    session.flush()
    assert len(proposals.candidates(session, NOW)) == 2

    supervision(session, suggestion_id=None)
    assert proposals.candidates(session, NOW) == [], "the unit as a whole is supervised"


def test_an_absence_that_was_dealt_with_is_not_proposed_again(session: Session) -> None:
    own = suggestion(session)
    absent = assignment(session, own, role="assist")
    session.add(
        AssistDefault(
            suggestion_id=own.id,
            assignment_id=absent.id,
            unit="JT",
            recorded_at=NOW - timedelta(days=10),
            decision="absent",
        )
    )
    supervision(session, suggestion_id=own.id, opened_at=NOW - timedelta(days=5), closed_at=NOW)

    assert proposals.candidates(session, NOW) == []


def test_the_gravest_candidate_comes_first(session: Session) -> None:
    late, later = suggestion(session, "甲"), suggestion(session, "乙")
    assignment(session, late, due_at=NOW - timedelta(days=2))
    assignment(session, later, due_at=NOW - timedelta(days=20))

    assert [each.title for each in proposals.candidates(session, NOW)] == ["乙", "甲"]


def test_a_case_is_judged_by_register_findings_and_what_became_of_its_card(
    session: Session,
) -> None:
    own = suggestion(session)
    case = supervision(session, suggestion_id=own.id)
    assert proposals.of_rules(session, case, NOW).color == "none"

    session.add(
        Finding(
            supervision_id=case.id,
            number=1,
            point="no_plan",
            description="没有方案",
            evidence="台账",
            nature="minor",
        )
    )
    assert proposals.of_rules(session, case, NOW).color == "white"

    card(session, case, "white", 1, state="in_force", due_at=NOW - timedelta(hours=1))
    assert proposals.of_rules(session, case, NOW).reasons == ("白牌整改期满没有提交整改报告。",)

    case.look_backs_failed = 2
    assert proposals.of_rules(session, case, NOW) == Proposal(Color.RED, ("回头看 2 次不到位。",))


def test_false_dealing_found_on_the_spot_is_red(session: Session) -> None:
    case = supervision(session)
    session.add(
        Finding(
            supervision_id=case.id,
            number=1,
            point="quality",
            description="代替代表填写评价",
            evidence="登录日志",
            nature="false",
        )
    )

    assert proposals.of_rules(session, case, NOW).color == "red"
