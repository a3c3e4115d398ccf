"""Closures, office hours and extensions: what they move, what is refused, and back again."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import changes, policies
from service.deadlines.book import Within
from service.deadlines.effects import Kind
from service.deadlines.lateness import NEVER
from service.deadlines.standstill import Closure, Scope
from service.deadlines.workdays import USUAL_WEEK, Week
from service.errors import FormInvalid, NotFound, StaleVersion
from service.tables.assignments import Assignment, DispatchBatch
from service.tables.deadlines import DeadlineChange, OfficeClosure
from service.tables.people import Person, Unit
from service.tables.runtime import TimerJob, UserTask
from service.tables.suggestions import Suggestion

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
OpenTask = Callable[..., UserTask]
FLOOD = Closure(Scope.UNIT, "JT", date(2026, 3, 19), date(2026, 3, 21), "防汛")


def ends(day: str, clock: str = "18:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}+08:00")


def unit(code: str, level: str = "city") -> Unit:
    return Unit(
        code=code, name=f"{code}局", short_name=f"{code}局", system="government", level=level
    )


@pytest.fixture
def staffed(working: Session) -> Session:
    working.add_all([unit("JT"), unit("CZ"), unit("WD", "town")])
    working.flush()
    return working


def of_unit(session: Session, task: UserTask, code: str) -> UserTask:
    """The task as the runtime writes it where the case's variable `unit` has this code."""
    task.unit = code
    for job in session.scalars(select(TimerJob).where(TimerJob.task_id == task.id)):
        job.unit = code
    session.flush()
    return task


def test_a_closed_units_limits_step_over_the_days_and_its_deputies_do_not(
    staffed: Session, open_task: OpenTask
) -> None:
    own = of_unit(staffed, open_task("own", "sign"), "JT")
    other = of_unit(staffed, open_task("other", "sign"), "CZ")
    deputies = of_unit(staffed, open_task("deputy", "contact.confirm"), "JT")

    foreseen = changes.preview_closure(staffed, FLOOD, AT)
    change = changes.apply_closure(staffed, FLOOD, "防汛应急响应", "guanli", AT)

    assert own.due_at == ends("2026-03-25")
    assert (other.due_at, deputies.due_at) == (ends("2026-03-23"), ends("2026-03-25"))
    assert {move.id for move in foreseen.moves} == {"own", "own:1", "own:overdue"}
    assert (
        change.sentence
        == "JT局停止办公（防汛，2026年3月19日（周四）至2026年3月21日（周六）），移动 3 处期限。"
    )
    assert {move.unit for move in foreseen.moves} == {"JT"}

    changes.undo(staffed, change.id, "guanli", AT)
    assert own.due_at == ends("2026-03-23")
    assert policies.in_force(staffed).closures == ()


def test_a_closure_is_lifted(staffed: Session, open_task: OpenTask) -> None:
    task = of_unit(staffed, open_task("own", "sign"), "JT")
    changes.apply_closure(staffed, FLOOD, "防汛", "guanli", AT)
    [closure] = policies.in_force(staffed).closures
    assert closure.id is not None

    foreseen = changes.preview_lift(staffed, closure.id, AT)
    lifted = changes.lift_closure(staffed, closure.id, "水退了", "guanli", AT)

    assert (foreseen.tasks, task.due_at) == (1, ends("2026-03-23"))
    assert "取消JT局停止办公" in lifted.sentence
    with pytest.raises(NotFound):
        changes.preview_lift(staffed, closure.id, AT)
    changes.undo(staffed, lifted.id, "guanli", AT)
    assert task.due_at == ends("2026-03-25")


