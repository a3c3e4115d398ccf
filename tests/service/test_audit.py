"""What keepers change is appended to one chain, which vouches for itself."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from service import audit
from service.audit import Act, Filter
from service.database import Database
from service.tables.audit import AuditEvent
from tests.conftest import MORNING


@pytest.fixture
def recorded(database: Database) -> Database:
    acts = [
        ("root", Act.LIMIT, "reply.normal", "答复由 3 个月改为 60 日。", "市委要求"),
        ("root", Act.CALENDAR, "2027", "导入 2027 年放假安排。", "国务院通知"),
        ("yw", Act.CASE, "suggestion:17", "暂停计时。", "代表同意"),
    ]
    with database.transaction() as session:
        for number, (by, act, subject, sentence, reason) in enumerate(acts):
            at = MORNING + timedelta(hours=number)
            audit.record(session, by, at, act, subject, sentence, reason, {"at": at})
    return database


def subjects(database: Database, **asked: object) -> list[str]:
    with database.reading() as session:
        return [row.subject for row in audit.latest(session, 10, where=Filter(**asked))]


def test_events_are_numbered_without_a_gap_and_verified(recorded: Database) -> None:
    with recorded.reading() as session:
        found = audit.verify(session)

        assert (found.head.seq, found.faults) == (3, ())
        assert [row.seq for row in audit.latest(session, 2)] == [3, 2]
        assert [row.seq for row in audit.latest(session, 2, before=2)] == [1]


def test_nothing_recorded_is_intact(sqlite: Database) -> None:
    with sqlite.reading() as session:
        assert audit.verify(session).faults == ()


def test_readers_ask_by_kind_person_words_and_time(recorded: Database) -> None:
    assert subjects(recorded, act="calendar") == ["2027"]
    assert subjects(recorded, by="yw") == ["suggestion:17"]
    assert subjects(recorded, words="市委") == ["reply.normal"]
    assert subjects(recorded, words="%") == []
    assert subjects(recorded, since=MORNING + timedelta(hours=1)) == ["suggestion:17", "2027"]
    assert subjects(recorded, until=MORNING + timedelta(hours=1)) == ["reply.normal"]


def test_an_altered_event_is_found(recorded: Database) -> None:
    with recorded.transaction() as session:
        session.execute(update(AuditEvent).where(AuditEvent.seq == 2).values(reason="别的理由"))
    with recorded.reading() as session:
        [fault] = audit.verify(session).faults

        assert "第 2 条" in fault


def test_a_missing_event_is_found_in_the_middle_and_at_the_end(recorded: Database) -> None:
    with recorded.transaction() as session:
        session.execute(delete(AuditEvent).where(AuditEvent.seq == 3))
    with recorded.reading() as session:
        assert "应有 3 条，现有 2 条" in audit.verify(session).faults[-1]
    with recorded.transaction() as session:
        session.execute(delete(AuditEvent).where(AuditEvent.seq == 1))
    with recorded.reading() as session:
        assert "第 1 至 1 条记录缺失" in audit.verify(session).faults[0]
