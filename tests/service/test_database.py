"""The one begin and commit: what is kept, what is undone, and what a person reads when the store is gone."""

import sqlite3
import threading
from datetime import timedelta

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, func, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from service import database as store
from service.database import (
    MIGRATIONS,
    Database,
    after_commit,
    kept,
    normalised,
    nudge,
    together,
    upsert,
)
from service.deadlines import policies
from service.errors import DatabaseTooNew, DatabaseUnavailable, SettingInvalid
from service.tables import Base
from service.tables.people import Post, Term, Unit
from service.tables.runtime import SchedulerLease, TaskCandidate, TimerJob, UserTask
from tests.conftest import MORNING


def town(code: str) -> Unit:
    return Unit(code=code, name=code, short_name=code, system="government", level="town")


def towns(database: Database) -> int | None:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Unit))


def test_a_block_that_ends_is_kept(database):
    with database.transaction() as session:
        session.add(town("A"))

    assert towns(database) == 1


def test_a_block_that_raises_leaves_nothing(database):
    with pytest.raises(ValueError), database.transaction() as session:
        session.add(town("A"))
        session.flush()
        raise ValueError("no")

    assert towns(database) == 0


def test_a_row_that_is_there_already_is_changed_instead(database):
    for name in ("甲", "乙"):
        with database.transaction() as session:
            row = {
                "code": "A",
                "name": name,
                "short_name": name,
                "system": "party",
                "level": "city",
            }
            new = upsert(session, Unit).values(active=True, small=False, **row)
            session.execute(
                new.on_conflict_do_update(index_elements=["code"], set_={"name": new.excluded.name})
            )

    with database.reading() as session:
        unit = session.get_one(Unit, "A")
        assert (unit.name, unit.short_name) == ("乙", "甲")


def test_callbacks_run_after_the_commit_and_only_then(database):
    seen = []

    with database.transaction() as session:
        session.add(town("A"))
        after_commit(session, lambda: seen.append(towns(database)))
        assert seen == []

    assert seen == [1]


def test_callbacks_of_a_block_that_raises_never_run(database):
    seen = []

    with pytest.raises(ValueError), database.transaction() as session:
        after_commit(session, lambda: seen.append("called"))
        raise ValueError("no")

    assert seen == []


def test_the_clock_is_told_of_a_timer_once_it_is_durable(database):
    told = []
    database.on_due.append(lambda due_at: told.append((due_at, towns(database))))

    with database.transaction() as session:
        session.add(town("A"))
        nudge(session, MORNING)

    assert told == [(MORNING, 1)]


def test_a_process_keeps_one_object_of_a_kind_for_a_database(database):
    class Cache:
        pass

    with database.transaction() as session:
        first = kept(session, Cache)
    with database.reading() as session:
        assert kept(session, Cache) is first


def test_reading_cannot_write(database):
    with pytest.raises(DBAPIError), database.reading() as session:
        session.execute(text("DELETE FROM units"))


def test_reading_after_a_refused_write_still_works(database):
    with pytest.raises(DBAPIError), database.reading() as session:
        session.execute(text("DELETE FROM units"))

    with database.transaction() as session:
        session.add(town("A"))
    assert towns(database) == 1


def test_reading_asks_once_for_a_row_that_nobody_holds(database):
    with database.transaction() as session:
        session.add(town("A"))
    asked = []
    event.listen(database.reader, "before_cursor_execute", lambda *given: asked.append(given[2]))

    with database.reading() as session:
        names = [session.get_one(Unit, "A").name for _ in range(3)]

    assert names == ["A", "A", "A"]
    assert len(asked) == 1


def test_reading_does_not_wait_for_a_writer(database):
    with database.transaction() as session:
        session.add(town("A"))
        session.flush()

        assert towns(database) == 0


def test_writers_of_one_process_take_turns_without_losing_a_count(database):
    with database.transaction() as session:
        session.add(Term(term=1, session=0, level="city", opens_on=MORNING, closes_on=MORNING))

    def count():
        for _ in range(20):
            with database.transaction() as session:
                term = session.scalars(select(Term).with_for_update()).one()
                term.session += 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as session:
        assert session.scalar(select(Term.session)) == 80


