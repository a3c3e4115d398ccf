"""Whatever administrators change, the preview equals what applying does, row by row, and undoing restores byte for byte.

Random changes of limits, calendars, closures, office hours, pauses, extensions and single moments, over cases of every
stage of the delivered diagrams and rows of their own; each example is rolled back, so that all start from the same.
`TIBANPING_TEST_CHANGES` says how many examples.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import Database
from service.deadlines import changes, documents, policies
from service.deadlines.effects import Effect
from service.deadlines.plans import COLUMNS, TASKS, TIMERS
from service.deadlines.seed import Before
from service.deadlines.standstill import Closure, Scope
from service.deadlines.workdays import USUAL_WEEK, Day, Unit, end_of, local_day
from service.errors import ServiceError
from service.tables import Base
from service.tables.deadlines import DeadlineChange
from service.tables.runtime import ProcessInstance, TaskCandidate, TimerJob, UserTask
from tests.staged import Staged

EXAMPLES = int(os.environ.get("TIBANPING_TEST_CHANGES", "8"))
KEPT = (*COLUMNS, TaskCandidate.__tablename__, *documents.IDENTITY)
"""Every table that a change may write, but for its record and the stamp."""

Rows = dict[str, dict[Any, Mapping[str, Any]]]


class RolledBack(Exception):
    """Raised at the end of an example."""


@dataclass(frozen=True)
class Change:
    """One change as a strategy draws it: how it is foreseen, and how it is made."""

    words: str
    foresee: Callable[[Session, datetime], Effect]
    make: Callable[[Session, datetime], DeadlineChange]

    def __repr__(self) -> str:
        return self.words


@pytest.fixture
def staged(database: Database) -> Staged:
    """Cases at every main stage, and rows that no diagram wrote."""
    staged = Staged(database).at_every_stage()
    with database.transaction() as session:
        _add_rows(session, staged.at)
    return staged


def _add_rows(session: Session, at: datetime) -> None:
    """Tasks late and early, of a unit and of a town, set by hand, with and without a limit; timers; a start."""
    instances = list(session.scalars(select(ProcessInstance).limit(3)))
    keys = ("sign", "plan", "evaluate", "ft.sign.urgent", "evaluate.amend", "reply.normal")
    for number, key in enumerate(keys * 3):
        of = instances[number % len(instances)]
        base_at = at - timedelta(days=number, hours=number)
        unit = ("JT", "", "town:SM")[number % 3]
        due = policies.due(session, key, base_at, "", None, unit, of.business_key)
        moment = due.moment + timedelta(days=3) if number % 5 == 4 else due.moment
        limit = {"policy_key": key, "level": "", "base_at": base_at, "unit": unit}
        of_task = {"instance_id": of.id, "element_id": "Task_it", "name": f"任务{number}"}
        id_ = f"own{number}"
        session.add(
            UserTask(
                id=id_, process_id=of.process_id, business_key=of.business_key, lane="",
                candidates=["gov_office"], created_at=at, due_at=moment, **of_task, **limit,
            )
        )  # fmt: skip
        session.flush()
        session.add(TaskCandidate(task_id=id_, candidate="gov_office", due_at=moment))
        jobs = [(f"{id_}:{n}", "warning", when) for n, when in enumerate(due.warnings, 1)]
        for job, kind, when in [*jobs, (f"{id_}:overdue", "overdue", moment)]:
            if when > at:
                session.add(
                    TimerJob(id=job, kind=kind, task_id=id_, due_at=when, **of_task, **limit)
                )
        session.add(
            TimerJob(id=f"event{number}", kind="event", due_at=at + timedelta(days=number), **of_task)
        )  # fmt: skip
    due = policies.due(session, "unit_report", at)
    session.add(
        TimerJob(
            id="start:report:Start_it", kind="start", element_id="Start_it", name="年度总结",
            due_at=due.moment, policy_key="unit_report", level="", base_at=at, payload={},
        )
    )  # fmt: skip


# What is drawn


@st.composite
def limits(draw: st.DrawFn) -> Change:
    key = draw(
        st.sampled_from(["sign", "plan", "reply.normal", "evaluate", "unit_report", "co_opinion"])
    )
    amount = draw(st.integers(1, 60))
    unit = draw(st.sampled_from([Unit.WORKDAYS, Unit.DAYS, Unit.MONTHS, Unit.WORK_HOURS]))
    warnings = draw(st.lists(st.builds(Before, st.integers(-5, 12)), max_size=3, unique=True))
    level = draw(st.sampled_from(["", "city", "town"]))
    counted_on = draw(st.sampled_from(["city", "unit"]))

    def wanted(session: Session) -> Any:
        present = policies.in_force(session).policy(key, level, date(2026, 3, 1))
        return present._replace(
            amount=amount, unit=unit, warnings=tuple(warnings), level=level, counted_on=counted_on
        )

    why = {"confirmed_basis": "省条例"}
    return Change(
        f"limit {key}@{level} {amount}{unit} {warnings} {counted_on}",
        lambda session, at: changes.preview(session, wanted(session), at, **why),
        lambda session, at: changes.apply(session, wanted(session), "试", "root", at, **why),
    )


@st.composite
def years(draw: st.DrawFn) -> Change:
    year = draw(st.sampled_from([2026, 2027]))
    numbers = draw(st.sets(st.integers(0, 364), min_size=1, max_size=20))
    days = [date(year, 1, 1) + timedelta(days=number) for number in sorted(numbers)]
    off = [Day(day, "holiday", "放假") for day in days]
    confirmed = draw(st.booleans())
    return Change(
        f"year {year} {sorted(numbers)}",
        lambda session, at: changes.preview_calendar(session, year, off, at, confirmed=confirmed),
        lambda session, at: changes.apply_calendar(
            session, year, off, "试", "root", at, confirmed=confirmed
        ),
    )


@st.composite
def closures(draw: st.DrawFn) -> Change:
    scope, place = draw(
        st.sampled_from(
            [(Scope.CITY, ""), (Scope.TOWN, "SM"), (Scope.UNIT, "JT"), (Scope.UNIT, "GA")]
        )
    )
    first = date(2026, 3, 1) + timedelta(days=draw(st.integers(0, 120)))
    last = first + timedelta(days=draw(st.integers(0, 14)))
    closure = Closure(scope, place, first, last, "防汛")
    return Change(
        f"closure {closure}",
        lambda session, at: changes.preview_closure(session, closure, at),
        lambda session, at: changes.apply_closure(session, closure, "试", "root", at),
    )


@st.composite
def lifted(draw: st.DrawFn) -> Change:
    number = draw(st.integers(1, 2))
    return Change(
        f"lift {number}",
        lambda session, at: changes.preview_lift(session, number, at),
        lambda session, at: changes.lift_closure(session, number, "试", "root", at),
    )


@st.composite
def hours(draw: st.DrawFn) -> Change:
    units = draw(st.sampled_from([["JT"], [""], ["JT", "GA"]]))
    opens = draw(st.integers(7, 10))
    short = (((time(opens), time(opens + 4)),),) * 5 + ((), ())
    week = draw(st.sampled_from([short, USUAL_WEEK, None]))
    return Change(
        f"hours {units} {week and opens}",
        lambda session, at: changes.preview_office_hours(session, units, week, at),
        lambda session, at: changes.apply_office_hours(session, units, week, "试", "root", at),
    )


@st.composite
def held(draw: st.DrawFn) -> Change:
    case = f"suggestion:{draw(st.integers(1, 5))}"
    return Change(
        f"hold or resume {case}",
        lambda session, at: (
            changes.preview_resume(session, case, at)
            if policies.in_force(session).stands_since(case)
            else changes.preview_hold(session, case, at)
        ),
        lambda session, at: (
            changes.resume(session, case, "试", "root", at)
            if policies.in_force(session).stands_since(case)
            else changes.hold(session, case, "试", "root", at)
        ),
    )


@st.composite
def extended(draw: st.DrawFn) -> Change:
    case = f"suggestion:{draw(st.integers(1, 5))}"
    unit = draw(st.sampled_from(["", "JT"]))
    until = date(2026, 6, 1) + timedelta(days=draw(st.integers(0, 100)))
    return Change(
        f"extend {case} {unit} {until}",
        lambda session, at: changes.preview_extension(session, case, unit, until, at),
        lambda session, at: changes.extend(session, case, unit, until, "试", "root", at),
    )


@st.composite
def redated(draw: st.DrawFn) -> Change:
    id_ = draw(st.sampled_from([f"own{n}" for n in range(9)] + [f"event{n}" for n in range(9)]))
    days = draw(st.integers(1, 90))
    return Change(
        f"redate {id_} {days}",
        lambda session, at: changes.preview_redate(session, id_, _later(at, days), at),
        lambda session, at: changes.redate(session, id_, _later(at, days), "试", "root", at),
    )


def _later(at: datetime, days: int) -> datetime:
    return end_of(local_day(at) + timedelta(days=days))


ANY = st.one_of(
    limits(), years(), closures(), lifted(), hours(), held(), extended(), redated(), held()
)


# What is seen


def _rows(session: Session) -> Rows:
    session.flush()
    found: Rows = {}
    for name in KEPT:
        table = Base.metadata.tables[name]
        keys = [column.name for column in table.primary_key]
        found[name] = {
            tuple(row[key] for key in keys): dict(row)
            for row in session.connection().execute(select(table)).mappings()
        }
    return found


def _moved(before: Rows, after: Rows) -> set[tuple[Any, ...]]:
    """What moved between two looks, as an effect says it: id, before, after."""
    found: set[tuple[Any, ...]] = set()
    for name, column in COLUMNS.items():
        old, new = before[name], after[name]
        for key in old.keys() | new.keys():
            moments = [rows[key][column] if key in rows else None for rows in (old, new)]
            if moments[0] != moments[1]:
                id_ = key[0] if name in {TASKS, TIMERS} else f"{name}:{key[0]}"
                found.add((id_, *moments))
    return found


def _foreseen(effect: Effect) -> set[tuple[Any, ...]]:
    return {(move.id, move.before, move.after) for move in effect.moves}


def _candidates_follow(rows: Rows) -> bool:
    due = {key[0]: row["due_at"] for key, row in rows[TASKS].items()}
    return all(
        due[task] is None or due[task] == row["due_at"]
        for (task, _), row in rows[TaskCandidate.__tablename__].items()
    )


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_what_is_foreseen_happens_and_what_is_undone_never_was(staged: Staged) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(
        st.lists(
            st.tuples(ANY, st.sampled_from([0, 0, 5, 30, 24 * 3, 24 * 20])), min_size=1, max_size=6
        )
    )
    def holds(drawn: Sequence[tuple[Change, int]]) -> None:
        with pytest.raises(RolledBack), staged.database.transaction() as session:
            _play(session, staged.at, drawn)
            raise RolledBack

    holds()


def _play(session: Session, at: datetime, drawn: Sequence[tuple[Change, int]]) -> None:
    seen = [_rows(session)]
    made: list[int] = []
    for change, passed in drawn:
        at += timedelta(hours=passed)
        try:
            foreseen = change.foresee(session, at)
        except ServiceError:
            continue
        assert _rows(session) == seen[-1], "a preview changes nothing"
        done = change.make(session, at)
        rows = _rows(session)
        assert _moved(seen[-1], rows) == _foreseen(foreseen), change
        assert (done.moved_tasks, done.moved_timers) == (foreseen.tasks, foreseen.jobs)
        assert _candidates_follow(rows)
        made.append(done.id)
        seen.append(rows)
    for number in reversed(made):
        foreseen = changes.preview_undo(session, number, at)
        changes.undo(session, number, "root", at)
        after = seen.pop()
        rows = _rows(session)
        assert _moved(after, rows) == _foreseen(foreseen)
        for table in KEPT:
            assert rows[table] == seen[-1][table], table


def test_what_was_undone_counts_as_if_it_had_never_been(staged: Staged) -> None:
    """A limit changed, a case held, the year's calendar entered, a unit closed: undone in turn, nothing is left of it."""
    year = [day for day in policies_days(staged) if day.day.year == 2026]
    story = [
        Change("hold", lambda s, at: changes.preview_hold(s, "suggestion:1", at),
               lambda s, at: changes.hold(s, "suggestion:1", "试", "root", at)),
        Change("closure", lambda s, at: changes.preview_closure(s, FLOOD, at),
               lambda s, at: changes.apply_closure(s, FLOOD, "试", "root", at)),
        Change("year", lambda s, at: changes.preview_calendar(s, 2026, year[:-3], at),
               lambda s, at: changes.apply_calendar(s, 2026, year[:-3], "试", "root", at)),
        Change("resume", lambda s, at: changes.preview_resume(s, "suggestion:1", at),
               lambda s, at: changes.resume(s, "suggestion:1", "试", "root", at)),
    ]  # fmt: skip
    with staged.database.transaction() as session:
        _play(session, staged.at, [(change, 30) for change in story])


