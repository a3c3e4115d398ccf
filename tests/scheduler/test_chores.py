from datetime import timedelta

from scheduler import chores
from service.register.common import attachments
from service.register.common.attachments import Store
from service.register.people import signing_in
from service.register.people.passwords import PasswordCost, hash_password
from service.tables.people import Person
from tests.conftest import MORNING

CHEAP = PasswordCost(passes=1, memory_kib=32)


def test_sessions_that_are_over_are_forgotten(database):
    with database.transaction() as session:
        hashed = hash_password("a long enough password", CHEAP)
        session.add(Person(login="li_ming", name="李明", password_hash=hashed, failed_sign_ins=0))
    with database.transaction() as session:
        signing_in.sign_in(session, "li_ming", "a long enough password", MORNING, "", "", CHEAP)

    assert chores.forget_sessions(database, MORNING) == 0
    assert chores.forget_sessions(database, MORNING + timedelta(days=60)) == 1


def test_uploads_nobody_handed_in_are_swept_after_two_days(database, tmp_path):
    store = Store(tmp_path, 1_000_000)
    with database.transaction() as session:
        attachments.add(
            session, store, "说明.txt", "现场情况".encode(), "li_ming", MORNING, task_id="task"
        )

    assert chores.sweep_uploads(store, database, MORNING + timedelta(days=1)) == 0
    assert chores.sweep_uploads(store, database, MORNING + timedelta(days=3)) == 1


def test_every_chore_has_a_name_of_its_own(tmp_path):
    names = [chore.name for chore in chores.chores(Store(tmp_path, 1), {}, "")]

    assert sorted(names) == ["outbox", "sessions", "uploads"]