def test_what_is_sent_together_arrives_together(database):
    with database.transaction() as session:
        connection = session.connection()
        with together(connection):
            for code in "ABC":
                connection.execute(insert(Unit.__table__), vars_of(town(code)))

    assert towns(database) == 3


def test_a_failure_among_what_is_sent_together_undoes_all(database):
    with pytest.raises((DBAPIError, psycopg.Error)), database.transaction() as session:
        connection = session.connection()
        with together(connection):
            for code in "ABA":
                connection.execute(insert(Unit.__table__), vars_of(town(code)))

    assert towns(database) == 0
    with database.transaction() as session:
        session.add(town("A"))
    assert towns(database) == 1


def vars_of(unit: Unit) -> dict[str, object]:
    names = ("code", "name", "short_name", "system", "level")
    return {name: getattr(unit, name) for name in names} | {"active": True}


def test_foreign_keys_hold(database):
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(Post(login="nobody", role="deputy", scope=None))


def test_moments_come_back_aware_and_unchanged(database):
    shanghai = MORNING.astimezone().replace(microsecond=123456)
    with database.transaction() as session:
        session.add(SchedulerLease(name="clock", holder="a", beat_at=shanghai, until=shanghai))

    with database.reading() as session:
        lease = session.get_one(SchedulerLease, "clock")
    assert lease.beat_at == shanghai
    assert lease.beat_at.utcoffset() == timedelta(0)


def test_a_naive_moment_is_refused(database):
    naive = MORNING.replace(tzinfo=None)

    with (
        pytest.raises(StatementError, match="naive"),
        database.transaction() as session,
    ):
        session.add(SchedulerLease(name="clock", holder="a", beat_at=naive, until=naive))


def test_commits_are_durable_on_sqlite(sqlite):
    with sqlite.transaction() as session:
        pragmas = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10000,
    }


def test_preparing_twice_changes_nothing(database):
    with database.transaction() as session:
        session.add(town("A"))

    database.prepare()

    assert towns(database) == 1


def test_the_revisions_create_what_the_tables_declare(database):
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert differences == []


def test_a_store_of_the_first_release_is_brought_to_the_same_tables(postgresql_server, tmp_path):
    with psycopg.connect(f"{postgresql_server}/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS older")
        connection.execute("CREATE DATABASE older")
    for url in (f"sqlite:///{tmp_path}/older.db", f"{postgresql_server}/older"):
        database = Database(url)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with database.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "0001")
            tables = set(inspect(connection).get_table_names())
            assert tables == {*Base.metadata.tables, "alembic_version"} - LATER
            connection.execute(
                insert(Unit).values(
                    code="A", name="A", short_name="A", system="government", level="town"
                )
            )

        database.prepare()

        with database.engine.connect() as connection:
            context = MigrationContext.configure(connection)
            assert compare_metadata(context, Base.metadata) == []
            assert (
                context.get_current_revision()
                == ScriptDirectory(str(MIGRATIONS)).get_current_head()
            )
        assert towns(database) == 1
        database.close()


LATER = {
    "deployed_decisions",
    "deployment_proposals",
    "proposed_files",
    "refusals",
    "audit_events",
    "audit_heads",
    "rule_lists",
    "extensions",
    "office_closures",
    "office_hours",
    "deadline_pauses",
    "deadline_extensions",
    "notice_readings",
    "messages",
    "message_notices",
    "message_channels",
    "message_rules",
    "message_house",
    "calendar_feeds",
    "packaged_files",
    "case_messages",
    "instance_processes",
}
"""What came with later revisions."""


def test_rules_that_were_rows_give_way_to_the_decision_table(database):
    stepped_back(database, "0004")
    assert "color_rules" in inspect(database.engine).get_table_names()

    database.prepare()

    assert "color_rules" not in inspect(database.engine).get_table_names()


def test_limits_nobody_touched_become_steps_and_others_stay(database):
    with database.transaction() as session:
        policies.seed(session, MORNING)
    stepped_back(database, "0010")
    changed = "UPDATE deadline_policies SET changed_at = :at WHERE key = 'reply.proof'"
    with database.transaction() as session:
        session.execute(text(changed), {"at": MORNING.replace(tzinfo=None)})
        before = limits(session, "reply.draft", "reply.proof")
    assert before == [(10, "drafting_started"), (2, "drafted")]

    database.prepare()

    with database.reading() as session:
        assert limits(session, "reply.draft", "reply.proof") == [(-10, "reply_end"), (2, "drafted")]