def test_a_time_that_was_over_when_it_was_recorded_is_taken_back(staged: Staged) -> None:
    """Days on which the clock of a case is found to have stood move what runs, and leave nothing once undone."""
    with staged.database.transaction() as session:
        before = _rows(session)
        since, case = staged.at - timedelta(days=9), _longest_running(session, staged.at)

        done = changes.stood(session, case, since, staged.at, "试", None, staged.at)

        assert done is not None
        assert done.moved_timers > 0
        assert _candidates_follow(_rows(session))
        changes.undo(session, done.id, "root", staged.at + timedelta(hours=1))
        after = _rows(session)
        for table in KEPT:
            assert after[table] == before[table], table


def _longest_running(session: Session, at: datetime) -> str:
    """The running case with the limit that began first and still goes on."""
    query = (
        select(ProcessInstance.business_key)
        .join(TimerJob, TimerJob.instance_id == ProcessInstance.id)
        .where(
            ProcessInstance.status == "running",
            ProcessInstance.business_key.is_not(None),
            TimerJob.base_at.is_not(None),
            TimerJob.due_at > at,
        )
        .order_by(TimerJob.base_at, TimerJob.id)
    )
    return str(session.scalars(query).first())


FLOOD = Closure(Scope.UNIT, "JT", date(2026, 6, 15), date(2026, 6, 17), "防汛")


def policies_days(staged: Staged) -> Iterator[Day]:
    with staged.database.reading() as session:
        yield from policies.calendar(session).days.values()
