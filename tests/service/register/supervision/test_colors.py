"""What a unit leaves undone proposes a colour by the table; nothing is proposed for what somebody supervises already."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import Database
from service.deadlines import policies
from service.register.supervision import colors as control_colors
from service.register.supervision.colors import RULES, Proposal, propose
from service.tables.assignments import Assignment
from service.tables.handling import AssistDefault, Commitment
from service.tables.people import Person, Unit
from service.tables.runtime import (
    DeployedProcess,
    Deployment,
    ProcessInstance,
    UserTask,
)
from service.tables.suggestions import Suggestion
from service.tables.supervision import ColorRule, ControlCard, Finding, SupervisionCase
from tests.conftest import MORNING

NOW = datetime(2026, 9, 21, 2, 0, tzinfo=UTC)  # Monday; the Sunday before was worked


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A city with two units and one suggestion each, seen in one transaction."""
    with database.transaction() as session:
        policies.seed(session, MORNING)
        control_colors.seed(session)
        session.add(Person(login="wang_fang", name="王芳"))
        session.add_all(
            Unit(code=code, name=f"{name}局", short_name=name, system="government", level="city")
            for code, name in (("JT", "交通"), ("ZJ", "住建"))
        )
        session.flush()
        yield session


def suggestion(session: Session, title: str = "关于修护栏的建议", **facts: object) -> Suggestion:
    row = Suggestion(
        title=title,
        level="city",
        kind="in_session",
        category="transport",
        lead_deputy="wang_fang",
        situation="情况",
        prep_steps=[],
        research_methods=[],
        preferred_units=[],
        status="handling",
        submitted_at=MORNING,
        **{"dispatched_at": NOW - timedelta(days=110), **facts},
    )
    session.add(row)
    session.flush()
    return row


def assignment(session: Session, own: Suggestion, **facts: object) -> Assignment:
    given = {"unit": "JT", "role": "sole", "status": "working", "due_at": None}
    row = Assignment(suggestion_id=own.id, dispatched_at=MORNING, **{**given, **facts})
    session.add(row)
    session.flush()
    return row


def supervision(session: Session, **facts: object) -> SupervisionCase:
    given = {
        "number": f"督查〔2026〕{len(session.scalars(select(SupervisionCase)).all()) + 1}号",
        "line": "party_gov",
        "organizer": "gov_supervision",
        "unit": "JT",
        "status": "inspecting",
        "opened_at": NOW,
    }
    row = SupervisionCase(
        points=[],
        basis="",
        approved_by="",
        leader="",
        opened_by="du_cha",
        methods=[],
        checks=[],
        photos=[],
        **{**given, **facts},
    )
    session.add(row)
    session.flush()
    return row


def card(session: Session, case: SupervisionCase, color: str, number: int, **facts: object) -> None:
    given = {"state": "cleared", "issued_at": NOW - timedelta(days=30)}
    session.add(
        ControlCard(
            supervision_id=case.id,
            unit=case.unit,
            color=color,
            number=f"督{color}{number}",
            rule="",
            proposed_color=color,
            reason="",
            requirement="",
            issued_by="du_cha",
            **{**given, **facts},
        )
    )
    session.flush()


@pytest.mark.parametrize(
    ("facts", "color"),
    [
        ({}, "none"),
        ({"reply_overdue": 1}, "white"),
        ({"reply_overdue": 10}, "white"),
        ({"reply_overdue": 11}, "yellow"),
        ({"reply_overdue": 30}, "yellow"),
        ({"reply_overdue": 31}, "red"),
        ({"unsigned": 1, "no_plan": 1}, "white"),
        ({"assist_overdue": 10}, "white"),
        ({"assist_overdue": 11}, "yellow"),
        ({"commitment_overdue": 20}, "white"),
        ({"commitment_overdue": 21}, "yellow"),
        ({"redo_overdue": 1}, "yellow"),
        ({"white_expired": 1}, "yellow"),
        ({"yellow_expired": 1}, "red"),
        ({"look_backs_failed": 1}, "yellow"),
        ({"look_backs_failed": 2}, "red"),
        ({"reply_overdue": 2, "past_legal_limit": 1}, "red"),
        ({"no_contact": 1, "false_dealing": 1}, "red"),
    ],
)
def test_the_highest_colour_that_is_hit_wins(facts: dict[str, int], color: str) -> None:
    assert propose(RULES, facts).color == color