def limits(session, *keys):
    asked = "SELECT amount, start_event FROM deadline_policies WHERE key = :key"
    return [tuple(session.execute(text(asked), {"key": key}).one()) for key in keys]


def stepped_back(database, revision):
    """Bring a database to the tables of an older release."""
    with database.engine.connect() as connection, connection.begin():
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def indexes(database):
    found = inspect(database.engine)
    return {
        (table, index["name"], tuple(index["column_names"]), str(sorted(index["dialect_options"])))
        for table in ("user_tasks", "timer_jobs")
        for index in found.get_indexes(table)
    }


def test_a_store_of_the_last_release_is_brought_up_to_date_with_what_it_holds(database):
    before = indexes(database)
    stepped_back(database, "0001")
    columns = {c["name"]: c for c in inspect(database.engine).get_columns("timer_jobs")}
    assert not columns["instance_id"]["nullable"]
    assert "form_key" not in {c["name"] for c in inspect(database.engine).get_columns("user_tasks")}
    with database.transaction() as session:
        for statement in OLD_ROWS:
            session.execute(text(statement))

    database.prepare()

    with database.reading() as session:
        [task] = session.scalars(select(UserTask))
        [job] = session.scalars(select(TimerJob))
        kept = session.scalar(select(TaskCandidate.candidate))
    assert (task.name, task.priority, task.form_key, task.follow_up_at) == ("审查", 50, None, None)
    assert (job.task_id, job.instance_id, kept) == ("t", 1, "deputy_office")
    assert indexes(database) == before
    test_the_revisions_create_what_the_tables_declare(database)


MORNING_TEXT = "'2026-03-02 01:00:00.000000'"
OLD_ROWS = (
    "INSERT INTO deployments (id, content_hash, deployed_at, note)"
    f" VALUES (1, 'x', {MORNING_TEXT}, '')",
    "INSERT INTO deployed_processes (id, deployment_id, process_id, version, name, file, calls)"
    " VALUES (1, 1, 'p', 1, 'p', 'p.bpmn', '{}')",
    "INSERT INTO process_instances (id, deployed_process_id, process_id, status, state, version,"
    f" started_at, history_seq, history_hash) VALUES (1, 1, 'p', 'running', '', 1, {MORNING_TEXT},"
    " 0, '')",
    "INSERT INTO user_tasks (id, instance_id, process_id, element_id, name, lane, candidates,"
    f" created_at, priority, version) VALUES ('t', 1, 'p', 'a', '审查', '', '[]', {MORNING_TEXT},"
    " 50, 1)",
    "INSERT INTO task_candidates (task_id, candidate, due_at)"
    f" VALUES ('t', 'deputy_office', {MORNING_TEXT})",
    "INSERT INTO timer_jobs (id, instance_id, kind, task_id, element_id, name, due_at, attempts)"
    f" VALUES ('t:1', 1, 'warning', 't', 'a', '审查', {MORNING_TEXT}, 0)",
)


def test_processes_that_start_together_prepare_once(postgresql_server, tmp_path):
    with psycopg.connect(f"{postgresql_server}/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS together")
        connection.execute("CREATE DATABASE together")
    for url in (f"{postgresql_server}/together", f"sqlite:///{tmp_path}/new/together.db"):
        failed = []

        def prepare(url=url, failed=failed):
            database = Database(url)
            try:
                database.prepare()
            except Exception as error:
                failed.append(error)
            finally:
                database.close()

        threads = [threading.Thread(target=prepare) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert failed == []
        database = Database(url)
        assert set(inspect(database.engine).get_table_names()) >= set(Base.metadata.tables)
        database.close()


def test_a_database_of_a_newer_release_is_left_alone(database):
    with database.transaction() as session:
        present = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseTooNew, match=r"9999.*请升级程序"):
        database.prepare()

    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": present})


