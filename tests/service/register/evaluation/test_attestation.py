"""The history vouches for every rating: a changed one shows, an amended or disowned one leaves an event, none is told."""

import hashlib
from collections.abc import Callable
from datetime import UTC, timedelta
from itertools import product

import orjson
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service import history
from service.register.evaluation import attestation, evaluations, proxies, ratings
from service.register.evaluation.attestation import Happening
from service.register.evaluation.ratings import Mark, Rating
from service.tables.evaluation import Evaluation
from service.tables.runtime import HistoryEvent
from tests.conftest import MORNING
from tests.replied_case import RepliedCase, replied

GOOD = Rating(Mark.SATISFIED, Mark.SATISFIED)
BAD = Rating(Mark.SATISFIED, Mark.DISSATISFIED, text="护栏还没有装")
PAPER = Rating(Mark.SATISFIED, Mark.BASICALLY_SATISFIED)
LATER = MORNING + timedelta(hours=3)


def happened(session: Session, row: Evaluation) -> list[tuple[str, str | None]]:
    return [(event.kind, event.by) for event in history.of(session, row.instance_id)]


def faults(session: Session, row: Evaluation) -> list[str]:
    session.flush()
    session.expire_all()
    return list(attestation.compare(session, row.instance_id).faults)


def on_paper(session: Session, row: Evaluation) -> None:
    entry = proxies.open_entry(session, row.id, [7], "代工委甲", MORNING)
    proxies.enter(session, entry.id, PAPER, "代工委甲", MORNING)
    marks = (PAPER.attitude, PAPER.result)
    proxies.check(session, entry.id, marks, "代工委乙", MORNING)


def test_a_rating_given_and_amended_is_vouched_for(session: Session, row: Evaluation) -> None:
    evaluations.rate(session, row.id, BAD, "代表甲", LATER)
    evaluations.amend(session, row.id, GOOD, "代表甲", LATER)

    assert happened(session, row) == [
        ("evaluations_opened", None),
        ("rating_given", "代表甲"),
        ("rating_amended", "代表甲"),
    ]
    assert faults(session, row) == []
    assert history.verify(session, row.instance_id).intact


def test_a_disowned_rating_leaves_an_event(session: Session, row: Evaluation) -> None:
    evaluations.rate(session, row.id, BAD, "代表甲", LATER)
    evaluations.deny(session, row.id, "代表甲", LATER)

    assert happened(session, row)[-1] == ("rating_taken_back", "代表甲")
    assert faults(session, row) == []
    evaluations.rate(session, row.id, GOOD, "代表甲", LATER)
    evaluations.seal(session, row.instance_id, 1, LATER)
    evaluations.deny(session, row.id, "代表甲", LATER)

    assert faults(session, row) == []


def test_a_rating_from_paper_leaves_an_event_in_its_case(session: Session, row: Evaluation) -> None:
    on_paper(session, row)

    assert happened(session, row)[-1] == ("rating_from_paper", "代工委乙")
    assert faults(session, row) == []


def test_a_deputy_without_a_reply_takes_the_paper_s_rating_out(
    session: Session, row: Evaluation
) -> None:
    on_paper(session, row)

    evaluations.ask_supplement(session, row.id, ratings.ContactCheck.NO_REPLY, "代表甲", LATER)

    assert ratings.of(row) is None
    assert happened(session, row)[-1] == ("rating_taken_back", "代表甲")
    assert faults(session, row) == []


CHANGES: dict[str, object] = {
    "attitude_rating": "dissatisfied",
    "result_rating": "satisfied",
    "contact_check": "met",
    "text": "都好",
    "text_may_be_shared": True,
    "text_may_be_published": True,
    "reply_class_agreed": True,
    "wants_meeting": True,
    "meeting_wish": "周三",
    "proxy_entered": True,
    "rated_at": LATER + timedelta(hours=1),
    "amended_at": LATER,
    "state": "no_feedback",
    "deputy": "代表乙",
    "round": 2,
}


@pytest.mark.parametrize("column", CHANGES)
def test_a_rating_changed_in_the_table_shows(
    session: Session, row: Evaluation, column: str
) -> None:
    evaluations.rate(session, row.id, BAD, "代表甲", LATER)
    assert faults(session, row) == []

    session.execute(update(Evaluation).values({column: CHANGES[column]}))

    [fault] = faults(session, row)
    assert f"第 {row.id} 号评价与登记时的校验值不符" in fault
    assert not any(mark.label in fault for mark in Mark)
    assert history.verify(session, row.instance_id).intact  # the chain itself was left alone


