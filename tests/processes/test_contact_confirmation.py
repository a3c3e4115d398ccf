"""沟通确认: what a unit wrote about a contact is true when the deputy says so, or the congress office on evidence."""

from sqlalchemy import select

from service.register.handling import contacts
from service.register.handling.kinds import Stage
from service.tables.assignments import Assignment
from service.tables.handling import ContactRecord
from tests.conftest import MORNING
from tests.handled import CONTACT, attach, met, sign, start
from tests.world import World, assert_every_flow_taken, moment


def recorded(world: World) -> None:
    """Let the transport bureau have written down a meeting."""
    signed = sign(world, sole="JT")
    with world.database.transaction() as session:
        assignment = session.get_one(Assignment, signed.lead)
        contact = contacts.record(
            session, assignment, Stage.BEFORE, met(), "交通局承办人", MORNING
        ).id
    start(world, "contact_confirmation", signed, contact=contact)


def settled(world: World) -> list[tuple[str, str | None]]:
    with world.reading() as session:
        rows = session.scalars(select(ContactRecord).order_by(ContactRecord.id))
        return [(row.confirmation, row.confirmed_as) for row in rows]


def test_the_deputy_confirms(world: World) -> None:
    recorded(world)
    assert world.inbox("代表甲") == ["确认沟通"]
    assert world.inbox("代表乙") == []

    world.do("确认沟通", by="代表甲", contact_true="yes")

    assert world.ended() == "End_confirmed"
    assert settled(world) == [("confirmed", "deputy")]


def test_a_deputy_nobody_spoke_with_is_spoken_with_again(world: World) -> None:
    recorded(world)

    world.do("确认沟通", by="代表甲", contact_true="no", note="没有人联系过我")
    assert world.open_tasks() == ["重新沟通"]

    world.do("重新沟通", by="交通局承办人", **CONTACT)
    world.do("确认沟通", by="代表甲", contact_true="yes")

    assert world.ended() == "End_confirmed"
    assert settled(world) == [("denied", "deputy"), ("confirmed", "deputy")]


def test_a_denial_needs_a_word(world: World) -> None:
    recorded(world)

    assert "说明" in world.refused("确认沟通", by="代表甲", contact_true="no", note="")["note"]


def test_a_silent_deputy_holds_nobody_up(world: World) -> None:
    recorded(world)

    world.until("确认期限届满")

    assert world.at == moment("2026-03-09", "18:00")
    assert world.open_tasks() == ["核实沟通"]
    assert world.inbox("代表甲") == []

    proof = attach(world)
    world.do("核实沟通", by="代工委甲", contact_true="yes", note="已电话核实", evidence=[proof])

    assert world.ended() == "End_confirmed"
    assert settled(world) == [("confirmed", "office")]


def test_the_office_does_not_take_the_units_word_for_it(world: World) -> None:
    recorded(world)
    world.until("确认期限届满")

    refused = world.refused("核实沟通", by="代工委甲", contact_true="yes", note="单位说联系过")
    assert "请上传" in refused["evidence"]

    world.do("核实沟通", by="代工委甲", contact_true="no", note="查不到任何记录")
    assert world.open_tasks() == ["重新沟通"]


def test_every_way_was_gone() -> None:
    assert_every_flow_taken("contact_confirmation")
