"""Both sides read on the case's page which later days were asked for."""

from datetime import timedelta

from sqlalchemy.orm import Session

from service.deadlines import changes
from service.register.casefile import clock
from service.register.extension import applications
from service.register.extension.kinds import State
from service.tables.assignments import Assignment
from tests.conftest import MORNING
from tests.handled import assign, session_of, suggest
from tests.service.register.extension.conftest import DUE
from tests.world import World, moment

UNITS = {"JT": "交通局"}


def applied(session: Session, state: State) -> Assignment:
    duty = assign(session, suggest(session, reply_due_at=DUE).id, "JT", due_at=DUE)
    row = applications.open_(session, duty, None, 1, "jt_chengban", MORNING)
    row.state, row.reason, row.applied_at = state, "手续还在办理", MORNING
    row.asked_until = row.granted_until = moment("2026-07-31").date()
    row.decided_at, row.decision_reason = MORNING, "可以先行办理。"
    session.flush()
    return duty


def test_every_state_is_a_sentence(sqlite) -> None:
    with session_of(sqlite) as session:
        told = [
            clock.in_words(applications.of(session, applied(session, state).suggestion_id), UNITS)[
                0
            ]
            for state in (State.GRANTED, State.REFUSED, State.DECIDING)
        ]

    assert told[0].endswith(
        "理由：手续还在办理。已于2026年3月2日（周一）批准延到2026年7月31日（周五）。"
    )
    assert told[1].endswith("2026年3月2日（周一）没有批准，理由：可以先行办理。")
    assert told[2].endswith("现在的情况：待代工委决定。")


def test_what_was_never_handed_in_is_not_shown(sqlite) -> None:
    with session_of(sqlite) as session:
        duty = assign(session, suggest(session, reply_due_at=DUE).id, "JT", due_at=DUE)
        row = applications.open_(session, duty, None, 1, "jt_chengban", MORNING)
        [now] = clock.in_words(applications.of(session, duty.suggestion_id), UNITS)
        applications.end(row, State.TAKEN_BACK, MORNING)

        assert now == "交通局正在填写延期申请，原定2026年6月2日（周二）答复。"
        assert clock.in_words(applications.of(session, duty.suggestion_id), UNITS) == []


def test_a_pause_says_since_when_why_and_for_how_many_days(sqlite) -> None:
    world = World(sqlite)
    case = world.submit()
    with world.database.transaction() as session:
        changes.hold(session, case.business_key, "等上级批复。", "代工委甲", world.at, (7,))
    with world.reading() as session:
        [standing] = clock.pauses(session, case.suggestion, world.at + timedelta(days=11))
    world.at += timedelta(days=12)
    with world.database.transaction() as session:
        changes.resume(session, case.business_key, "批复已到。", "代工委甲", world.at)
    with world.reading() as session:
        [over] = clock.pauses(session, case.suggestion, world.at + timedelta(days=40))

    assert standing.sentence == "2026年3月2日（周一）起暂停计时，已暂停 12 天（另计）。"
    assert (standing.reason, standing.consent, standing.stands) == ("等上级批复。", (7,), True)
    assert over.sentence == "2026年3月2日（周一）至2026年3月13日（周五）暂停计时 12 天（另计）。"
    assert (over.stands, over.days) == (False, 12)


def test_a_case_that_never_stood_has_no_pause(sqlite) -> None:
    world = World(sqlite)
    case = world.submit()

    with world.reading() as session:
        assert clock.pauses(session, case.suggestion, world.at) == []