def test_a_proposal_says_why_with_the_numbers() -> None:
    assert propose(RULES, {"reply_overdue": 12, "no_contact": 1}) == Proposal(
        "yellow", ("答复逾期 12 个工作日，超过 10 个工作日。",)
    )
    assert propose(RULES, {"unsigned": 1, "no_plan": 1}).reasons == (
        "交办后逾期未签收。",
        "逾期未制定办理方案。",
    )


def test_the_third_white_of_a_year_is_yellow() -> None:
    assert propose(RULES, {"unsigned": 1}, whites_before=1).color == "white"
    assert propose(RULES, {"unsigned": 1}, whites_before=2) == Proposal(
        "yellow", ("本年第 3 次应亮白牌。",)
    )
    assert propose(RULES, {}, whites_before=5).color == "none"


def test_every_rule_speaks_of_a_known_fact_and_colour() -> None:
    assert {rule.fact for rule in RULES} == set(control_colors.FACTS)
    assert {rule.color for rule in RULES} == {"white", "yellow", "red"}


def test_rules_are_data_that_an_administrator_may_change(session: Session) -> None:
    own = suggestion(session)
    assignment(session, own, due_at=NOW - timedelta(days=2))
    [rule] = session.scalars(
        select(ColorRule).where(ColorRule.fact == "reply_overdue", ColorRule.color == "white")
    )

    rule.active = False

    assert control_colors.candidates(session, NOW) == []
    assert control_colors.seed(session) == 0, "what was changed stays"


def test_an_overdue_reply_is_counted_in_working_days(session: Session) -> None:
    own = suggestion(session, case_no="七届五次-001")
    assignment(session, own, due_at=datetime(2026, 9, 18, 10, 0, tzinfo=UTC))  # Friday, 18:00

    [found] = control_colors.candidates(session, NOW)

    assert (found.unit, found.case_no, found.proposal.color) == ("JT", "七届五次-001", "white")
    assert found.proposal.reasons == ("答复逾期 2 个工作日。",), "the Sunday between was worked"


def test_what_is_answered_assisting_or_with_another_unit_is_not_overdue(session: Session) -> None:
    late = NOW - timedelta(days=60)
    own = suggestion(session)
    assignment(session, own, due_at=late, replied_at=late + timedelta(days=1))
    assignment(session, own, due_at=late, role="assist")
    assignment(session, own, due_at=late, status="reassigned")

    assert control_colors.candidates(session, NOW) == []


def test_six_months_after_dispatch_nothing_but_red_is_proposed(session: Session) -> None:
    own = suggestion(session, dispatched_at=datetime(2026, 3, 18, 1, 0, tzinfo=UTC))
    assignment(session, own, due_at=datetime(2026, 9, 18, 10, 0, tzinfo=UTC))

    [found] = control_colors.candidates(session, NOW)

    assert found.proposal == Proposal("red", ("超过自交办之日起六个月的法定上限仍未答复。",))


def test_a_second_assignment_overdue_is_yellow(session: Session) -> None:
    own = suggestion(session, dispatched_at=NOW - timedelta(days=100))
    assignment(session, own, round=2, due_at=NOW - timedelta(days=5))

    [found] = control_colors.candidates(session, NOW)

    assert found.proposal.color == "yellow"


def test_tasks_open_past_their_limit_name_their_unit_and_their_failing(session: Session) -> None:
    own = suggestion(session)
    open_task(session, own, "sign", "unit_liaison:JT")
    open_task(session, own, "contact.before", "unit_handler:ZJ")
    open_task(session, own, "evaluate", "deputy")
    open_task(session, own, "plan", "unit_liaison:JT", due_at=NOW + timedelta(days=1))

    found = {each.unit: each.proposal for each in control_colors.candidates(session, NOW)}

    assert found == {
        "JT": Proposal("white", ("交办后逾期未签收。",)),
        "ZJ": Proposal("white", ("逾期未做办前沟通。",)),
    }