def test_a_closure_ends_early(staffed: Session, open_task: OpenTask) -> None:
    task = of_unit(staffed, open_task("own", "sign"), "JT")
    changes.apply_closure(staffed, FLOOD, "防汛", "guanli", AT)
    [closure] = policies.in_force(staffed).closures
    assert closure.id is not None
    open_on = date(2026, 3, 20)

    foreseen = changes.preview_lift(staffed, closure.id, AT, open_on)
    lifted = changes.lift_closure(staffed, closure.id, "水退了", "guanli", AT, open_on=open_on)

    [shorter] = policies.in_force(staffed).closures
    assert (foreseen.tasks, task.due_at) == (1, ends("2026-03-24"))
    assert (shorter.first, shorter.last) == (FLOOD.first, FLOOD.first)
    assert "提前到2026年3月20日（周五）恢复办公" in lifted.sentence
    changes.undo(staffed, lifted.id, "guanli", AT)
    assert task.due_at == ends("2026-03-25")


def test_an_office_cannot_open_again_after_it_has_opened(staffed: Session) -> None:
    changes.apply_closure(staffed, FLOOD, "防汛", "guanli", AT)
    [closure] = policies.in_force(staffed).closures
    assert closure.id is not None

    with pytest.raises(FormInvalid) as refused:
        changes.preview_lift(staffed, closure.id, AT, date(2026, 3, 22))

    assert "2026-03-21 为止" in refused.value.messages["open_on"]


