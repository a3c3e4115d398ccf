"""A rung tells whom it names, as the case stands at that moment, and shows nobody what is kept from them."""

from datetime import datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select

from service.database import Database
from service.deadlines import changes, policies
from service.deadlines.seed import Before, Policy
from service.deadlines.workdays import Unit
from service.delivery import kinds
from service.delivery.kinds import Kind
from service.runtime import reminders
from service.tables.people import Notification, Post
from tests.processes.test_handling import ANSWERS, answered
from tests.world import World

WD = Unit.WORKDAYS
REPLY = "“答复（一般件）”将于"


@pytest.fixture
def advancing(sqlite: Database) -> World:
    """The traffic bureau works on a suggestion, under the limit of the reply."""
    world = World(sqlite)
    world.register()
    world.dispatch()
    world.sign()
    world.carry_on("推进办理", ANSWERS)
    return world


def policy(world: World, key: str) -> Policy:
    with world.reading() as session:
        book = policies.in_force(session)
        return book.policies[key, ""][-1]


def remind(world: World, key: str, *rungs: Before) -> None:
    changed = policy(world, key)._replace(warnings=rungs)
    with world.database.transaction() as session:
        changes.apply(session, changed, "提醒的人不同", "管理员", world.at)


def told(world: World) -> list[tuple[str, str, str]]:
    """Return whom limits' rungs told, where it leads, and the words."""
    with world.reading() as session:
        rows = session.scalars(
            select(Notification)
            .where(Notification.kind.in_(("warning", "overdue")))
            .order_by(Notification.id)
        )
        return [(row.recipient, row.link, row.text) for row in rows]


def task_of(world: World, name: str) -> str:
    [row] = [row for row in world.waiting() if row.name == name]
    return row.id


def due(world: World, name: str) -> datetime:
    [row] = [row for row in world.waiting() if row.name == name]
    assert row.due_at is not None
    return row.due_at


def reply_due(world: World) -> datetime:
    found = world.suggestion().reply_due_at
    assert found is not None
    return found


def forget(world: World) -> None:
    with world.database.transaction() as session:
        session.execute(delete(Notification))


def test_the_legal_reply_has_rungs_before_on_and_after_the_day(advancing: World) -> None:
    forget(advancing)
    task = task_of(advancing, "推进办理")
    key = advancing.case.business_key if advancing.case else ""
    page = f"/suggestions/{key.removeprefix('suggestion:')}"

    advancing.pass_days(130)

    replies = [(who, link) for who, link, text in told(advancing) if "推进办理" in text]
    form = f"/tasks/{task}"
    assert replies == [
        ("unit_handler:JT", form),
        ("unit_handler:JT", form),  # the step's own
        ("unit_handler:JT", form),  # the end of the step itself
        ("unit_handler:JT", form),
        ("unit_liaison:JT", page),
        ("unit_handler:JT", form),
        ("unit_deputy_head:JT", page),
        ("unit_handler:JT", form),
        ("unit_head:JT", page),
        ("unit_handler:JT", form),
        ("unit_head:JT", page),
        ("deputy_office", page),
        ("gov_supervision", page),
    ]


def test_a_message_names_the_case_the_unit_and_the_step(advancing: World) -> None:
    remind(advancing, "reply.normal", Before(3, WD, ("unit_head",)))
    forget(advancing)

    advancing.until(reply_due(advancing))

    head = [text for who, _, text in told(advancing) if who == "unit_head:JT"]
    [text] = head
    own = advancing.suggestion()
    assert text.startswith(
        f"《{own.title}》（{own.case_no}）的交通局的“推进办理”还没有办完，“答复（一般件）”将于2026年"
    )
    assert text.endswith("到期，请及时办理。")


def test_posts_of_another_unit_are_not_told(advancing: World) -> None:
    remind(advancing, "reply.normal", Before(3, WD, ("unit_head", "vice_mayor", "gov_office")))
    forget(advancing)

    advancing.until(reply_due(advancing))

    who = {recipient for recipient, _, text in told(advancing) if REPLY in text}
    assert who == {"unit_head:JT", "vice_mayor", "gov_office"}


def test_when_nobody_holds_the_post_the_holder_is_told(advancing: World) -> None:
    remind(advancing, "reply.normal", Before(3, WD, ("unit_head",)))
    with advancing.database.transaction() as session:
        session.execute(delete(Post).where(Post.login == "交通局负责人"))
    forget(advancing)

    advancing.until(reply_due(advancing))

    assert {who for who, _, text in told(advancing) if REPLY in text} == {"unit_handler:JT"}


def test_posts_are_those_of_the_moment_and_not_of_the_start(advancing: World) -> None:
    remind(advancing, "reply.normal", Before(3, WD, ("committee",)))
    forget(advancing)
    with advancing.database.transaction() as session:
        own = session.merge(advancing.suggestion())
        own.oversight_committee = "HW"

    advancing.until(reply_due(advancing))

    assert "work_committee:HW" in {who for who, _, _ in told(advancing)}


def test_a_limit_that_is_past_says_so(advancing: World) -> None:
    remind(advancing, "reply.normal", Before(-1, WD, ("unit_head",)))
    forget(advancing)

    advancing.pass_days(130)

    [text] = [text for who, _, text in told(advancing) if who == "unit_head:JT"]
    assert "已于2026年" in text


def test_an_open_rating_is_known_to_its_deputy_and_the_congress_office_alone(
    sqlite: Database,
) -> None:
    world = World(sqlite)
    everybody = ("holder", "unit_head", "supervision", "congress", "gov_office", "vice_mayor")
    remind(world, "evaluate", Before(5, WD, everybody))
    answered(world)
    world.do("收悉审核", by="代工委甲", reply_check="qualified")
    forget(world)

    world.until(due(world, "填写评价"))

    assert {who for who, _, text in told(world) if "填写评价" in text} == {
        "代表甲",
        "deputy_office",
    }


def test_a_protected_deputy_is_not_named_to_the_unit(advancing: World) -> None:
    remind(advancing, "reply.normal", Before(3, WD, ("unit_head", "supervision")))
    forget(advancing)
    with advancing.database.transaction() as session:
        own = session.merge(advancing.suggestion())
        own.identity_protected = True

    advancing.until(reply_due(advancing))

    assert told(advancing)
    assert not [text for _, _, text in told(advancing) if "代表甲" in text]


def test_a_limit_in_hours_does_not_wait_for_the_next_morning(advancing: World) -> None:
    job = {"id": "a:1", "kind": "warning", "level": "", "base_at": advancing.at, "outer_key": None}
    cases = [("ft.accept.urgent", "warning"), ("sign", "warning"), (None, "overdue")]
    with advancing.reading() as session:
        named = [
            reminders._kind(session, SimpleNamespace(**{**job, "policy_key": key, "kind": kind}))
            for key, kind in cases
        ]

    assert named == ["urgent", "warning", "overdue"]
    assert [kinds.of(one) for one in named] == [Kind.URGENT, Kind.REMINDER, Kind.OVERDUE]
