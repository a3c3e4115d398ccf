"""Both sides read on the case's page which later days were asked for."""

from sqlalchemy.orm import Session

from service.register.casefile import clock
from service.register.extension import applications
from service.register.extension.kinds import State
from service.tables.assignments import Assignment
from tests.conftest import MORNING
from tests.handled import assign, session_of, suggest
from tests.service.register.extension.conftest import DUE
from tests.world import moment

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
            clock.extensions(session, applied(session, state).suggestion_id, UNITS)[0]
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
        [now] = clock.extensions(session, duty.suggestion_id, UNITS)
        applications.end(row, State.TAKEN_BACK, MORNING)

        assert now == "交通局正在填写延期申请，原定2026年6月2日（周二）答复。"
        assert clock.extensions(session, duty.suggestion_id, UNITS) == []