def test_promises_past_their_day_and_absent_assistants_count(session: Session) -> None:
    own = suggestion(session)
    promised = assignment(session, own)
    absent = assignment(session, own, unit="ZJ", role="assist")
    session.add(
        Commitment(
            suggestion_id=own.id,
            assignment_id=promised.id,
            unit="JT",
            source="plan",
            text="十月底前装好护栏",
            due_on=date(2026, 8, 20),
            status="open",
            made_at=MORNING,
        )
    )
    session.add(
        AssistDefault(
            suggestion_id=own.id,
            assignment_id=absent.id,
            unit="ZJ",
            recorded_at=NOW - timedelta(days=10),
            decision="absent",
        )
    )
    session.flush()

    found = {each.unit: each.proposal.color for each in control_colors.candidates(session, NOW)}

    assert found == {"JT": "yellow", "ZJ": "yellow"}


def test_what_is_under_supervision_is_no_candidate_until_it_is_closed(session: Session) -> None:
    own, other = suggestion(session), suggestion(session, "关于候车亭的建议")
    assignment(session, own, due_at=NOW - timedelta(days=3))
    assignment(session, other, due_at=NOW - timedelta(days=3))
    case = supervision(session, suggestion_id=own.id)

    assert [each.suggestion_id for each in control_colors.candidates(session, NOW)] == [other.id]

    case.closed_at = NOW
    session.flush()
    assert len(control_colors.candidates(session, NOW)) == 2

    supervision(session, suggestion_id=None)
    assert control_colors.candidates(session, NOW) == [], "the unit as a whole is supervised"


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

    assert control_colors.candidates(session, NOW) == []


def test_the_gravest_candidate_comes_first(session: Session) -> None:
    late, later = suggestion(session, "甲"), suggestion(session, "乙")
    assignment(session, late, due_at=NOW - timedelta(days=2))
    assignment(session, later, due_at=NOW - timedelta(days=20))

    assert [each.title for each in control_colors.candidates(session, NOW)] == ["乙", "甲"]


def test_a_case_is_judged_by_register_findings_and_what_became_of_its_card(
    session: Session,
) -> None:
    own = suggestion(session)
    case = supervision(session, suggestion_id=own.id)
    assert control_colors.for_case(session, case, NOW).color == "none"

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
    assert control_colors.for_case(session, case, NOW).color == "white"

    card(session, case, "white", 1, state="in_force", due_at=NOW - timedelta(hours=1))
    assert control_colors.for_case(session, case, NOW).reasons == (
        "白牌整改期满没有提交整改报告。",
    )

    case.look_backs_failed = 2
    assert control_colors.for_case(session, case, NOW) == Proposal("red", ("回头看 2 次不到位。",))


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

    assert control_colors.for_case(session, case, NOW).color == "red"


def test_whites_of_last_year_and_withdrawn_ones_do_not_add_up(session: Session) -> None:
    own = suggestion(session)
    assignment(session, own, due_at=NOW - timedelta(days=3))
    past = supervision(session, unit="JT", suggestion_id=own.id, closed_at=NOW)
    card(session, past, "white", 1)
    card(session, past, "white", 2, state="withdrawn")
    card(session, past, "white", 3, issued_at=datetime(2025, 12, 31, 15, 0, tzinfo=UTC))
    assert [each.proposal.color for each in control_colors.candidates(session, NOW)] == ["white"]

    card(session, past, "white", 4)
    assert [each.proposal.color for each in control_colors.candidates(session, NOW)] == ["yellow"]


def open_task(
    session: Session,
    own: Suggestion,
    policy_key: str,
    candidate: str,
    due_at: datetime = NOW - timedelta(days=2),
) -> None:
    if session.get(ProcessInstance, 1) is None:
        session.add(Deployment(id=1, content_hash="x", deployed_at=MORNING))
        session.flush()
        session.add(
            DeployedProcess(
                id=1, deployment_id=1, process_id="p", version=1, name="p", file="p", calls={}
            )
        )
        session.flush()
        session.add(
            ProcessInstance(
                id=1,
                deployed_process_id=1,
                process_id="p",
                status="running",
                state=b"",
                version=1,
                started_at=MORNING,
                history_seq=0,
                history_hash="",
            )
        )
        session.flush()
    session.add(
        UserTask(
            id=f"{policy_key}-{candidate}",
            instance_id=1,
            process_id="p",
            business_key=f"suggestion:{own.id}",
            element_id="Task",
            name="任务",
            lane="承办单位",
            candidates=[candidate],
            created_at=MORNING,
            policy_key=policy_key,
            due_at=due_at,
        )
    )
    session.flush()
