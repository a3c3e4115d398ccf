"""清沅市 comes to life: every stage has a case, and all of it was done by the rules."""

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from service import history, notifications
from service.database import Database
from service.deadlines import policies
from service.demo import city, stories
from service.demo.parts import Usual
from service.demo.stories import StoryBroken
from service.register.dispatch.status import AssignmentStatus
from service.register.people import directory as people
from service.register.people.passwords import PasswordCost
from service.register.proposal.status import CaseStatus
from service.register.supervision import board as supervision_board
from service.runtime import publishing, tasks, timers
from service.tables.assignments import Assignment, Extension, ReassignRequest
from service.tables.evaluation import Evaluation
from service.tables.people import NoticeReading, Notification
from service.tables.runtime import HistoryEvent, Incident, ProcessInstance, TimerJob, UserTask
from service.tables.suggestions import CoSigner, Suggestion
from service.tables.supervision import ControlCard, SupervisionCase
from tests.world import drawn

AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
"""Monday, half past ten in the morning."""
CHEAP = PasswordCost(passes=1, memory_kib=8, lanes=1)
FEW = (5, 9, 30)
"""One that waits for its deputy, one that went all the way and changed its unit, one that was refused."""

NOT_REACHED = {
    "delegation_check": "only while the congress sits",
    "archived": "no diagram archives yet",
    "suspended": "no diagram suspends yet",
}


@pytest.fixture
def founded(sqlite: Database) -> Database:
    """清沅市 with its people and diagrams, before anything happens."""
    files = drawn()
    with sqlite.transaction() as session:
        policies.seed(session, AT)
        publishing.deploy(session, files, None, AT)
        city.load(session, AT, CHEAP)
    return sqlite


def test_three_stories_are_told_as_their_files_say(founded: Database) -> None:
    stories.load(founded, AT, FEW)

    assert statuses(founded) == {
        "关于规范外卖电动车停放充电的建议": "closed",
        "关于完善农村寄递和加快冷链建设的建议": "returned_for_edit",
        "关于某民事纠纷判决执行的意见": "not_accepted",
    }
    with founded.reading() as session:
        [request] = session.scalars(select(ReassignRequest))
        [waiting] = session.scalars(select(UserTask))
        assert (request.decision, request.proposed_unit) == ("agreed", "CG")
        assert (waiting.name, waiting.assignee) == ("修改建议", "d042")
        assert waiting.due_at is not None
        assert AT < waiting.due_at < AT + timedelta(days=5)
        assert histories_hold(session)


def test_one_unit_is_given_a_later_day_and_another_is_not(founded: Database) -> None:
    stories.load(founded, AT, (4, 6))

    with founded.reading() as session:
        rows = session.scalars(select(Extension).order_by(Extension.unit)).all()
        assert [(row.unit, row.state) for row in rows] == [("NY", "refused"), ("SL", "granted")]
        assert session.scalars(select(Incident)).all() == []
        assert histories_hold(session)


def test_nothing_is_dated_after_the_moment_of_loading(founded: Database) -> None:
    stories.load(founded, AT, FEW)

    with founded.reading() as session:
        assert session.scalar(select(func.max(HistoryEvent.at))) <= AT
        assert session.scalar(select(func.min(TimerJob.due_at))) > AT


def test_a_second_load_does_nothing(founded: Database) -> None:
    first = stories.load(founded, AT, FEW)
    before = contents(founded)

    again = stories.load(founded, AT + timedelta(days=3), FEW)

    assert first > 50
    assert again == 0
    assert contents(founded) == before


def test_the_same_moment_tells_the_same(founded: Database, tmp_path: Path) -> None:
    stories.load(founded, AT, FEW)
    other = twin_of(founded, tmp_path)

    stories.load(other, AT, FEW)

    assert told(other) == told(founded)
    other.close()


