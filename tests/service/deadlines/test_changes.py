"""An administrator sees who is affected, changes the limit, and can take it back."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import audit
from service.database import Database
from service.deadlines import changes, policies, record, seed
from service.deadlines.book import Within
from service.deadlines.effects import Kind, Lateness
from service.deadlines.seed import Before, Policy
from service.deadlines.workdays import Day, Unit
from service.errors import FormInvalid, NotFound, StaleVersion
from service.tables.deadlines import CalendarYear, DeadlineChange, DeadlinePolicy
from service.tables.runtime import TaskCandidate, TimerJob, UserTask

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
OpenTask = Callable[..., UserTask]


def ends(day: str, clock: str = "18:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}+08:00")


def limit(session: Session, key: str, **changed: object) -> Policy:
    """The limit as an administrator would hand it in: the present one with some fields changed."""
    return policies.in_force(session).policy(key, "", date(2026, 3, 18))._replace(**changed)


def jobs(session: Session) -> dict[str, datetime]:
    return dict(session.execute(select(TimerJob.id, TimerJob.due_at)).all())


def test_a_preview_says_who_would_move_and_moves_nobody(
    working: Session, open_task: OpenTask
) -> None:
    open_task("a", "sign")
    open_task("b", "sign", ends("2026-03-19", "10:00"))
    open_task("c", "plan")
    before = jobs(working)

    effect = changes.preview(working, limit(working, "sign", amount=5), AT)

    assert (effect.tasks, effect.later, effect.earlier) == (2, 2, 0)
    assert [(move.id, move.after) for move in effect.moves if move.kind is Kind.TASK] == [
        ("a", ends("2026-03-25")),
        ("b", ends("2026-03-26")),
    ]
    assert jobs(working) == before
    assert policies.due(working, "sign", AT).moment == ends("2026-03-23")


def test_applying_does_what_the_preview_said(working: Session, open_task: OpenTask) -> None:
    task = open_task("a", "sign")
    wanted = limit(working, "sign", amount=5)
    foreseen = changes.preview(working, wanted, AT)

    change = changes.apply(working, wanted, "单位反映时间不够", "guanli", AT)

    assert task.due_at == ends("2026-03-25")
    assert jobs(working) == {"a:1": ends("2026-03-24", "08:30"), "a:overdue": ends("2026-03-25")}
    assert working.scalars(select(TaskCandidate.due_at)).one() == ends("2026-03-25")
    assert (change.moved_tasks, change.moved_timers) == (foreseen.tasks, foreseen.jobs) == (1, 2)
    assert (foreseen.timers, foreseen.reminders) == (1, 1)
    assert policies.due(working, "sign", AT).moment == ends("2026-03-25")


def test_every_move_says_whose_it_is_and_whether_it_is_late(
    working: Session, open_task: OpenTask
) -> None:
    open_task("a", "plan")
    late = ends("2026-04-02", "09:00")

    effect = changes.preview(working, limit(working, "plan", amount=11), late)

    assert [(move.kind, move.id, move.before, move.after) for move in effect.moves] == [
        (Kind.REMINDER, "a:1", ends("2026-03-27", "08:30"), ends("2026-03-30", "08:30")),
        (Kind.TASK, "a", ends("2026-04-01"), ends("2026-04-02")),
        (Kind.TIMER, "a:overdue", ends("2026-04-01"), ends("2026-04-02")),
    ]
    task = effect.moves[1]
    assert (task.business_key, task.instance_id, task.name) == ("suggestion:1", 1, "签收")
    assert task.lateness is Lateness.TIMELY_AGAIN
    assert {move.business_key for move in effect.moves} == {"suggestion:1"}


def test_an_effect_computed_before_somebody_elses_change_cannot_be_applied(
    working: Session,
) -> None:
    seen = changes.preview(working, limit(working, "plan", amount=12), AT).stamp
    changes.apply(working, limit(working, "sign", amount=5), "单位反映", "guanli", AT)

    with pytest.raises(StaleVersion) as refused:
        changes.apply(working, limit(working, "plan", amount=12), "放宽", "lixia", AT, seen)

    assert "guanli于2026年3月18日（周三）10:00把“签收”由 3 个工作日改为 5 个工作日" in str(
        refused.value
    )
    changes.apply(
        working, limit(working, "plan", amount=12), "放宽", "lixia", AT, changes.stamp(working)
    )
    assert limit(working, "plan").amount == 12


def test_a_change_stands_in_the_chain_of_what_keepers_did(
    working: Session, open_task: OpenTask
) -> None:
    open_task("a", "sign")

    change = changes.apply(working, limit(working, "sign", amount=5), "单位反映", "guanli", AT)
    changes.undo(working, change.id, "guanli", AT)

    undone, done = audit.latest(working, 10)
    assert (done.act, done.by, done.subject, done.reason) == (
        "limit",
        "guanli",
        "policy:sign:",
        "单位反映",
    )
    assert done.sentence == "把“签收”由 3 个工作日改为 5 个工作日，移动 3 处期限。"
    assert undone.sentence.startswith(f"撤销第 {change.id} 号修改（把“签收”由 3 个工作日改为")
    assert undone.sentence.count("处期限") == 1
    assert audit.verify(working).faults == ()


def test_an_undoing_is_foreseen_as_it_will_be(working: Session, open_task: OpenTask) -> None:
    open_task("a", "sign")
    change = changes.apply(working, limit(working, "sign", amount=5), "试行", "guanli", AT)

    foreseen = changes.preview_undo(working, change.id, AT)

    assert jobs(working)["a:overdue"] == ends("2026-03-25")
    undone = changes.undo(working, change.id, "guanli", AT, foreseen.stamp)
    assert (foreseen.tasks, foreseen.jobs) == (undone.moved_tasks, undone.moved_timers) == (1, 2)
    with pytest.raises(StaleVersion):
        changes.preview_undo(working, change.id, AT)
    with pytest.raises(StaleVersion, match="已经撤销"):
        changes.refuse_undo(working, change, [], AT)


def test_a_legal_limit_made_longer_keeps_on_which_ground(working: Session) -> None:
    longer = limit(working, "reply.normal", amount=4)
    with pytest.raises(FormInvalid):
        changes.apply(working, longer, "放宽", "guanli", AT)

    changes.apply(working, longer, "放宽", "guanli", AT, confirmed_basis="省条例第二十条")

    assert limit(working, "reply.normal").basis == "代表法第五十一条；省条例第二十条"


def test_a_start_that_waits_for_a_limit_moves_with_it(working: Session) -> None:
    due = policies.due(working, "unit_report", AT)
    working.add(
        TimerJob(
            id="start:report:Start_due", instance_id=None, kind="start", element_id="Start_due",
            name="年度总结到期", due_at=due.moment, policy_key="unit_report", level="", base_at=AT,
            payload={"process_id": "report", "payload": {}, "key": None, "repetition": None},
        )
    )  # fmt: skip
    working.flush()

    wanted = limit(working, "unit_report", amount=930)
    [move] = changes.preview(working, wanted, AT).moves
    changes.apply(working, wanted, "推迟", "guanli", AT)

    assert (move.kind, move.instance_id, move.business_key) == (Kind.START, None, None)
    assert jobs(working) == {"start:report:Start_due": ends("2026-09-30")}


def test_a_change_is_kept_with_who_when_and_why(working: Session) -> None:
    changes.apply(working, limit(working, "sign", amount=5), "单位反映时间不够", "guanli", AT)

    [kept] = record.of(working, "policy:sign:")
    row = working.scalars(select(DeadlinePolicy).where(DeadlinePolicy.key == "sign")).one()

    assert (kept.by, kept.at, kept.reason) == ("guanli", AT, "单位反映时间不够")
    assert (kept.before[0]["amount"], kept.after[0]["amount"]) == (3, 5)
    assert (row.amount, row.changed_by, row.changed_at) == (5, "guanli", AT)
    assert record.of(working, "policy:plan:") == []


def test_undoing_brings_everything_back(working: Session, open_task: OpenTask) -> None:
    task = open_task("a", "sign")
    before = jobs(working)
    change = changes.apply(working, limit(working, "sign", amount=5), "试行", "guanli", AT)

    changes.undo(working, change.id, "guanli", AT)

    assert task.due_at == ends("2026-03-23")
    assert jobs(working) == before
    assert limit(working, "sign").amount == 3
    assert [kept.reason for kept in record.of(working)] == [
        f"撤销第 {change.id} 号修改",
        "试行",
    ]


def test_changes_are_undone_from_the_last_to_the_first(working: Session) -> None:
    first = changes.apply(working, limit(working, "sign", amount=5), "一", "guanli", AT)
    second = changes.apply(working, limit(working, "sign", amount=7), "二", "guanli", AT)

    with pytest.raises(StaleVersion):
        changes.undo(working, first.id, "guanli", AT)
    changes.undo(working, second.id, "guanli", AT)
    with pytest.raises(StaleVersion):
        changes.undo(working, second.id, "guanli", AT)
    changes.undo(working, first.id, "guanli", AT)

    assert limit(working, "sign").amount == 3


def test_what_never_was_cannot_be_undone(working: Session) -> None:
    with pytest.raises(NotFound):
        changes.undo(working, 17, "guanli", AT)
    with pytest.raises(NotFound):
        changes.catch_up(working, 17, AT)


def test_a_towns_own_limit_moves_town_cases_only(working: Session, open_task: OpenTask) -> None:
    town = open_task("t", "reply.normal", level="town")
    city = open_task("c", "reply.normal", level="city")

    change = changes.apply(
        working, limit(working, "reply.normal", level="town", amount=2), "镇级", "guanli", AT
    )

    assert (town.due_at, city.due_at) == (ends("2026-05-18"), ends("2026-06-18"))

    changes.undo(working, change.id, "guanli", AT)

    assert town.due_at == ends("2026-06-18")
    assert limit(working, "reply.normal").level == ""
    assert ("reply.normal", "town") not in policies.in_force(working).policies


def test_the_batch_date_still_caps_after_a_change(working: Session, open_task: OpenTask) -> None:
    capped = open_task("a", "reply.normal", cap_on="2026-05-25")

    longer = limit(working, "reply.normal", amount=4)
    effect = changes.preview(working, longer, AT, confirmed_basis="省条例")
    shorter = limit(working, "reply.normal", amount=1, warnings=(Before(10),))
    changes.apply(working, shorter, "提前", "guanli", AT)

    assert effect.tasks == 0
    assert capped.due_at == ends("2026-04-20")


def test_what_somebody_set_by_hand_stays(working: Session, open_task: OpenTask) -> None:
    extended = open_task("a", "sign", due_at=ends("2026-04-30"))

    effect = changes.preview(working, limit(working, "sign", amount=5), AT)
    changes.apply(working, limit(working, "sign", amount=5), "放宽", "guanli", AT)

    assert (effect.tasks, effect.by_hand) == (0, 1)
    assert extended.due_at == ends("2026-04-30")
    assert jobs(working)["a:overdue"] == ends("2026-04-30")


def test_a_step_moves_with_the_limit_it_lies_in_and_back(
    working: Session, open_task: OpenTask
) -> None:
    draft = open_task("a", "reply.draft", within=Within("reply.normal", AT))
    before = jobs(working)
    assert draft.due_at == ends("2026-06-04"), "ten workdays before 18 June"
    sixty = limit(working, "reply.normal", amount=60, unit=Unit.DAYS)
    foreseen = changes.preview(working, sixty, AT)

    change = changes.apply(working, sixty, "试行", "root", AT)

    [moved] = [move for move in foreseen.moves if move.kind is Kind.TASK]
    assert (moved.before, moved.after) == (ends("2026-06-04"), ends("2026-04-30"))
    assert draft.due_at == moved.after
    assert jobs(working)["a:overdue"] == moved.after
    changes.undo(working, change.id, "root", AT)
    assert (draft.due_at, jobs(working)) == (ends("2026-06-04"), before)


def test_a_step_moves_with_the_step_before_it_where_it_began_late(
    working: Session, open_task: OpenTask
) -> None:
    begun = ends("2026-06-09", "09:00")  # seven workdays before 18 June
    draft = open_task("a", "reply.draft", within=Within("reply.normal", begun))
    assert draft.due_at == ends("2026-06-12")

    changes.apply(working, limit(working, "reply.advance", amount=-20), "试行", "root", AT)

    assert draft.due_at == ends("2026-06-15"), "7 × 10 ÷ 20, rounded up"


def test_a_step_of_an_older_release_stays(working: Session, open_task: OpenTask) -> None:
    draft = open_task("a", "reply.draft", due_at=ends("2026-04-01"))

    effect = changes.preview(working, limit(working, "reply.normal", amount=2), AT)

    assert (effect.tasks, effect.by_hand, draft.due_at) == (0, 1, ends("2026-04-01"))


def test_an_overdue_task_gets_its_time_back(working: Session, open_task: OpenTask) -> None:
    late = ends("2026-03-26", "10:00")
    task = open_task("a", "sign", now=late)
    assert jobs(working) == {}  # warning and overdue have fired

    changes.apply(working, limit(working, "sign", amount=10), "放宽", "guanli", late)

    assert task.due_at == ends("2026-04-01")
    assert jobs(working) == {"a:1": ends("2026-03-31", "08:30"), "a:overdue": ends("2026-04-01")}


def test_a_shorter_limit_says_who_would_be_late_at_once(
    working: Session, open_task: OpenTask
) -> None:
    open_task("a", "plan")

    shorter = limit(working, "plan", amount=4)
    effect = changes.preview(working, shorter, ends("2026-03-25", "09:00"))

    assert (effect.tasks, effect.earlier, effect.late_now) == (1, 1, 1)
    assert [(move.id, move.kind) for move in effect.messages] == [
        ("a:1", Kind.REMINDER),
        ("a:overdue", Kind.TIMER),
    ]


def test_a_further_warning_is_added_and_a_dropped_one_taken_away(
    working: Session, open_task: OpenTask
) -> None:
    open_task("a", "plan")
    more = limit(working, "plan", warnings=(Before(5), Before(3), Before(1)))

    changes.apply(working, more, "多提醒", "guanli", AT)
    three = jobs(working)
    changes.apply(working, limit(working, "plan", warnings=()), "不提醒", "guanli", AT)

    assert three == {
        "a:1": ends("2026-03-25", "08:30"),
        "a:2": ends("2026-03-27", "08:30"),
        "a:3": ends("2026-03-31", "08:30"),
        "a:overdue": ends("2026-04-01"),
    }
    assert jobs(working) == {"a:overdue": ends("2026-04-01")}


def test_a_limit_of_later_force_leaves_running_work_alone(
    working: Session, open_task: OpenTask
) -> None:
    task = open_task("a", "sign")
    later = limit(working, "sign", amount=7, effective_from=date(2026, 6, 1))

    change = changes.apply(working, later, "六月起", "guanli", AT)

    assert change.moved_tasks == 0
    assert task.due_at == ends("2026-03-23")
    assert policies.due(working, "sign", ends("2026-06-01", "09:00")).moment == ends("2026-06-10")


def test_events_drawn_in_the_diagram_move_too(working: Session) -> None:
    due = policies.due(working, "return.request", AT)
    working.add(
        TimerJob(
            id="e", instance_id=1, kind="event", element_id="Timer_return_closed", name="申请期限届满",
            due_at=due.moment, policy_key="return.request", level="city", base_at=AT,
        )
    )  # fmt: skip
    working.flush()

    changes.apply(working, limit(working, "return.request", amount=7), "放宽", "guanli", AT)

    assert jobs(working) == {"e": ends("2026-03-27")}


def test_what_another_process_wrote_meanwhile_is_caught_up(
    working: Session, open_task: OpenTask
) -> None:
    old = policies.due(working, "sign", AT)
    change = changes.apply(working, limit(working, "sign", amount=5), "放宽", "guanli", AT)
    task = open_task("late", "sign", due_at=old.moment)

    first = changes.catch_up(working, change.id, AT)
    again = changes.catch_up(working, change.id, AT)

    assert (first.tasks, again.tasks) == (1, 0)
    assert task.due_at == ends("2026-03-25")


# The calendar


def test_the_notice_of_a_year_moves_what_was_counted_across_it(
    working: Session, open_task: OpenTask
) -> None:
    task = open_task("a", "evaluate", ends("2026-12-28", "10:00"))
    notice = [
        Day(date(2027, 1, 1), "holiday", "元旦"),
        Day(date(2027, 1, 2), "holiday", "元旦"),
        Day(date(2027, 1, 3), "holiday", "元旦"),
        Day(date(2027, 1, 9), "workday", "元旦调休上班"),
    ]
    assert task.due_at == ends("2027-01-19")

    effect = changes.preview_calendar(working, 2027, notice, AT)
    change = changes.apply_calendar(working, 2027, notice, "国办发明电", "guanli", AT)

    assert (effect.tasks, effect.earlier) == (1, 1)
    assert effect.calendar == policies.calendar(working)  # by which the rules count from now on
    assert changes.preview(working, limit(working, "sign", amount=5), AT).calendar is None
    assert task.due_at == ends("2027-01-18")
    assert 2027 in policies.calendar(working).confirmed
    assert working.get_one(CalendarYear, 2027).source == "国办发明电"

    changes.undo(working, change.id, "guanli", AT)

    assert task.due_at == ends("2027-01-19")
    assert 2027 not in policies.calendar(working).confirmed


def test_a_local_closure_moves_the_day_it_hits(working: Session, open_task: OpenTask) -> None:
    task = open_task("a", "sign")
    days = [day for day in policies.calendar(working).days.values() if day.day.year == 2026]

    changes.apply_calendar(
        working, 2026, [*days, Day(date(2026, 3, 20), "holiday", "防汛停班")], "停班", "guanli", AT
    )

    assert task.due_at == ends("2026-03-24")


def test_a_year_nobody_knew_can_be_entered_and_taken_back(working: Session) -> None:
    change = changes.apply_calendar(
        working, 2028, seed.provisional(2028), "推算", "guanli", AT, confirmed=False
    )
    known = policies.calendar(working)
    changes.undo(working, change.id, "guanli", AT)

    assert not known.is_workday(date(2028, 10, 2))
    assert 2028 not in known.confirmed
    assert policies.calendar(working).is_workday(date(2028, 10, 2))


# What is refused


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": 5000}, "amount"),
        ({"unit": Unit.YEARLY, "amount": 1301}, "amount"),
        ({"unit": Unit.YEARLY, "amount": 431}, "amount"),
        ({"unit": Unit.TIMES, "amount": 2}, "warnings"),
        ({"warnings": (Before(9999),)}, "warnings"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused_beside_its_field(
    working: Session, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(FormInvalid) as refused:
        changes.preview(working, limit(working, "sign", **changed), AT)

    assert list(refused.value.messages) == [field]
    assert refused.value.messages[field].endswith("。")


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ([Day(date(2026, 1, 1), "holiday", "元旦")], "不在 2027 年"),
        ([Day(date(2027, 1, 1), "holiday", "元旦")] * 2, "同一天出现了两次"),
        ([Day(date(2027, 1, 1), "party", "元旦")], "放假"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(
    working: Session, days: list[Day], sentence: str
) -> None:
    with pytest.raises(FormInvalid) as refused:
        changes.preview_calendar(working, 2027, days, AT)

    assert sentence in refused.value.messages["days"]


def test_a_refused_change_leaves_no_trace(database: Database) -> None:
    with database.transaction() as session:
        policies.seed(session, AT)
    with pytest.raises(FormInvalid), database.transaction() as session:
        changes.apply(session, limit(session, "sign", amount=0), "错", "guanli", AT)

    with database.reading() as session:
        assert session.scalars(select(DeadlineChange)).all() == []
        assert limit(session, "sign").amount == 3
