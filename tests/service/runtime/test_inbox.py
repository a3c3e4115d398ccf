"""What a person may do is found by whoever may do it, page by page, at the cost of one index."""

from datetime import timedelta

from sqlalchemy import insert

from service.register.people.directory import Actor
from service.runtime import inbox, instances
from service.tables.runtime import TaskCandidate, UserTask
from tests.conftest import MORNING
from tests.drawing import diagram, user
from tests.service.runtime.lamps import (
    BEYOND,
    COLLEAGUE,
    HANDLER,
    NOBODY,
    REPAIRED,
    REPORTER,
    STRANGER,
    deployed,
    done,
    reported,
    to_do,
)

NOON = MORNING + timedelta(hours=3)


def test_a_task_is_found_by_everybody_who_may_do_it_and_nobody_else(lamps):
    reported(lamps)

    assert to_do(lamps, HANDLER) == ["维修路灯"]
    assert to_do(lamps, COLLEAGUE) == ["维修路灯"]
    assert to_do(lamps, STRANGER) == []
    assert to_do(lamps, REPORTER) == []
    assert to_do(lamps, NOBODY) == []


def test_a_task_for_one_person_is_found_by_that_person(lamps):
    reported(lamps)
    done(lamps, HANDLER, REPAIRED)

    assert to_do(lamps, REPORTER) == ["评价"]
    assert to_do(lamps, Actor("other", "别的代表", REPORTER.groups)) == []


def test_who_holds_two_posts_finds_a_task_once(database):
    drawn = diagram(
        "errand",
        "跑腿",
        '<startEvent id="Start_asked" name="已提出"/>'
        + user("Task_run", "跑腿", candidateGroups="gov_office,deputy_office")
        + '<endEvent id="End_done" name="已完成"/>',
        [("Start_asked", "Task_run"), ("Task_run", "End_done")],
    )
    deployed(database, {"errand.bpmn": drawn})
    with database.transaction() as session:
        instances.start(session, "errand", {}, None, MORNING)
    both = Actor("both", "兼职", frozenset({"gov_office", "deputy_office"}))

    assert to_do(database, both) == ["跑腿"]
    with database.reading() as session:
        assert inbox.counts(session, both, NOON) == inbox.Counts(1, 0, None)


def many(database, count, groups=("unit_handler:JT",), apart=timedelta(minutes=1)):
    """Put open tasks straight into the tables, each due a little later."""
    instance_id = reported(database)
    rows, candidates = [], []
    with database.transaction() as session:
        session.query(TaskCandidate).delete()
        session.query(UserTask).delete()
        for number in range(count):
            id_ = f"{number:032x}"
            due = MORNING + apart * number
            group = groups[number % len(groups)]
            rows.append(
                {"id": id_, "instance_id": instance_id, "process_id": "lamp", "name": str(number)}
                | {"element_id": "Task_repair", "lane": "", "candidates": [group], "version": 1}
                | {"created_at": MORNING, "due_at": due, "priority": 50}
            )
            candidates.append({"task_id": id_, "candidate": group, "due_at": due})
        session.execute(insert(UserTask), rows)
        session.execute(insert(TaskCandidate), candidates)


def test_the_earliest_due_comes_first_and_pages_follow_one_another(lamps):
    many(lamps, 25, ("unit_handler:JT", "unit_handler"))
    pages = []
    after = None
    with lamps.reading() as session:
        while page := inbox.of(session, HANDLER, 10, after):
            pages.append([int(task.name) for task in page])
            after = inbox.place(page[-1])

    assert pages == [list(range(10)), list(range(10, 20)), list(range(20, 25))]


def test_tasks_due_at_the_same_moment_are_all_shown_once(lamps):
    many(lamps, 25, apart=timedelta(0))
    found = []
    after = None
    with lamps.reading() as session:
        while page := inbox.of(session, HANDLER, 7, after):
            found += [task.id for task in page]
            after = inbox.place(page[-1])

    assert len(found) == len(set(found)) == 25


def test_what_has_no_limit_comes_last(lamps):
    reported(lamps)
    done(lamps, HANDLER, BEYOND)  # 更换路灯 has none
    reported(lamps)

    assert to_do(lamps, HANDLER) == ["维修路灯", "更换路灯"]
    with lamps.reading() as session:
        last = inbox.of(session, HANDLER)[-1]
        assert inbox.of(session, HANDLER, 10, inbox.place(last)) == []


def test_the_first_line_counts_what_is_open_and_late(lamps):
    many(lamps, 10)

    with lamps.reading() as session:
        counts = inbox.counts(session, HANDLER, MORNING + timedelta(minutes=4, seconds=-1))
        nothing = inbox.counts(session, STRANGER, NOON)

    assert counts == inbox.Counts(open=10, overdue=4, earliest_due_at=MORNING)
    assert nothing == inbox.Counts(0, 0, None)


def test_counting_stops_where_a_number_says_nothing_any_more(lamps, monkeypatch):
    monkeypatch.setattr(inbox, "MOST_COUNTED", 20)
    many(lamps, 25, ("unit_handler:JT", "unit_handler"))

    with lamps.reading() as session:
        counts = inbox.counts(session, HANDLER, NOON)
        less = inbox.counts(session, Actor("x", "甲", frozenset({"unit_handler"})), NOON)

    assert (counts.open, counts.is_more) == (20, True)
    assert (less.open, less.is_more) == (12, False)


def test_an_inbox_is_read_from_the_index_alone(lamps):
    many(lamps, 200)
    query = inbox._first_of("unit_handler:JT", 50, None)

    plan = explained(lamps, query).lower()

    assert "ix_task_candidates_inbox" in plan
    assert "covering" in plan or "index only scan" in plan
    assert "temp b-tree" not in plan
    assert "sort" not in plan


def explained(database, query):
    """Return how the store would answer, were the table large."""
    compiled = str(query.compile(database.engine, compile_kwargs={"literal_binds": True}))
    with database.engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        if not database.is_sqlite:
            connection.exec_driver_sql("VACUUM ANALYZE task_candidates")
            connection.exec_driver_sql("SET enable_seqscan = off")
            connection.exec_driver_sql("SET enable_bitmapscan = off")
        verb = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        rows = connection.exec_driver_sql(f"{verb} {compiled.replace('%', '%%')}")
        return "\n".join(str(row) for row in rows)


def test_an_inbox_costs_one_query_however_much_there_is(lamps, queries):
    costs = []
    for count in (5, 60):
        many(lamps, count)
        with lamps.reading() as session, queries(lamps) as asked:
            inbox.of(session, HANDLER)
        costs.append(len(asked))

    assert costs == [1, 1]
