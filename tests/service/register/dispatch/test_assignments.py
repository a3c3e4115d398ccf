"""Who handles a suggestion, from the first plan to the final adjudication."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import NotAllowed, NotFound
from service.register.dispatch import assignments
from service.register.dispatch.assignments import Planned
from service.register.proposal import suggestions
from service.tables.assignments import Assignment
from tests.conftest import MORNING
from tests.proposed import CONTENT
from tests.world import moment, populate

LEAD_AND_ASSIST = (Planned("JT", "lead"), Planned("GA", "assist", "加强巡逻"))
REASON = ("县道养护不属我局职责", "三定规定第三条")
LATER = MORNING + timedelta(days=2)


@pytest.fixture
def city(database: Database) -> Database:
    with database.transaction() as session:
        populate(session, MORNING)
    return database


def registered(session: Session) -> int:
    found = suggestions.submit(session, CONTENT, "代表甲", (), 1, MORNING)
    return suggestions.register(session, found.id, MORNING).id


def dispatched(
    session: Session, plan: tuple[Planned, ...] = LEAD_AND_ASSIST
) -> tuple[int, list[Assignment]]:
    suggestion_id = registered(session)
    mode = assignments.mode_of(plan)
    assignments.dispatch(session, suggestion_id, mode, False, False, None, MORNING)
    return suggestion_id, assignments.assign(session, suggestion_id, plan, MORNING)


# Planning


@pytest.mark.parametrize(
    ("mode", "lead", "assists", "separates", "roles"),
    [
        ("sole", "JT", [], [], ["sole"]),
        ("lead_assist", "JT", ["JT", "GA"], [], ["lead", "assist"]),
        ("separate", None, [], ["JT", "GA"], ["separate", "separate"]),
    ],
)
def test_a_plan_says_who_does_what(
    mode: str, lead: str | None, assists: list[str], separates: list[str], roles: list[str]
) -> None:
    plan = assignments.planned(mode, lead, assists, separates)

    assert [each.role for each in plan] == roles
    assert assignments.mode_of(plan) == mode
    assert all(each.duties for each in plan)


@pytest.mark.parametrize(
    ("mode", "lead", "assists", "separates", "sentence"),
    [
        ("sole", None, [], [], "选择主办单位"),
        ("lead_assist", "JT", ["JT"], [], "协办单位"),
        ("separate", None, [], ["JT"], "两个单位"),
    ],
)
def test_a_plan_that_cannot_work_is_refused(
    mode: str, lead: str | None, assists: list[str], separates: list[str], sentence: str
) -> None:
    with pytest.raises(NotAllowed, match=sentence):
        assignments.planned(mode, lead, assists, separates)


@pytest.mark.parametrize(
    "plan",
    [
        [("JT", "lead")],
        [("JT", "lead"), ("GA", "lead")],
        [("JT", "sole"), ("GA", "assist")],
        [("JT", "separate")],
        [("JT", "lead"), ("JT", "assist")],
        [],
    ],
)
def test_duties_that_are_no_mode_are_refused(plan: list[tuple[str, str]]) -> None:
    with pytest.raises(NotAllowed):
        assignments.mode_of([Planned(unit, role) for unit, role in plan])


# Before dispatch


def test_silence_before_dispatch_is_no_objection(city: Database) -> None:
    with city.transaction() as session:
        suggestion_id = registered(session)
        assignments.ask(session, suggestion_id, ["JT", "GA"], MORNING)
        assignments.answer(
            session, suggestion_id, "JT", "adjust", *REASON, ["CG"], "交通局联络员", LATER
        )

        assert assignments.end_asking(session, suggestion_id, LATER) == 1

        found = {row.unit: row.opinion for row in assignments.opinions(session, suggestion_id)}
        assert found == {"JT": "adjust", "GA": "no_objection"}


def test_only_the_last_asking_counts(city: Database) -> None:
    with city.transaction() as session:
        suggestion_id = registered(session)
        assignments.ask(session, suggestion_id, ["JT"], MORNING)
        assignments.answer(session, suggestion_id, "JT", "adjust", *REASON, [], None, MORNING)
        assignments.ask(session, suggestion_id, ["CG"], LATER)

        assert assignments.end_asking(session, suggestion_id, LATER) == 0


def test_a_unit_answers_once_and_only_when_asked(city: Database) -> None:
    with city.transaction() as session:
        suggestion_id = registered(session)
        assignments.ask(session, suggestion_id, ["JT"], MORNING)
        assignments.answer(session, suggestion_id, "JT", "agree", "", "", [], None, MORNING)

        for unit in ("JT", "GA"):
            with pytest.raises(NotFound, match="没有向这个单位"):
                assignments.answer(session, suggestion_id, unit, "agree", "", "", [], None, MORNING)


# Dispatch


def test_the_legal_clock_starts_with_the_dispatch(city: Database) -> None:
    with city.transaction() as session:
        suggestion_id, [lead, assist] = dispatched(session)
        suggestion = suggestions.get(session, suggestion_id)

        assert suggestion.dispatched_at == MORNING
        assert suggestion.reply_due_at == moment("2026-06-02", "18:00")
        assert lead.due_at == suggestion.reply_due_at
        assert assist.due_at == moment("2026-04-02", "18:00")
        assert assist.duties == "加强巡逻"


@pytest.mark.parametrize(
    ("due_on", "is_hard", "expected"),
    [
        (date(2026, 5, 25), False, "2026-05-25"),
        (date(2026, 8, 31), False, "2026-06-02"),
        (date(2026, 8, 31), True, "2026-08-31"),
        (None, True, "2026-09-02"),
    ],
)
def test_the_earlier_of_law_and_batch_counts(
    city: Database, due_on: date | None, is_hard: bool, expected: str
) -> None:
    with city.transaction() as session:
        suggestion_id = registered(session)
        batch = assignments.batch(session, "清人交〔2026〕1号", "交办会", date(2026, 3, 2), due_on)

        found = assignments.dispatch(session, suggestion_id, "sole", is_hard, True, batch, MORNING)

        assert found.reply_due_at == moment(expected, "18:00")
        assert (found.is_hard, found.is_key, found.batch_id) == (is_hard, True, batch.id)


def test_what_is_merged_is_dispatched_with_its_main_case(city: Database) -> None:
    with city.transaction() as session:
        main, child = registered(session), registered(session)
        suggestions.merge(session, child, str(suggestions.get(session, main).case_no))

        assignments.dispatch(session, main, "sole", False, False, None, MORNING)

        assert suggestions.get(session, child).reply_due_at == moment("2026-06-02", "18:00")


def test_a_batch_is_opened_once_and_keeps_its_date(city: Database) -> None:
    with city.transaction() as session:
        day = date(2026, 3, 18)
        first = assignments.batch(session, "1号", "交办会", day, date(2026, 6, 1))

        assert assignments.batch(session, "1号", "", day, date(2026, 6, 1)) is first
        assert assignments.batch(session, "1号", "", day, None) is first
        with pytest.raises(NotAllowed, match="2026-06-01"):
            assignments.batch(session, "1号", "", day, date(2026, 7, 1))


def test_the_legal_day_is_known_before(city: Database) -> None:
    with city.transaction() as session:
        own = suggestions.get(session, registered(session))

        assert assignments.legal_day(session, own, False, MORNING) == date(2026, 6, 2)
        assert assignments.legal_day(session, own, True, MORNING) == date(2026, 9, 2)


def test_duties_nobody_knows_of_are_planned_anew(city: Database) -> None:
    with city.transaction() as session:
        suggestion_id, [lead, _] = dispatched(session)

        assignments.replan(
            session,
            suggestion_id,
            [Planned("JT", "lead", "牵头"), Planned("CG", "assist", "清理")],
            LATER,
        )

        found = assignments.active(session, suggestion_id)
        assert [(row.unit, row.duties) for row in found] == [("JT", "牵头"), ("CG", "清理")]
        assert found[0].id == lead.id


def test_a_unit_s_own_limits_start_when_it_gets_the_duty(city: Database) -> None:
    with city.transaction() as session:
        _, [lead, assist] = dispatched(session)

        for row in (lead, assist):
            assignments.deliver(session, row.id, LATER)

        assert lead.due_at == moment("2026-06-02", "18:00")
        assert assist.due_at == moment("2026-04-07", "18:00")  # 4 April opens 清明


# Signing and changing


def test_a_unit_signs_once(city: Database) -> None:
    with city.transaction() as session:
        _, [lead, _] = dispatched(session)

        assignments.sign(session, lead.id, "养护股", LATER)

        assert (lead.status, lead.signed_at, lead.section) == ("contacting", LATER, "养护股")
        with pytest.raises(NotAllowed, match="已经签收"):
            assignments.sign(session, lead.id, "", LATER)
        with pytest.raises(NotAllowed, match="已经签收"):
            assignments.request_change(session, lead.id, *REASON, "CG", "交通局联络员", LATER)


def test_silence_is_acceptance(city: Database) -> None:
    with city.transaction() as session:
        _, [lead, _] = dispatched(session)

        assignments.accept_by_default(session, lead.id, LATER)

        assert lead.accepted_by_default
        assert lead.signed_at == LATER


def test_the_new_unit_takes_over_under_the_old_legal_clock(city: Database) -> None:
    with city.transaction() as session:
        suggestion_id, [lead, assist] = dispatched(session)
        assignments.request_change(session, lead.id, *REASON, "CG", "交通局联络员", MORNING)

        new = assignments.agree(session, lead.id, "CG", "同意", "政府办", LATER, final=False)

        assert (lead.status, lead.replaced_by_id) == ("reassigned", new.id)
        assert (new.role, new.status, new.returns) == ("lead", "pending_sign", 1)
        assert new.due_at == lead.due_at
        assert assignments.active(session, suggestion_id) == [new, assist]


def test_a_unit_that_has_a_duty_cannot_take_another(city: Database) -> None:
    with city.transaction() as session:
        _, [lead, _] = dispatched(session)
        assignments.request_change(session, lead.id, *REASON, "GA", "交通局联络员", MORNING)

        with pytest.raises(NotAllowed, match="已经承担本件任务"):
            assignments.agree(session, lead.id, "GA", "同意", "政府办", LATER, final=False)


def test_a_refused_unit_may_apply_once_more_until_it_is_final(city: Database) -> None:
    with city.transaction() as session:
        _, [lead, _] = dispatched(session)
        assignments.request_change(session, lead.id, *REASON, "CG", "交通局联络员", MORNING)
        assignments.refuse(session, lead.id, "属你局职责", "政府办", MORNING, final=False)
        assert not assignments.is_settled(session, lead)

        assignments.request_change(session, lead.id, *REASON, "CG", "交通局负责人", MORNING)
        assignments.refuse(session, lead.id, "维持", "副市长", LATER, final=True)

        assert lead.returns == assignments.RETURNS_BEFORE_FINAL
        assert assignments.is_settled(session, lead)
        with pytest.raises(NotAllowed, match="已经终裁"):
            assignments.request_change(session, lead.id, *REASON, "CG", "交通局负责人", LATER)


def test_a_final_decision_binds_the_next_unit_too(city: Database) -> None:
    with city.transaction() as session:
        _, [lead, _] = dispatched(session)
        assignments.request_change(session, lead.id, *REASON, "CG", "交通局联络员", MORNING)

        new = assignments.agree(session, lead.id, "CG", "改派", "副市长", LATER, final=True)

        assert assignments.is_settled(session, new)
        assert [row.decision for row in assignments.requests(session, new.id)] == ["agreed"]


def test_there_must_be_an_application_to_decide(city: Database) -> None:
    with city.transaction() as session:
        _, [lead, _] = dispatched(session)

        with pytest.raises(NotFound, match="没有待裁定"):
            assignments.refuse(session, lead.id, "", "政府办", MORNING, final=False)


def test_a_withdrawn_suggestion_leaves_no_duties(city: Database) -> None:
    with city.transaction() as session:
        suggestion_id, _ = dispatched(session)

        assert len(assignments.withdraw(session, suggestion_id)) == 2
        assert assignments.active(session, suggestion_id) == []


def test_the_latest_round_stands(city: Database) -> None:
    with city.transaction() as session:
        suggestion_id, _ = dispatched(session)
        again = assignments.assign(session, suggestion_id, [Planned("CG", "sole")], LATER, round_=2)

        assert assignments.active(session, suggestion_id) == again
        assert len(assignments.active(session, suggestion_id, 1)) == 2


@pytest.mark.parametrize(
    ("unit", "system"), [("JT", "government"), ("SD", "government"), ("FY", "other")]
)
def test_who_adjudicates_follows_from_the_unit_s_system(
    city: Database, unit: str, system: str
) -> None:
    with city.transaction() as session:
        assert assignments.system(session, unit) == system


def test_an_unknown_unit_is_not_found(city: Database) -> None:
    with city.transaction() as session:
        with pytest.raises(NotFound, match="XX"):
            assignments.system(session, "XX")
        with pytest.raises(NotFound, match="承办任务"):
            assignments.get(session, 404)