def test_every_column_that_a_rating_fills_is_vouched_for(session: Session) -> None:
    kept = set(Evaluation.__table__.columns.keys())
    moved_by_the_process = {"id", "suggestion_id", "instance_id", "assignment_id", "unit"}
    moved_by_the_process |= {"created_at", "sealed_at"}

    assert kept - moved_by_the_process == set(CHANGES)


def _rated(session: Session, row: Evaluation) -> None:
    session.execute(
        update(Evaluation).values(
            state="rated", attitude_rating="satisfied", result_rating="satisfied", rated_at=LATER
        )
    )


def _removed(session: Session, row: Evaluation) -> None:
    session.delete(row)


def _disowned_and_back(session: Session, row: Evaluation) -> None:
    evaluations.rate(session, row.id, BAD, "代表甲", LATER)
    evaluations.deny(session, row.id, "代表甲", LATER)
    _rated(session, row)


def _event_removed(session: Session, row: Evaluation) -> None:
    evaluations.rate(session, row.id, BAD, "代表甲", LATER)
    event = session.scalars(
        select(HistoryEvent).where(HistoryEvent.kind == Happening.GIVEN.value)
    ).one()
    session.delete(event)


@pytest.mark.parametrize("change", [_rated, _removed, _disowned_and_back, _event_removed])
def test_a_rating_that_nobody_gave_or_that_is_gone_shows(
    session: Session, row: Evaluation, change: Callable[[Session, Evaluation], None]
) -> None:
    instance_id = row.instance_id

    change(session, row)
    session.flush()
    session.expire_all()

    assert len(attestation.compare(session, instance_id).faults) == 1


def test_who_reads_the_history_learns_nothing_of_a_mark(session: Session, row: Evaluation) -> None:
    evaluations.rate(session, row.id, BAD, "代表甲", LATER)
    [event] = [
        each for each in history.of(session, row.instance_id) if each.kind == Happening.GIVEN
    ]
    given = dict(ratings.columns(row))

    # Everything but the key is known to whoever reads table names, program and moment.
    for attitude, result in product(Mark, Mark):
        guess = {**given, "attitude": attitude, "result": result}
        guess["rated_at"] = LATER.astimezone(UTC).isoformat(timespec="microseconds")
        whose = [row.id, row.suggestion_id, row.deputy, row.unit, row.round]
        plain = orjson.dumps([*whose, *guess.values()])
        assert hashlib.sha256(plain).hexdigest() != event.data["digest"]
    assert set(event.data) == {"row", "digest", "key"}
    assert event.process_id == attestation.PROCESS  # kept from whoever may not follow an evaluation


def test_the_same_marks_given_twice_have_different_digests(session: Session) -> None:
    digests = set()
    for _ in range(2):
        case = replied(session)
        [row] = evaluations.open_round(session, case.instance_id, case.suggestion.id, 1, MORNING)
        evaluations.rate(session, row.id, GOOD, "代表甲", LATER)
        digests |= {
            event.data["digest"]
            for event in history.of(session, case.instance_id)
            if "digest" in event.data
        }

    assert len(digests) == 2


# What cannot be compared


def test_what_an_earlier_release_opened_is_not_compared_and_says_so(
    session: Session, case: RepliedCase
) -> None:
    old = Evaluation(
        suggestion_id=case.suggestion.id,
        instance_id=case.instance_id,
        deputy="代表甲",
        unit="JT",
        round=1,
        state="pending",
        created_at=MORNING,
    )
    session.add(old)
    session.flush()
    before = attestation.compare(session, case.instance_id)
    ratings.write(old, BAD, LATER)
    old.state = "rated"
    session.flush()

    found = attestation.compare(session, case.instance_id)

    assert found.faults == []
    assert found.gaps == before.gaps  # whether it was rated is not told
    [gap] = found.gaps
    assert "旧版本程序建立的" in gap


def test_what_an_earlier_release_opened_and_this_one_rated_is_compared(
    session: Session, row: Evaluation
) -> None:
    for event in history.of(session, row.instance_id):
        session.delete(event)
    session.flush()
    evaluations.rate(session, row.id, BAD, "代表甲", LATER)
    assert faults(session, row) == []

    session.execute(update(Evaluation).values(result_rating="satisfied"))

    assert len(faults(session, row)) == 1


def test_another_key_compares_nothing_and_says_so(
    session: Session, row: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluations.rate(session, row.id, BAD, "代表甲", LATER)
    session.flush()
    monkeypatch.setattr(session.info["database"], "secret", "another one")

    found = attestation.compare(session, row.instance_id)

    assert found.faults == []
    assert "签名密钥更换过" in found.gaps[0]
