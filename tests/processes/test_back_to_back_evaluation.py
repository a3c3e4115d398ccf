"""背靠背评价: each deputy rates each unit unseen; all is sealed at one moment; silence is silence."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import zstandard
from sqlalchemy import select

from service.errors import NotAllowed
from service.register.evaluation import evaluations
from service.register.evaluation.ratings import Rating
from service.register.people import directory as people
from service.runtime import drafts, inbox, tasks
from service.tables import Base
from service.tables.evaluation import Evaluation, EvaluationSupplement
from service.tables.runtime import Draft, HistoryEvent, Submission, TimerJob
from tests.replied_case import NOT_SATISFIED, SATISFIED, asked, met
from tests.world import World, assert_every_flow_taken

MADE_GOOD = {
    "method": "face_to_face",
    "made_good_on": "2026-03-04",
    "account": "局长到代表单位当面送达答复函，说明了施工安排。",
}


def rate(world: World, by: str = "代表甲", **values: Any) -> None:
    world.do("填写评价", by, **values)


def outcome(world: World) -> tuple[str | None, list[str]]:
    """Return how the evaluation ended, and what became of each rating."""
    with world.reading() as session:
        rows = session.scalars(select(Evaluation.state).order_by(Evaluation.id))
        return world.ended(), list(rows)


def test_the_deputy_is_satisfied_and_the_case_goes_on_at_the_seal(world: World) -> None:
    asked(world)
    assert world.open_tasks() == ["填写评价"]
    assert world.inbox("代表甲") == ["填写评价"]
    [told] = world.told("代表甲")
    assert "单位任何时候都看不到您选的是哪一档" in told
    assert world.suggestion().status == "evaluating"

    rate(world, **SATISFIED)
    assert world.open_tasks() == []
    assert world.ended() is None
    world.until("统一封口时刻")

    assert outcome(world) == ("End_satisfied", ["rated"])
    [told] = world.told("deputy_office")
    assert "满意" not in told


def test_anything_less_than_satisfied_calls_for_a_meeting(world: World) -> None:
    asked(world)

    rate(world, **NOT_SATISFIED)
    world.until("统一封口时刻")

    assert outcome(world) == ("End_not_satisfied", ["rated"])


def test_a_deputy_who_does_not_answer_is_reminded_three_times_and_then_counted_as_silent(
    world: World,
) -> None:
    asked(world)

    world.pass_workdays(26)

    reminders = [text for text in world.told("代表甲") if "到期" in text]
    assert len(reminders) == 4  # five days before, on the day, when it has passed, five days after
    assert outcome(world) == ("End_no_feedback", ["no_feedback"])


def test_the_order_in_which_deputies_answer_reveals_nothing(world: World) -> None:
    asked(world, merged=["代表乙"])
    sealed_at = world.due("评价封口")

    rate(world, **SATISFIED)
    world.pass_workdays(3)
    rate(world, "代表乙", **NOT_SATISFIED)
    assert world.due("统一封口时刻") == sealed_at
    world.until(sealed_at - timedelta(minutes=1))
    assert world.ended() is None
    world.until(sealed_at)

    with world.reading() as session:
        moments = set(session.scalars(select(Evaluation.sealed_at)))
    assert outcome(world) == ("End_not_satisfied", ["rated", "rated"])
    assert moments == {sealed_at}


def test_each_unit_that_answered_separately_is_rated_by_itself(world: World) -> None:
    asked(world, ["JT", "CG"])
    rated = [world_task_unit(world, row.id) for row in world.waiting()]
    assert sorted(rated) == ["CG", "JT"]

    for row in world.waiting():
        hand_in(world, row.id, "代表甲", SATISFIED)
    world.until("统一封口时刻")

    assert outcome(world) == ("End_satisfied", ["rated", "rated"])


def test_a_deputy_without_a_reply_sends_the_unit_back_first(world: World) -> None:
    case = asked(world)
    with world.database.transaction() as session:
        met(session, case)
    first_seal = world.due("评价封口")
    world.pass_workdays(10)

    rate(world, contact_check="no_contact")
    assert world.open_tasks() == ["补正答复或联系"]
    assert world.inbox("交通局联络员") == ["补正答复或联系"]
    assert world.inbox("城管局联络员") == []
    [told] = world.told("gov_supervision")
    assert "与单位登记的记录不符" in told
    world.do("补正答复或联系", "交通局联络员", **MADE_GOOD)

    assert world.inbox("代表甲") == ["填写评价"]
    assert world.due("评价封口") > first_seal
    rate(world, **SATISFIED)
    assert outcome(world) == (None, ["rated"])
    world.until("统一封口时刻")
    assert outcome(world) == ("End_satisfied", ["rated"])
    assert world.suggestion().round == 1
    with world.reading() as session:
        [supplement] = session.scalars(select(EvaluationSupplement))
        assert (supplement.missing, supplement.made_good_by) == ("no_contact", "交通局联络员")


def test_a_supplement_after_the_common_seal_still_leaves_the_deputy_all_the_time(
    world: World,
) -> None:
    asked(world)
    world.pass_workdays(24)
    rate(world, contact_check="no_reply")
    world.pass_workdays(10)
    world.do("补正答复或联系", "交通局联络员", **MADE_GOOD)

    world.pass_workdays(24)
    assert world.inbox("代表甲") == ["填写评价"]
    rate(world, **NOT_SATISFIED)

    assert outcome(world) == ("End_not_satisfied", ["rated"])


def test_a_unit_that_makes_nothing_good_is_overdue_and_still_has_to(world: World) -> None:
    asked(world)
    rate(world, contact_check="no_reply")

    world.pass_workdays(40)

    assert world.open_tasks() == ["补正答复或联系"]
    assert any("到期" in text for text in world.told("unit_liaison:JT"))
    assert world.ended() is None


def test_a_reason_is_needed_for_less_than_satisfied(world: World) -> None:
    asked(world)

    messages = world.refused(
        "填写评价", "代表甲", **{**NOT_SATISFIED, "reason": None, "meeting_wish": ""}
    )

    assert list(messages) == ["reason"]


def test_both_dimensions_are_always_rated(world: World) -> None:
    asked(world)
    task = world.task("填写评价", "代表甲")
    by_id = {field.id: field for field in task.fields}

    assert by_id["attitude_rating"].constraints["required"] == "true"
    assert by_id["result_rating"].constraints["required"] == "true"
    assert by_id["attitude_rating"].default is None
    assert by_id["result_rating"].default is None


@pytest.mark.parametrize("somebody", ["代表乙", "交通局联络员", "代工委甲", "运维"])
def test_nobody_else_can_rate(world: World, somebody: str) -> None:
    asked(world)
    [row] = world.waiting()
    assert world.inbox(somebody) == []

    with pytest.raises(NotAllowed):
        hand_in(world, row.id, somebody, SATISFIED)


def test_a_rating_changed_in_time_counts_as_changed(world: World) -> None:
    asked(world)
    rate(world, **SATISFIED)

    with world.database.transaction() as session:
        [row] = session.scalars(select(Evaluation))
        worse = Rating("satisfied", "dissatisfied", text="又坏了")
        evaluations.amend(session, row.id, worse, "代表甲", world.at + timedelta(hours=2))
    world.until("统一封口时刻")

    assert world.ended() == "End_not_satisfied"


def test_a_rating_denied_before_the_seal_and_not_given_again_is_silence(world: World) -> None:
    asked(world)
    rate(world, **SATISFIED)

    with world.database.transaction() as session:
        [row] = session.scalars(select(Evaluation))
        evaluations.deny(session, row.id, "代表甲", world.at)
    world.until("统一封口时刻")

    assert outcome(world) == ("End_no_feedback", ["no_feedback"])


def test_a_town_s_case_is_told_to_its_presidium(world: World) -> None:
    asked(world, ["SM"], level="town", town="SM", deputy="镇代表")
    rate(world, "镇代表", **SATISFIED)
    world.until("统一封口时刻")

    assert len(world.told("town_presidium:SM")) == 1
    assert world.told("deputy_office") == []


# What the service keeps of a rating outside its one table


def test_before_the_seal_a_rating_is_nowhere_but_in_its_own_row(world: World) -> None:
    asked(world, merged=["代表乙"])
    save_draft(world, "代表甲", {**NOT_SATISFIED, "reason": "暗号七三一"})

    rate(world, **{**NOT_SATISFIED, "reason": "暗号七三一"})

    traces = kept(world, except_table="evaluations")
    assert len(traces) > 100
    assert [trace for trace in traces if "dissatisfied" in trace or "暗号七三一" in trace] == []


def test_a_draft_is_read_by_its_author_and_goes_with_the_seal(world: World) -> None:
    asked(world)
    save_draft(world, "代表甲", NOT_SATISFIED)
    [row] = world.waiting()
    with world.database.transaction() as session:
        for somebody in ("代工委甲", "交通局联络员", "代表乙", "管理员"):
            assert drafts.of(session, row.id, people.actor(session, somebody)) is None
        own = drafts.of(session, row.id, people.actor(session, "代表甲"))
    assert own is not None
    assert own["result_rating"] == "dissatisfied"

    world.pass_workdays(30)

    with world.reading() as session:
        assert list(session.scalars(select(Draft))) == []


def test_history_and_variables_look_the_same_whatever_was_rated(world: World) -> None:
    shapes = []
    for values in (SATISFIED, NOT_SATISFIED):
        asked(world)
        rate(world, **values)
        shapes.append(shape(world))
        world.until("统一封口时刻")

    assert shapes[0] == shapes[1]


def test_every_flow_is_taken() -> None:
    assert_every_flow_taken("back_to_back_evaluation")


def hand_in(world: World, task_id: str, by: str, values: dict[str, Any]) -> None:
    empty = dict.fromkeys(
        ("reason", "remark", "wants_meeting", "meeting_wish", "reply_class_agreed")
    )
    shared = {"text_may_be_shared": False, "text_may_be_published": False}
    with world.database.transaction() as session:
        person = people.actor(session, by)
        tasks.complete(session, task_id, {**empty, **shared, **values}, person, world.at)


def world_task_unit(world: World, task_id: str) -> str:
    with world.database.transaction() as session:
        person = people.actor(session, "代表甲")
        unit: str = tasks.open(session, task_id, person, world.at).variables["evaluation"]["unit"]
        return unit


def save_draft(world: World, by: str, values: dict[str, Any]) -> None:
    with world.database.transaction() as session:
        person = people.actor(session, by)
        [task] = inbox.of(session, person)
        drafts.save(session, task.id, person, values, world.at)


def kept(world: World, except_table: str) -> Sequence[str]:
    """Return every row of every other table as text, the instance's state unpacked among them."""
    found = []
    with world.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name in (except_table, "deployed_files"):
                continue
            found += [repr(tuple(row)) for row in session.execute(select(table))]
    packed = world.instance().state[1:]
    state = zstandard.ZstdDecompressor().decompress(packed, max_output_size=1_000_000).decode()
    assert "evaluation_opened_at" in state
    return [*found, state]


def shape(world: World) -> Sequence[Any]:
    """Return what history, submissions and timers say of the case at hand, without ids and moments."""
    instance = world.instance().id
    with world.reading() as session:
        events = session.scalars(
            select(HistoryEvent)
            .where(HistoryEvent.instance_id == instance)
            .order_by(HistoryEvent.seq)
        )
        steps = [(row.kind, row.element_id, sorted(row.data)) for row in events]
        handed_in = [
            (row.element_id, row.values, row.sealed)
            for row in session.scalars(select(Submission).where(Submission.instance_id == instance))
        ]
        waiting = session.scalars(
            select(TimerJob.name).where(TimerJob.instance_id == instance).order_by(TimerJob.name)
        )
        return [steps, handed_in, list(waiting)]