def test_a_locked_file_asks_to_try_again(sqlite, impatient):
    holder = sqlite3.connect(sqlite.url.database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(DatabaseUnavailable, match="数据库正忙"), impatient.transaction() as session:
        session.add(town("A"))

    holder.execute("ROLLBACK")
    holder.close()
    with impatient.transaction() as session:
        session.add(town("A"))
    assert towns(sqlite) == 1


def test_a_thread_that_waits_too_long_for_its_turn_asks_to_try_again(impatient):

    with (
        impatient.transaction(),
        pytest.raises(DatabaseUnavailable, match="数据库正忙"),
        impatient.transaction(),
    ):
        pass


def test_a_full_disk_says_so_and_keeps_nothing(sqlite):
    with sqlite.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        connection.rollback()

        with pytest.raises(DatabaseUnavailable, match="磁盘已满"), sqlite.transaction() as session:
            session.connection().exec_driver_sql(f"PRAGMA max_page_count={pages}")
            session.add_all(town(f"{n}" * 400) for n in range(200))

    assert towns(sqlite) == 0


def test_a_file_that_cannot_be_opened_is_named(tmp_path):
    (tmp_path / "folder").mkdir()
    database = Database(f"sqlite:///{tmp_path}/folder")

    with pytest.raises(DatabaseUnavailable, match=f"打不开数据库文件 {tmp_path}/folder"):
        database.prepare()


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "letter.db").write_text("Dear Sir or Madam, " * 100)
    database = Database(f"sqlite:///{tmp_path}/letter.db")

    with pytest.raises(DatabaseUnavailable, match=r"letter\.db 不是数据库文件"):
        database.prepare()


def test_a_server_that_is_not_there_is_named_without_its_password():
    database = Database("postgresql://app:s3cret@127.0.0.1:1/tibanping")

    with (
        pytest.raises(DatabaseUnavailable, match="暂时连接不上") as gone,
        database.reading() as session,
    ):
        session.execute(text("SELECT 1"))

    assert "s3cret" not in str(gone.value)
    assert "127.0.0.1:1" in str(gone.value)


def test_a_database_that_does_not_exist_is_named(postgresql_server):
    database = Database(f"{postgresql_server}/nowhere")

    with pytest.raises(DatabaseUnavailable, match="nowhere 拒绝了连接"):
        database.prepare()


def test_a_connection_cut_in_a_transaction_is_told_and_the_next_one_works(postgresql):
    with pytest.raises(DatabaseUnavailable), postgresql.transaction() as session:
        session.add(town("A"))
        session.flush()
        cut(postgresql)
        session.execute(text("SELECT 1"))

    with postgresql.transaction() as session:
        session.add(town("B"))
    assert towns(postgresql) == 1


def test_a_connection_cut_while_nobody_looked_is_not_noticed(postgresql, monkeypatch):
    with postgresql.transaction() as session:
        session.add(town("A"))
    cut(postgresql)
    monkeypatch.setattr(store, "IDLE_BEFORE_PING", 0.0)

    with postgresql.transaction() as session:
        session.add(town("B"))

    assert towns(postgresql) == 2


def test_a_mistake_of_ours_is_not_called_an_outage(database):
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(text("SELECT * FROM no_such_table"))


def test_what_people_wrote_is_not_in_an_error(database):
    with pytest.raises(IntegrityError) as failed, database.transaction() as session:
        session.add_all([town("秘密镇"), town("秘密镇")])

    assert "[SQL parameters hidden" in str(failed.value)


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg"),
        ("postgresql://u:p@h/d", "postgresql+psycopg"),
        ("postgresql+psycopg://u:p@h/d", "postgresql+psycopg"),
        ("sqlite:///var/x.db", "sqlite+pysqlite"),
    ],
)
def test_addresses_get_the_driver_this_service_uses(given, driver):
    assert normalised(given).drivername == driver


@pytest.mark.parametrize(
    "given", ["mysql://u@h/d", "sqlite://", "sqlite:///:memory:", "var/x.db", ""]
)
def test_other_addresses_are_refused_by_the_setting_s_name(given):
    with pytest.raises(SettingInvalid, match="TIBANPING_DATABASE_URL"):
        normalised(given)


@pytest.fixture
def impatient(sqlite, monkeypatch):
    """The same file, opened by somebody who waits a tenth of a second."""
    monkeypatch.setattr(store, "WRITER_PATIENCE", 0.1)
    database = Database(sqlite.url.render_as_string())
    yield database
    database.close()


def cut(postgresql: Database) -> None:
    """Close every connection from the server's side, as a restart does."""
    with psycopg.connect(
        postgresql.url.set(drivername="postgresql").render_as_string(hide_password=False)
    ) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
