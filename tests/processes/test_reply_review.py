"""答复审签: proofread, endorsed, signed; whoever does not agree sends it back and says why."""

import pytest

from service.operations import run
from service.register.handling import contacts
from service.register.handling.kinds import Stage
from service.register.reply import replies
from service.tables.assignments import Assignment
from service.tables.people import Unit
from tests.conftest import MORNING
from tests.handled import PROOF, REPLY, Signed, at, met, sign, start, status
from tests.world import World, assert_every_flow_taken

AGREE = {"endorse_conclusion": "agree"}
SIGN = {"issue_conclusion": "sign"}


def drafted(
    world: World, *, contacted: bool = True, small: bool = False, **changes: bool
) -> Signed:
    """Let a reply be drafted and handed in for review."""
    signed = sign(world, sole="JT", **changes)
    with world.database.transaction() as session:
        session.get_one(Unit, "JT").small = small
        assignment = session.get_one(Assignment, signed.lead)
        if contacted:
            row = contacts.record(session, assignment, Stage.BEFORE, met(), "交通局承办人", MORNING)
            contacts.settle(session, row.id, True, "", "代表甲", MORNING)
        found = run("submit_reply", at(assignment, REPLY))
    start(world, "reply_review", signed, **found)
    return signed


def test_three_desks_pass_it(world: World) -> None:
    signed = drafted(world)

    world.do("核稿", by="交通局核稿人", **PROOF)
    world.do("审签答复", by="交通局分管领导", **AGREE)
    world.do("签发答复", by="交通局负责人", **SIGN)

    assert world.ended() == "End_signed"
    with world.reading() as session:
        reply = replies.current(session, signed.lead)
        assert (reply.proofed_by, reply.endorsed_by, reply.issued_by) == (
            "交通局核稿人",
            "交通局分管领导",
            "交通局负责人",
        )


def test_a_small_unit_has_no_proofreader(world: World) -> None:
    drafted(world, small=True)
    assert world.open_tasks() == ["审签答复"]

    world.do("审签答复", by="交通局分管领导", **AGREE)

    assert world.open_tasks() == ["签发答复"]


RETURNS = (
    ("核稿", "交通局核稿人", {**PROOF, "proof_conclusion": "return"}, "End_proof_returned"),
    ("审签答复", "交通局分管领导", {"endorse_conclusion": "return"}, "End_endorse_returned"),
    ("签发答复", "交通局负责人", {"issue_conclusion": "return"}, "End_issue_returned"),
)


@pytest.mark.parametrize(("desk", "by", "values", "end"), RETURNS, ids=[r[3] for r in RETURNS])
def test_each_desk_may_return_it(
    world: World, desk: str, by: str, values: dict[str, object], end: str
) -> None:
    signed = drafted(world)
    if desk != "核稿":
        world.do("核稿", by="交通局核稿人", **PROOF)
    if desk == "签发答复":
        world.do("审签答复", by="交通局分管领导", **AGREE)
    assert "退回理由" in world.refused(desk, by=by, **values, reason="")["reason"]

    world.do(desk, by=by, **values, reason="第二条太空")

    assert world.ended() == end
    assert status(world, signed.lead) == "drafting"


def test_a_key_suggestion_passes_the_vice_mayor_before_it_is_signed(world: World) -> None:
    signed = drafted(world, is_key=True)
    world.do("核稿", by="交通局核稿人", **PROOF)
    world.do("审签答复", by="交通局分管领导", **AGREE)
    assert world.open_tasks() == ["领办审定"]

    world.do("领办审定", by="副市长", leader_conclusion="agree")

    refused = world.refused("签发答复", by="交通局负责人", **SIGN)
    assert "办中协商" in refused["issue_conclusion"], "a key suggestion needs more than one contact"

    with world.database.transaction() as session:
        assignment = session.get_one(Assignment, signed.lead)
        meeting = met(head_attended=True)
        contacts.record(session, assignment, Stage.DURING, meeting, "交通局负责人", MORNING)
    world.do("签发答复", by="交通局负责人", **SIGN)
    assert world.ended() == "End_signed"


def test_the_vice_mayor_may_return_it(world: World) -> None:
    drafted(world, is_key=True)
    world.do("核稿", by="交通局核稿人", **PROOF)
    world.do("审签答复", by="交通局分管领导", **AGREE)

    world.do("领办审定", by="副市长", leader_conclusion="return", reason="资金没有落实")

    assert world.ended() == "End_leader_returned"


def test_nothing_is_signed_without_a_contact_the_deputy_confirmed(world: World) -> None:
    drafted(world, contacted=False)
    world.do("核稿", by="交通局核稿人", **PROOF)
    world.do("审签答复", by="交通局分管领导", **AGREE)

    refused = world.refused("签发答复", by="交通局负责人", **SIGN)

    assert "还没有经代表确认的办前沟通记录" in refused["issue_conclusion"]
    assert world.open_tasks() == ["签发答复"], "nothing moved"


def test_nobody_else_may_sign(world: World) -> None:
    drafted(world)
    world.do("核稿", by="交通局核稿人", **PROOF)
    world.do("审签答复", by="交通局分管领导", **AGREE)

    assert world.inbox("交通局负责人") == ["签发答复"]
    for other in ("交通局分管领导", "公安局负责人", "代工委甲"):
        assert world.inbox(other) == []


def test_every_way_was_gone() -> None:
    assert_every_flow_taken("reply_review")
