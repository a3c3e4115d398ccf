"""The rows mirror what the execution waits for, and only differences are written."""

from datetime import UTC, date, datetime, timedelta

import pytest

from service.deadlines.book import Due
from service.deadlines.lateness import NEVER
from service.deadlines.workdays import end_of
from service.engine.execution import OpenSubscription, OpenTask, OpenTimer, PolicyUse
from service.engine.running.terms import Agreed
from service.runtime import waiting
from service.runtime.waiting import Place, Waiting
from tests.conftest import MORNING

DUE = Due(
    MORNING + timedelta(days=3),
    "sign",
    "city",
    MORNING,
    None,
    (MORNING + timedelta(days=2), MORNING - timedelta(days=1)),
)
PLACE = Place(7, "lamp:7", MORNING, lambda task: DUE)


def task(id_="t1", **more):
    given = {"candidate_groups": ("unit_head",), **more}
    return OpenTask(id_, "lamp", "Task_repair", "维修路灯", "单位", {}, **given)


def timer(id_="e1", due_at=MORNING, kind="event", policy=None):
    return OpenTimer(id_, "lamp", "Timer_late", "届满", due_at, kind, policy)


def having(tasks=(), timers=(), subscriptions=()):
    return Waiting(*({one.id: one for one in some} for some in (tasks, timers, subscriptions)))


def written(before, now, taken=()):
    """Return what would be written, by table and verb."""
    found = {}
    for statement, rows in waiting.changes(PLACE, before, now, taken):
        if rows:
            verb = statement.__visit_name__
            found.setdefault((verb, statement.table.name), []).extend(rows)
    return found


def test_processes_it_enters_and_leaves_are_written():
    before, now = (Waiting(processes=frozenset(ids)) for ids in (("a", "b"), ("a", "c")))

    assert written(before, now) == {
        ("delete", "instance_processes"): [{"of": 7, "left": "b"}],
        ("insert", "instance_processes"): [{"instance_id": 7, "process_id": "c"}],
    }


def test_nothing_changed_nothing_written():
    same = having([task()], [timer()], [OpenSubscription("s1", "来信", "message", "Catch")])

    assert written(same, same) == {}


def test_a_new_task_brings_itself_and_its_candidates():
    found = written(
        having(), having([task(candidate_groups=("a", "b"), candidate_users=("li", "li"))])
    )

    [row] = found["insert", "user_tasks"]
    assert (row["id"], row["instance_id"], row["business_key"]) == ("t1", 7, "lamp:7")
    assert row["candidates"] == ["a", "b", "user:li"]
    assert (row["assignee"], row["due_at"], row["created_at"]) == (None, None, MORNING)
    assert found["insert", "task_candidates"] == [
        {"task_id": "t1", "candidate": name, "due_at": NEVER} for name in ("a", "b", "user:li")
    ]
    assert ("insert", "timer_jobs") not in found


def test_an_assigned_task_is_in_one_inbox_and_remembers_its_candidates():
    found = written(having(), having([task(assignee="li")]))

    assert [row["candidate"] for row in found["insert", "task_candidates"]] == ["user:li"]
    assert found["insert", "user_tasks"][0]["candidates"] == ["unit_head"]


def test_a_limited_task_brings_the_warnings_still_to_come_and_its_overdue_moment():
    found = written(having(), having([task(deadline_key="sign")]))

    jobs = [(row["id"], row["kind"], row["due_at"]) for row in found["insert", "timer_jobs"]]
    assert jobs == [
        ("t1:1", "warning", MORNING + timedelta(days=2)),
        ("t1:overdue", "overdue", DUE.moment),
    ]
    assert found["insert", "user_tasks"][0]["due_at"] == DUE.moment
    assert found["insert", "task_candidates"][0]["due_at"] == DUE.moment
    assert {row["policy_key"] for row in found["insert", "timer_jobs"]} == {"sign"}


def test_a_gone_task_takes_its_limits_along():
    found = written(having([task(deadline_key="sign"), task("t2")]), having([task("t2")]))

    assert found == {
        ("delete", "user_tasks"): [{"id": "t1"}],
        ("delete", "timer_jobs"): [{"task": "t1"}],
    }


def test_what_the_command_has_taken_itself_is_not_deleted_again():
    found = written(having([task(deadline_key="sign")]), having(), taken={"t1"})

    assert found == {("delete", "timer_jobs"): [{"task": "t1"}]}


def test_a_timer_keeps_what_it_was_reckoned_from():
    policy = PolicyUse("sign", "city", MORNING, "2026-05-01")

    [row] = written(having(), having(timers=[timer(policy=policy)]))["insert", "timer_jobs"]

    assert (row["policy_key"], row["level"], row["base_at"], row["cap_on"]) == (
        "sign",
        "city",
        MORNING,
        "2026-05-01",
    )
    assert row["kind"] == "event"
    assert row["task_id"] is None


