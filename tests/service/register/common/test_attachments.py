"""A file is kept once, and belongs to whoever handed it in until its case has it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import NotFound
from service.register.common import attachments
from service.register.common.attachments import Store
from service.tables.suggestions import Attachment
from tests.conftest import MORNING


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files", max_bytes=1024 * 1024)


def add(session: Session, store: Store, name: str, content: bytes, **where: str) -> Attachment:
    return attachments.add(session, store, name, content, "li_ming", MORNING, **where)


def test_the_same_content_is_kept_once(sqlite: Database, store: Store) -> None:
    with sqlite.transaction() as session:
        one = add(session, store, "甲.txt", b"same")
        other = add(session, store, "乙.txt", b"same")

    assert one.id != other.id
    assert [p.name for p in store.folder.rglob("*") if p.is_file()] == [one.sha256]


def test_a_form_may_name_the_persons_own_uploads_for_it_and_the_cases_files(
    sqlite: Database, store: Store
) -> None:
    with sqlite.transaction() as session:
        own = add(session, store, "甲.txt", b"1", task_id="t1")
        of_case = add(session, store, "乙.txt", b"2", business_key="suggestion:1")
        add(session, store, "丙.txt", b"3", task_id="t2")
        add(session, store, "丁.txt", b"4", business_key="suggestion:2")

        offered = attachments.offered(session, "li_ming", "t1", "suggestion:1")
        strangers = attachments.offered(session, "wang", "t1")

    assert offered == [(str(own.id), "甲.txt（1 字节）"), (str(of_case.id), "乙.txt（1 字节）")]
    assert strangers == []


def test_uploads_join_the_case_they_are_handed_in_with(sqlite: Database, store: Store) -> None:
    with sqlite.transaction() as session:
        own = add(session, store, "甲.txt", b"1", task_id="t1")
        other = add(session, store, "乙.txt", b"2", business_key="suggestion:2")

        attachments.adopt(session, [own.id, other.id], "suggestion:1", "li_ming")
        attachments.adopt(session, [own.id], "suggestion:3", "wang")

    with sqlite.reading() as session:
        assert [a.name for a in attachments.of_case(session, "suggestion:1")] == ["甲.txt"]
        assert [a.name for a in attachments.of_case(session, "suggestion:2")] == ["乙.txt"]


def test_what_was_never_handed_in_is_forgotten_and_what_is_used_elsewhere_stays(
    sqlite: Database, store: Store
) -> None:
    with sqlite.transaction() as session:
        lost = add(session, store, "甲.txt", b"lost", task_id="t1")
        shared = add(session, store, "乙.txt", b"shared", task_id="t1")
        kept = add(session, store, "丙.txt", b"shared", business_key="suggestion:1")

    with sqlite.transaction() as session:
        assert attachments.sweep(session, store, MORNING) == 0
        assert attachments.sweep(session, store, MORNING + timedelta(days=1)) == 2

    assert not store.path(lost.sha256).exists()
    assert store.path(shared.sha256).exists()
    with sqlite.reading() as session:
        assert attachments.get(session, kept.id).name == "丙.txt"
        with pytest.raises(NotFound):
            attachments.get(session, lost.id)
