"""Who may see a case, from its submission on."""

import pytest
from sqlalchemy import insert, update

from service.authority import reading
from service.database import Database
from service.register.people import directory as people
from service.tables.runtime import ProcessInstance, TaskCandidate, UserTask
from tests.world import COMPLETE, World


def seen_by(world: World, *logins: str, key: str | None = None) -> set[str]:
    assert world.case is not None
    wanted = key or world.case.business_key
    with world.database.reading() as session:
        return {
            login
            for login in logins
            if reading.may_see(session, people.actor(session, login), wanted)
        }


EVERYBODY = (
    "代表甲",
    "代表乙",
    "代表丙",
    "云溪代表团",
    "白崖代表团",
    "石门主席团",
    "代工委甲",
    "常委会办公室",
    "主任会议",
    "政府办",
    "督查室",
    "副市长",
    "交通局承办人",
    "公安局承办人",
    "管理员",
    "设计员",
    "审计员",
    "运维",
)
CONGRESS = {"代工委甲", "常委会办公室", "主任会议"}
GOVERNMENT = {"政府办", "督查室", "副市长"}


@pytest.fixture
def world(sqlite: Database) -> World:
    return World(sqlite)


def test_a_case_is_seen_by_more_people_the_further_it_gets(world: World) -> None:
    world.submit(co_signers=["代表乙"])
    at_first = seen_by(world, *EVERYBODY)
    assert at_first == {"代表甲", "代表乙", "云溪代表团"} | CONGRESS

    world.do("确认联名", by="代表乙", co_sign="agree")
    world.do("审查建议", by="代工委甲", review_conclusion="register", checklist=COMPLETE)
    assert seen_by(world, *EVERYBODY) == at_first | GOVERNMENT

    world.dispatch(lead="JT")
    assert seen_by(world, *EVERYBODY) == at_first | GOVERNMENT | {"交通局承办人"}


def test_a_town_sees_its_own(world: World) -> None:
    world.submit(by="镇代表", level="town")

    assert "石门主席团" in seen_by(world, *EVERYBODY)


@pytest.mark.parametrize("key", ["", "suggestion:", "suggestion:999", "sealed:abc", "other:1", "x"])
def test_a_key_of_nothing_concerns_nobody(world: World, key: str) -> None:
    world.submit()

    assert seen_by(world, *EVERYBODY, key=key or "none") == set()


def test_whoever_has_something_to_do_may_see_what_it_is_about(world: World) -> None:
    world.submit()
    assert seen_by(world, "信息公开员", "保密审查员") == set()

    with world.database.transaction() as session:
        session.execute(update(TaskCandidate).values(candidate="publisher"))
    assert seen_by(world, "信息公开员", "保密审查员") == {"信息公开员"}

    with world.database.transaction() as session:
        session.execute(update(UserTask).values(assignee="保密审查员"))
    assert seen_by(world, "信息公开员", "保密审查员") == {"保密审查员"}


@pytest.mark.parametrize(
    ("key", "is_one"),
    [
        ("suggestion:17", True),
        ("supervision:3", True),
        ("evaluation:5", True),
        ("suggestion:", False),
        ("leave:1", False),
        ("", False),
        (None, False),
    ],
)
def test_a_case_of_the_register_is_told_from_another_s_key(key, is_one):
    assert reading.is_case(key) is is_one


def test_a_key_that_can_be_no_row_is_no_case(world: World) -> None:
    world.submit(by="代表甲")
    keys = ["suggestion:99999999999999999999", "suggestion:x", "supervision:-1", "suggestion:1\x00"]

    with world.reading() as session:
        office = people.actor(session, "代工委甲")
        assert not any(
            reading.is_case(key) or reading.may_see(session, office, key) for key in keys
        )


@pytest.mark.parametrize(
    "key",
    ["suggestion:17", "Suggestion:17", " supervision:x", "evaluation", "suggestion:99999999999"],
)
def test_what_looks_like_a_case_names_one(key: str) -> None:
    assert reading.names_a_case(key)


def test_a_task_that_somebody_else_s_process_made_opens_no_case(world: World) -> None:
    case = world.submit()
    with world.database.transaction() as session:
        own = session.get_one(ProcessInstance, case.instance)
        planted = {  # as a release before this one let a keeper begin it
            column.name: getattr(own, column.name) for column in ProcessInstance.__table__.columns
        } | {"id": 9_999, "process_id": "dispatch_and_return", "started_by": "运维"}
        session.execute(insert(ProcessInstance).values(planted))
        session.execute(
            insert(UserTask).values(
                id="planted",
                instance_id=9_999,
                process_id="dispatch_and_return",
                business_key=case.business_key,
                element_id="x",
                name="x",
                lane="",
                assignee="运维",
                candidates=[],
                created_at=world.at,
            )
        )

    assert seen_by(world, "运维") == set()


def test_the_deputy_s_written_consent_is_for_readers_who_may_know_the_name(world: World) -> None:
    case = world.register(by="代表甲", identity_protected=True)
    world.dispatch("JT")
    world.sign()
    key = f"{reading.CONSENT}:{case.suggestion}"

    with world.reading() as session:
        may = {
            login: reading.may_see(session, people.actor(session, login), key)
            for login in ("代表甲", "代工委甲", "交通局承办人", "政府办", "公安局承办人", "管理员")
        }

    assert [login for login, allowed in may.items() if allowed] == ["代表甲", "代工委甲"]