def test_a_load_that_was_broken_off_names_the_step_and_is_taken_up_again(
    founded: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unbroken = twin_of(founded, tmp_path)
    stories.load(unbroken, AT, FEW)
    complete, done = tasks.complete, Counter[str]()

    def fail(*args: Any) -> None:
        done["commands"] += 1
        if done["commands"] == 12:
            raise RuntimeError("the plug was pulled")
        complete(*args)

    with monkeypatch.context() as patched:
        patched.setattr(tasks, "complete", fail)
        with pytest.raises(StoryBroken) as broken:
            stories.load(founded, AT, FEW)
    stories.load(founded, AT, FEW)

    assert re.search(
        r"第 9 件（关于规范外卖电动车停放充电的建议），“.+”，2026年\d\d月\d\d日", str(broken.value)
    )
    assert "the plug was pulled" in str(broken.value)
    assert told(founded) == told(unbroken)
    unbroken.close()


def test_a_form_that_refuses_says_which_field(
    founded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(stories.ROUTINES, "审查建议", Usual(1, {"review_conclusion": "maybe"}))

    with pytest.raises(StoryBroken, match=r"“审查建议”.*review_conclusion"):
        stories.load(founded, AT, (9,))


def test_the_disk_is_waited_for_again_afterwards(founded: Database) -> None:
    stories.load(founded, AT, (30,))

    with founded.transaction() as session:
        assert session.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL


def test_a_supervision_about_what_no_unit_has_yet_is_left_out(founded: Database) -> None:
    stories.load(founded, AT.replace(month=3, day=10), (32, 109))

    with founded.reading() as session:
        assert session.scalar(select(func.count(SupervisionCase.id))) == 0


def test_old_messages_have_been_read_and_new_ones_have_not(founded: Database) -> None:
    stories.load(founded, AT, FEW)

    with founded.reading() as session:
        deputy = people.actor(session, "d042")
        [returned] = notifications.inbox(session, deputy, limit=1)
        oldest = session.scalars(select(Notification).order_by(Notification.id).limit(1)).one()
        read = session.scalars(select(NoticeReading.notification_id)).all()
        assert returned.created_at > AT - stories.UNREAD
        assert returned.id not in read
        assert oldest.id in read


@pytest.mark.slow
def test_the_whole_city_shows_every_stage_and_breaks_no_rule(founded: Database) -> None:
    commands = stories.load(founded, AT)
    before = contents(founded)
    again = stories.load(founded, AT)

    with founded.reading() as session:
        shown = set(session.scalars(select(Suggestion.status)))
        duties = set(session.scalars(select(Assignment.status)))
        opened = list(session.scalars(select(UserTask)))
        decisions = set(session.scalars(select(CoSigner.decision)))
        cards = {
            tuple(row) for row in session.execute(select(ControlCard.color, ControlCard.state))
        }
        cases = set(session.scalars(select(SupervisionCase.status)))
        ratings = set(session.scalars(select(Evaluation.state)))
        assert set(CaseStatus) - shown == set(NOT_REACHED)
        assert set(AssignmentStatus) - duties == {"withdrawn"}
        assert {"red", "yellow", "white", "letter"} == {color for color, _ in cards}
        assert {state for _, state in cards} == {"issued", "in_force", "replaced", "cleared"}
        assert cases == {"inspecting", "concluded", "rectifying", "looking_back", "closed"}
        assert ratings == {"pending", "rated", "no_feedback"}
        assert decisions == {"pending", "agreed"}
        assert session.scalar(select(func.count(Incident.id))) == 0
        bare = select(Notification.kind, Notification.text).where(Notification.link == "")
        assert session.execute(bare).all() == []
        assert histories_hold(session)
        assert [row.name for row in opened if not holders_of(session, row)] == []
        board = supervision_board.listed(session, "overdue", AT, None, 50)
        over = select(Suggestion.id).where(Suggestion.status == "closed")
        assert board.total >= 1
        assert not {each.suggestion_id for each in board.entries} & set(session.scalars(over))
        assert [row for row in opened if row.due_at and row.due_at < AT], "something is late"
        assert [row for row in opened if row.due_at and row.due_at > AT], "something is not"
    assert commands > 900
    assert again == 0
    assert contents(founded) == before


@pytest.mark.slow
@pytest.mark.parametrize("day", ["2026-01-21", "2026-03-10", "2026-06-27", "2027-05-17"])
def test_the_city_can_be_loaded_on_any_day_and_goes_on_from_there(
    founded: Database, day: str
) -> None:
    at = datetime.fromisoformat(f"{day}T03:00:00+00:00")
    stories.load(founded, at)

    later = at + timedelta(days=6)
    with founded.reading() as session:
        due = timers.due(session, later)
    for timer_id in due:
        with founded.transaction() as session:
            timers.fire(session, timer_id, later)

    with founded.reading() as session:
        assert due
        assert session.scalar(select(func.count(Incident.id))) == 0
        assert histories_hold(session)


def statuses(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return dict(session.execute(select(Suggestion.title, Suggestion.status)).all())


def holders_of(session: Any, row: UserTask) -> list[people.Actor]:
    groups = [f"user:{row.assignee}"] if row.assignee else row.candidates
    return [each for group in groups for each in people.holders(session, group)]


def histories_hold(session: Any) -> bool:
    ids = list(session.scalars(select(ProcessInstance.id)))
    return bool(ids) and not any(history.verify(session, each).faults for each in ids)


def contents(database: Database) -> dict[str, int]:
    """How many rows everything has."""
    with database.reading() as session:
        return {
            table: session.scalar(select(func.count()).select_from(text(table))) or 0
            for table in ("history_events", "notifications", "user_tasks", "suggestions")
        }


def told(database: Database) -> list[str]:
    """Everything that happened, without the engine's ids."""
    with database.reading() as session:
        rows = session.execute(select(ProcessInstance.id, ProcessInstance.business_key))
        keys = dict(rows.all())
        question = select(HistoryEvent).order_by(HistoryEvent.at, HistoryEvent.element_id)
        return sorted(
            json.dumps([keys[row.instance_id], f"{row.at}", row.kind, row.name, row.by or ""])
            for row in session.scalars(question)
        )


def twin_of(database: Database, folder: Path) -> Database:
    """A database with what this one had when it was founded: the same city, nothing told."""
    other = Database(f"sqlite:///{folder}/twin.db")
    other.prepare()
    files = drawn()
    with other.transaction() as session:
        policies.seed(session, AT)
        publishing.deploy(session, files, None, AT)
        city.load(session, AT, CHEAP)
    return other
