"""A limit is a name in a diagram and a number in the database; both kinds of change are seen at once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from service.database import Database
from service.deadlines import binding, documents, ladder, policies, seed
from service.deadlines.ladder import Recipient
from service.deadlines.seed import Before
from service.deadlines.workdays import Unit
from service.errors import ExpressionFailed
from service.tables.deadlines import CalendarYear, DeadlinePolicy

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)  # Wednesday morning, the day of dispatch


def ends(day: str, clock: str = "18:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}+08:00")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        policies.seed(session, AT)
        yield session


def test_the_statutory_reply_limits_run_from_dispatch(session: Session) -> None:
    variables = {"dispatched_at": "2026-03-18T10:00:00+08:00"}

    normal = policies.for_variables(session, "reply.normal", variables, AT)
    hard = policies.for_variables(session, "reply.hard", variables, AT)

    assert normal.moment == ends("2026-06-18")
    assert hard.moment == ends("2026-09-18")


def test_a_limit_starts_now_while_its_start_event_has_no_moment(session: Session) -> None:
    found = policies.for_variables(session, "sign", {}, AT)

    assert found.moment == ends("2026-03-23")
    assert found.base_at == AT


def test_the_batch_date_wins_when_it_is_earlier(session: Session) -> None:
    early = {"dispatched_at": AT.isoformat(), "batch_due_on": "2026-05-25"}
    late = {"dispatched_at": AT.isoformat(), "batch_due_on": "2026-08-31"}

    assert policies.for_variables(session, "reply.normal", early, AT).moment == ends("2026-05-25")
    assert policies.for_variables(session, "reply.normal", late, AT).moment == ends("2026-06-18")


def test_a_batch_date_before_the_limit_starts_caps_nothing(session: Session) -> None:
    found = policies.due(session, "reply.normal", AT, cap_on="2026-03-01")

    assert found.moment == ends("2026-06-18")


def test_only_limits_that_say_so_are_capped(session: Session) -> None:
    assert policies.due(session, "plan", AT, cap_on="2026-03-20").moment == ends("2026-04-01")


def test_warnings_come_in_the_morning_of_workdays_before(session: Session) -> None:
    found = policies.due(session, "reply.normal", AT)

    # 30 days before is 19 May; 10 and 3 workdays before skip the weekends, those after it 端午节.
    assert found.moment == ends("2026-06-18")
    assert found.warnings == (
        ends("2026-05-19", "08:30"),
        ends("2026-06-04", "08:30"),
        ends("2026-06-15", "08:30"),
        ends("2026-06-18", "08:30"),
        ends("2026-06-22", "08:30"),
        ends("2026-06-26", "08:30"),
    )


def test_a_rung_is_stored_with_whom_it_reminds_and_an_old_one_reminds_the_holder() -> None:
    rungs = (Before(30, Unit.DAYS), Before(-1, Unit.WORKDAYS, ("holder", "unit_head")))
    [reply] = [one for one in seed.POLICIES if one.key == "reply.normal"]
    doc = binding.as_doc(reply._replace(warnings=rungs), None, None)

    assert doc["warnings"] == [
        {"amount": 30, "unit": "CD"},
        {"amount": -1, "unit": "WD", "tell": ["holder", "unit_head"]},
    ]
    assert binding.as_value(doc).warnings == rungs
    assert [ladder.recipients(rung.tell) for rung in rungs] == [
        (Recipient.HOLDER,),
        (Recipient.HOLDER, Recipient.UNIT_HEAD),
    ]


def test_the_deputy_is_reminded_before_on_and_after_the_due_day(session: Session) -> None:
    evaluate = policies.due(session, "evaluate", AT)
    seal = policies.due(session, "evaluate.seal", AT)

    assert evaluate.moment == ends("2026-04-09")
    assert evaluate.warnings == (
        ends("2026-04-01", "08:30"),
        ends("2026-04-09", "08:30"),
        ends("2026-04-16", "08:30"),
    )
    assert seal.moment == ends("2026-04-23")  # five workdays after the last reminder


def test_urgent_matters_are_counted_in_office_hours(session: Session) -> None:
    submitted = {"submitted_at": "2026-03-20T17:00:00+08:00", "fast_track_kind": "urgent"}

    found = policies.for_variables(session, "ft.accept", submitted, AT)

    assert found.policy_key == "ft.accept.urgent"
    assert found.moment == ends("2026-03-23", "09:30")
    assert found.warnings == (ends("2026-03-23", "08:30"),)


def test_first_response_to_an_urgent_matter_does_not_wait_for_monday(session: Session) -> None:
    friday = datetime.fromisoformat("2026-03-20T17:00:00+08:00")

    found = policies.due(session, "ft.first_response.urgent", friday)

    assert found.moment == ends("2026-03-21", "17:00")


@pytest.mark.parametrize(
    ("variables", "meant"),
    [
        ({"is_hard": True}, "reply.hard"),
        ({"is_hard": False}, "reply.normal"),
        ({}, "reply.normal"),
        ({"is_hard": True, "reassigned_at": "2026-06-01T01:00:00+00:00"}, "redo"),
    ],
)
def test_a_family_name_means_the_limit_of_the_case(
    session: Session, variables: dict[str, object], meant: str
) -> None:
    assert policies.for_variables(session, "reply", variables, AT).policy_key == meant


def test_the_colour_decides_how_long_rectification_may_take(session: Session) -> None:
    due = {
        color: policies.for_variables(session, "rectify", {"control_color": color}, AT).moment
        for color in ("white", "yellow", "red")
    }

    assert due == {
        "white": ends("2026-03-25"),
        "yellow": ends("2026-04-01"),
        "red": ends("2026-04-09"),
    }


def test_reports_are_counted_back_from_the_meeting(session: Session) -> None:
    meeting = {"sc_meeting_date_at": "2026-10-28"}

    consult = policies.for_variables(session, "report.consult", meeting, AT)
    submit = policies.for_variables(session, "report.submit", meeting, AT)

    assert consult.moment == ends(
        "2026-10-08"
    )  # twenty days before, the first day after the holiday
    assert submit.moment == ends("2026-10-16")  # ten days before is a Sunday: not later than Friday


def test_the_yearly_report_of_units_is_due_at_the_end_of_august(session: Session) -> None:
    assert policies.due(session, "unit_report", AT).moment == ends("2026-08-31")


def test_a_plain_number_is_read_as_a_number_and_never_as_a_date(session: Session) -> None:
    assert policies.number(session, "redo.max_rounds", AT) == 2
    with pytest.raises(ExpressionFailed, match=r"redo\.max_rounds"):
        policies.due(session, "redo.max_rounds", AT)


def test_an_unknown_name_is_named(session: Session) -> None:
    with pytest.raises(ExpressionFailed, match="tea_break"):
        policies.for_variables(session, "tea_break", {}, AT)


def test_a_moment_that_is_none_is_refused_with_its_variable(session: Session) -> None:
    with pytest.raises(ExpressionFailed, match="signed_at"):
        policies.for_variables(session, "plan", {"signed_at": "星期三"}, AT)


def test_the_towns_own_limit_wins_for_town_cases(session: Session) -> None:
    general = policies.in_force(session).policy("reply.normal", "", date(2026, 3, 18))
    documents.put_in(
        session, [binding.as_doc(general._replace(level="town", amount=2), None, None)]
    )
    policies.touch(session)
    variables = {"dispatched_at": AT.isoformat()}

    town = policies.for_variables(session, "reply.normal", {**variables, "level": "town"}, AT)
    city = policies.for_variables(session, "reply.normal", {**variables, "level": "city"}, AT)

    assert town.moment == ends("2026-05-18")
    assert city.moment == ends("2026-06-18")


def test_a_limit_of_later_force_does_not_touch_cases_started_before(session: Session) -> None:
    general = policies.in_force(session).policy("sign", "", date(2026, 3, 18))
    documents.put_in(
        session,
        [binding.as_doc(general._replace(amount=1, effective_from=date(2026, 4, 1)), None, None)],
    )
    policies.touch(session)

    assert policies.due(session, "sign", AT).moment == ends("2026-03-23")
    assert policies.due(session, "sign", ends("2026-04-01", "10:00")).moment == ends("2026-04-02")


def test_every_seeded_limit_gives_a_moment(session: Session) -> None:
    limits = [policy for policy in seed.POLICIES if policy.unit != "TIMES"]

    late = [
        p.key for p in limits if (policies.due(session, p.key, AT).moment > AT) != (p.amount > 0)
    ]

    assert late == []


def test_a_designer_may_use_keys_and_families(session: Session) -> None:
    names = policies.names(session)

    assert {policy.key for policy in seed.POLICIES} <= names
    assert {"reply", "rectify", "ft.accept", "ft.cap"} <= names
    assert "co_opinion.normal" not in names


def test_seeding_again_keeps_what_administrators_changed(database: Database) -> None:
    with database.transaction() as session:
        policies.seed(session, AT)
        session.execute(
            select(DeadlinePolicy).where(DeadlinePolicy.key == "sign")
        ).scalar_one().amount = 7

    with database.transaction() as session:
        added = policies.seed(session, AT)

        assert added == 0
        assert policies.due(session, "sign", AT).moment == ends("2026-03-27")
        assert session.scalars(
            select(CalendarYear.year).where(CalendarYear.confirmed).order_by(CalendarYear.year)
        ).all() == [2025, 2026]


def test_a_transaction_asks_one_question_however_many_limits_it_needs(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        policies.seed(session, AT)
    with sqlite.transaction() as session:
        policies.due(session, "sign", AT)
    questions: list[str] = []
    event.listen(sqlite.engine, "before_cursor_execute", lambda *given: questions.append(given[2]))

    with sqlite.transaction() as session:
        for policy in seed.POLICIES:
            if policy.unit != "TIMES":
                policies.due(session, policy.key, AT)

    assert len(questions) == 1


def test_another_process_sees_a_change_in_its_next_transaction(database: Database) -> None:
    with database.transaction() as session:
        policies.seed(session, AT)
    elsewhere = Database(database.url.render_as_string(hide_password=False))
    with elsewhere.reading() as session:
        before = policies.due(session, "sign", AT).moment
    with database.transaction() as session:
        session.execute(
            select(DeadlinePolicy).where(DeadlinePolicy.key == "sign")
        ).scalar_one().amount = 7
        policies.touch(session)

    with elsewhere.reading() as session:
        after = policies.due(session, "sign", AT).moment
    elsewhere.close()

    assert (before, after) == (ends("2026-03-23"), ends("2026-03-27"))


def test_a_change_that_was_rolled_back_is_not_remembered(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        policies.seed(session, AT)
    with pytest.raises(RuntimeError), sqlite.transaction() as session:
        session.execute(
            select(DeadlinePolicy).where(DeadlinePolicy.key == "sign")
        ).scalar_one().amount = 7
        policies.touch(session)
        assert policies.due(session, "sign", AT).moment == ends("2026-03-27")
        raise RuntimeError

    with sqlite.transaction() as session:
        assert policies.due(session, "sign", AT).moment == ends("2026-03-23")


def test_every_name_a_diagram_may_use_has_a_title(session: Session) -> None:
    titles = policies.titles(session)

    assert titles.keys() >= policies.names(session)
    assert titles["contact.before"] == "办前沟通"
    assert titles["ft.accept"] == "小微急受理"
    assert titles["reply"] == "答复"
    assert titles == policies.seeded_titles()