def test_a_timer_that_goes_is_deleted_and_one_that_ticked_is_written_again():
    cycle = timer("c1", MORNING, "cycle")
    next_tick = timer("c1", MORNING + timedelta(days=1), "cycle")

    gone = written(having(timers=[cycle]), having())
    ticked = written(having(timers=[cycle]), having(timers=[next_tick]), taken={"c1"})
    moved = written(having(timers=[cycle]), having(timers=[next_tick]))

    assert gone == {("delete", "timer_jobs"): [{"id": "c1"}]}
    assert [row["due_at"] for row in ticked["insert", "timer_jobs"]] == [next_tick.due_at]
    assert moved == {("update", "timer_jobs"): [{"timer": "c1", "to": next_tick.due_at}]}


def test_subscriptions_come_and_go():
    one = OpenSubscription("s1", "来信", "message", "Catch_letter", "lamp", in_flow=True)

    came = written(having(), having(subscriptions=[one]))
    went = written(having(subscriptions=[one]), having())

    assert came["insert", "message_subscriptions"] == [
        {
            "id": "s1",
            "instance_id": 7,
            "name": "来信",
            "kind": "message",
            "business_key": "lamp:7",
            "in_flow": True,
        }
    ]
    assert went == {("delete", "message_subscriptions"): [{"id": "s1"}]}


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (having(), having([task()]), None),
        (having(), having(timers=[timer(due_at=MORNING)]), MORNING),
        (having(), having([task(deadline_key="sign")]), MORNING + timedelta(days=2)),
        (
            having(timers=[timer("c1", MORNING, "cycle")]),
            having(timers=[timer("c1", MORNING + timedelta(hours=1), "cycle")]),
            MORNING + timedelta(hours=1),
        ),
    ],
    ids=["nothing", "timer", "limit", "moved"],
)
def test_the_clock_is_told_of_the_earliest_moment_written(before, now, expected):
    writes = waiting.changes(PLACE, before, now, ())

    assert waiting.next_due(writes) == expected


def test_no_limit_comes_after_every_limit():
    assert datetime(2200, 1, 1, tzinfo=UTC) < NEVER


def test_a_date_the_diagram_alone_says_is_due_and_told_when_it_is_over_but_has_no_limit():
    dated = task(terms=Agreed(due=MORNING + timedelta(days=1), priority=90, form_key="embedded:x"))

    found = written(having(), having([dated]))

    [row] = found["insert", "user_tasks"]
    assert (row["due_at"], row["policy_key"]) == (MORNING + timedelta(days=1), None)
    assert (row["priority"], row["form_key"]) == (90, "embedded:x")
    [job] = found["insert", "timer_jobs"]
    assert (job["kind"], job["due_at"], job["policy_key"]) == ("overdue", row["due_at"], None)
    [candidate] = found["insert", "task_candidates"]
    assert candidate["due_at"] == row["due_at"]
    assert ("delete", "timer_jobs") in written(having([dated]), having())


def test_a_day_without_a_time_ends_when_the_office_closes_and_begins_at_midnight():
    day = date(2026, 3, 5)

    [row] = written(having(), having([task(terms=Agreed(due=day, follow_up=day))]))[
        "insert", "user_tasks"
    ]

    assert row["due_at"] == end_of(day)
    assert row["follow_up_at"] == datetime(2026, 3, 4, 16, tzinfo=UTC)


def test_a_date_reckoned_by_a_named_limit_has_the_warnings_of_that_limit():
    used = PolicyUse("sign", "city", MORNING, None)

    found = written(having(), having([task(terms=Agreed(due=DUE.moment, policy=used))]))

    [row] = found["insert", "user_tasks"]
    assert (row["policy_key"], row["due_at"]) == ("sign", DUE.moment)
    assert [job["kind"] for job in found["insert", "timer_jobs"]] == ["warning", "overdue"]


# The clock of the case stands

SINCE = MORNING - timedelta(days=2)
STANDING = Place(7, "lamp:7", MORNING, lambda task: DUE, lambda: SINCE)


def test_what_no_limit_counts_begins_standing_as_if_it_had_begun_when_the_clock_stopped():
    due_at = MORNING + timedelta(days=5)
    now = having([task(terms=Agreed(due=due_at))], [timer(due_at=due_at)])

    rows = {
        (statement.table.name, row["id"]): row
        for statement, some in waiting.changes(STANDING, having(), now, ())
        for row in some
        if "held_due_at" in row
    }

    assert {row["due_at"] for row in rows.values()} == {NEVER}
    assert {row["held_due_at"] for row in rows.values()} == {due_at - timedelta(days=2)}
    assert {table for table, _ in rows} == {"user_tasks", "timer_jobs"}
    assert len(rows) == 3


def test_what_a_limit_counts_is_due_as_the_limit_says_even_then():
    now = having([task(deadline_key="sign")], [timer(policy=PolicyUse("sign", "", MORNING, None))])

    rows = [
        row
        for _, some in waiting.changes(STANDING, having(), now, ())
        for row in some
        if "held_due_at" in row
    ]

    assert all(row["held_due_at"] is None for row in rows)
    assert NEVER not in {row["due_at"] for row in rows}