def test_the_whole_city_and_a_town_close(staffed: Session, open_task: OpenTask) -> None:
    city = open_task("city", "contact.confirm")
    town = of_unit(staffed, open_task("town", "contact.confirm"), "town:WD")
    office = of_unit(staffed, open_task("office", "sign"), "WD")

    flood = FLOOD._replace(scope=Scope.TOWN, place="WD")
    moved = changes.preview_closure(staffed, flood, AT)
    assert {move.id for move in moved.moves if move.kind is Kind.TASK} == {"town", "office"}
    changes.apply_closure(staffed, FLOOD._replace(scope=Scope.CITY, place=""), "防汛", None, AT)

    assert city.due_at == town.due_at == ends("2026-03-27")
    assert office.due_at == ends("2026-03-25")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"place": "XX"}, "place"),
        ({"last": date(2026, 3, 1)}, "last"),
        ({"last": date(2026, 12, 1)}, "last"),
        ({"first": date(2026, 3, 21), "last": date(2026, 3, 22)}, "first"),
    ],
)
def test_a_closure_that_makes_no_sense_is_refused(
    staffed: Session, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(FormInvalid) as refused:
        changes.preview_closure(staffed, FLOOD._replace(**changed), AT)

    assert list(refused.value.messages) == [field]


def test_a_closure_over_another_is_refused(staffed: Session) -> None:
    changes.apply_closure(staffed, FLOOD, "防汛", "guanli", AT)

    with pytest.raises(FormInvalid) as refused:
        changes.apply_closure(staffed, FLOOD._replace(last=date(2026, 3, 24)), "又", "guanli", AT)

    assert "防汛，2026年3月19日（周四）至2026年3月21日（周六）" in refused.value.messages["first"]
    assert "重叠" in refused.value.messages["first"]
    assert len(staffed.scalars(select(OfficeClosure)).all()) == 1


# Office hours

SHORT: Week = (((time(9), time(12)),),) * 5 + ((), ())


def test_limits_in_hours_use_the_units_own_hours(staffed: Session, open_task: OpenTask) -> None:
    own = of_unit(staffed, open_task("own", "ft.sign.urgent"), "JT")
    other = of_unit(staffed, open_task("other", "ft.sign.urgent"), "CZ")
    assert own.due_at == ends("2026-03-18", "12:00")

    foreseen = changes.preview_office_hours(staffed, ["JT"], ((), *SHORT[1:2], (), *SHORT[3:]), AT)
    change = changes.apply_office_hours(
        staffed, ["JT"], ((), *SHORT[1:2], (), *SHORT[3:]), "轮值", "guanli", AT
    )

    assert own.due_at == ends("2026-03-19", "11:00")
    assert other.due_at == ends("2026-03-18", "12:00")
    assert {move.unit for move in foreseen.moves} == {"JT"}
    changes.undo(staffed, change.id, "guanli", AT)
    assert own.due_at == ends("2026-03-18", "12:00")


def test_hours_are_taken_back(staffed: Session) -> None:
    changes.apply_office_hours(staffed, ["JT", "CZ"], SHORT, "试行", "guanli", AT)
    assert policies.in_force(staffed).hours == {"JT": SHORT, "CZ": SHORT}

    changes.apply_office_hours(staffed, ["JT", "CZ"], None, "恢复", "guanli", AT)

    assert policies.in_force(staffed).hours == {}


@pytest.mark.parametrize(
    ("units", "week", "field"),
    [
        ([], USUAL_WEEK, "units"),
        (["XX"], USUAL_WEEK, "units"),
        (["JT"], ((),) * 7, "spans"),
        (["JT"], (((time(12), time(9)),),) * 7, "spans"),
        (["JT"], (((time(9), time(12)), (time(11), time(18))),) * 7, "spans"),
    ],
)
def test_hours_that_make_no_sense_are_refused(
    staffed: Session, units: list[str], week: Week, field: str
) -> None:
    with pytest.raises(FormInvalid) as refused:
        changes.preview_office_hours(staffed, units, week, AT)

    assert list(refused.value.messages) == [field]


# Extensions


@pytest.fixture
def case(staffed: Session) -> Suggestion:
    """A suggestion dispatched to one unit, with a batch that caps its date."""
    staffed.add_all(
        [
            Person(login="d001", name="林春梅"),
            DispatchBatch(
                id=1, number="2026-1", name="首批", dispatched_on=date(2026, 3, 18),
                due_on=date(2026, 5, 25),
            ),
        ]
    )  # fmt: skip
    staffed.flush()
    due = policies.due(staffed, "reply.normal", AT, cap_on="2026-05-25").moment
    found = Suggestion(
        id=1, title="护栏", level="city", kind="in_session", category="交通水利",
        lead_deputy="d001", situation="", research_methods=[], preferred_units=[],
        status="handling", submitted_at=AT, dispatched_at=AT, reply_due_at=due, batch_id=1,
    )  # fmt: skip
    staffed.add(found)
    staffed.flush()
    staffed.add_all(
        Assignment(
            suggestion_id=1, unit=code, role="separate", status="working", dispatched_at=AT,
            due_at=due,
        )
        for code in ("JT", "CZ")
    )  # fmt: skip
    staffed.flush()
    return found


def assignments(session: Session) -> dict[str, datetime | None]:
    return {row.unit: row.due_at for row in session.scalars(select(Assignment))}


def test_an_extension_of_a_case_moves_its_reply_past_the_batch(
    staffed: Session, case: Suggestion, open_task: OpenTask
) -> None:
    task = open_task("a", "reply.normal", cap_on="2026-05-25")
    until = date(2026, 8, 14)

    foreseen = changes.preview_extension(staffed, "suggestion:1", "", until, AT)
    change = changes.extend(staffed, "suggestion:1", "", until, "工程未完", "d001", AT)

    assert task.due_at == case.reply_due_at == ends("2026-08-14")
    assert set(assignments(staffed).values()) == {ends("2026-08-14")}
    assert (foreseen.tasks, foreseen.records) == (1, 3)
    assert "延期至2026年8月14日（周五）答复" in change.sentence
    changes.undo(staffed, change.id, "guanli", AT)
    assert case.reply_due_at == ends("2026-05-25")


def test_the_steps_of_a_reply_follow_its_extension(
    staffed: Session, open_task: OpenTask, case: Suggestion
) -> None:
    draft = open_task("a", "reply.draft", cap_on="2026-05-25", within=Within("reply.normal", AT))
    assert draft.due_at == ends("2026-05-11"), "ten workdays before the batch's date"

    foreseen = changes.preview_extension(staffed, "suggestion:1", "", date(2026, 8, 14), AT)
    change = changes.extend(staffed, "suggestion:1", "", date(2026, 8, 14), "工程未完", "d001", AT)

    assert foreseen.tasks == 1
    assert draft.due_at == ends("2026-07-31")
    changes.undo(staffed, change.id, "guanli", AT)
    assert draft.due_at == ends("2026-05-11")


def test_the_steps_of_a_reply_stand_with_its_case(
    staffed: Session, open_task: OpenTask, case: Suggestion
) -> None:
    draft = open_task("a", "reply.draft", cap_on="2026-05-25", within=Within("reply.normal", AT))

    changes.hold(staffed, "suggestion:1", "暂缓", "d001", ends("2026-04-13", "10:00"))
    assert draft.due_at == NEVER
    changes.resume(staffed, "suggestion:1", "继续", "d001", ends("2026-04-20", "10:00"))

    assert case.reply_due_at == ends("2026-06-01"), "seven days later"
    assert draft.due_at == ends("2026-05-18"), "ten workdays before"


def test_one_units_extension_leaves_the_others(staffed: Session, case: Suggestion) -> None:
    changes.extend(staffed, "suggestion:1", "JT", date(2026, 8, 14), "工程未完", "d001", AT)

    assert assignments(staffed) == {"JT": ends("2026-08-14"), "CZ": ends("2026-05-25")}
    assert case.reply_due_at == ends("2026-05-25")


@pytest.mark.parametrize(
    ("until", "words"),
    [(date(2026, 5, 25), "以后的日期"), (date(2026, 9, 19), "最迟到 2026-09-18")],
)
def test_an_extension_that_is_none_or_too_long_is_refused(
    staffed: Session, case: Suggestion, until: date, words: str
) -> None:
    with pytest.raises(FormInvalid) as refused:
        changes.preview_extension(staffed, "suggestion:1", "", until, AT)

    assert words in refused.value.messages["until"]


def test_a_case_is_extended_once_and_only_while_it_is_open(
    staffed: Session, case: Suggestion
) -> None:
    changes.extend(staffed, "suggestion:1", "", date(2026, 8, 14), "工程未完", "d001", AT)
    for unit_ in ("", "JT"):  # the whole case's holds for each of its units
        with pytest.raises(FormInvalid) as refused:
            changes.preview_extension(staffed, "suggestion:1", unit_, date(2026, 9, 1), AT)
        assert "已经批准过一次延期" in refused.value.messages["until"]
    with pytest.raises(FormInvalid):
        changes.preview_extension(staffed, "suggestion:1", "WD", date(2026, 9, 1), AT)
    with pytest.raises(NotFound):
        changes.preview_extension(staffed, "suggestion:404", "", date(2026, 9, 1), AT)
    with pytest.raises(FormInvalid):
        changes.extend(staffed, "suggestion:1", "JT", date(2026, 9, 1), " ", "d001", AT)


def test_a_pause_after_the_grant_moves_the_granted_day(staffed: Session, case: Suggestion) -> None:
    changes.extend(staffed, "suggestion:1", "", date(2026, 8, 14), "工程未完", "d001", AT)
    changes.hold(staffed, "suggestion:1", "暂缓", "d001", ends("2026-07-01", "10:00"))
    assert case.reply_due_at == NEVER
    with pytest.raises(FormInvalid):
        changes.preview_extension(staffed, "suggestion:1", "JT", date(2026, 9, 1), AT)

    changes.resume(staffed, "suggestion:1", "继续", "d001", ends("2026-07-04", "10:00"))

    assert case.reply_due_at == ends("2026-08-17")


def test_what_was_computed_on_another_book_is_refused(staffed: Session, case: Suggestion) -> None:
    seen = changes.preview_closure(staffed, FLOOD, AT).stamp
    changes.hold(staffed, "suggestion:1", "暂缓", "d001", AT)

    with pytest.raises(StaleVersion, match="d001于"):
        changes.apply_closure(staffed, FLOOD, "防汛", "guanli", AT, seen)

    assert [change.subject for change in staffed.scalars(select(DeadlineChange))] == [
        "case:suggestion:1"
    ]
