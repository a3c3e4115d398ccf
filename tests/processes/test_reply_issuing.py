"""答复签发: every item answered, every return read, every deputy reached."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from service.register.handling import commitments, contacts
from service.register.handling.kinds import Stage
from service.register.reply import replies
from service.tables.assignments import Assignment
from service.tables.handling import Delivery, ReplyVersion
from tests.conftest import MORNING
from tests.handled import COMMITMENT, CONTACT, PROOF, REPLY, Signed, met, sign, start
from tests.world import World, assert_every_flow_taken, moment

TODAY = "2026-03-02"


def prepared(world: World, **given: Any) -> Signed:
    """Let the unit have spoken with the deputy and done its work."""
    signed = sign(world, **({"sole": "JT"} | given))
    with world.database.transaction() as session:
        assignment = session.get_one(Assignment, signed.lead)
        row = contacts.record(session, assignment, Stage.BEFORE, met(), "交通局承办人", MORNING)
        contacts.settle(session, row.id, True, "", "代表甲", MORNING)
    start(world, "reply_issuing", signed)
    return signed


def pass_on(world: World) -> None:
    """Let the three desks agree."""
    world.do("核稿", by="交通局核稿人", **PROOF)
    world.do("审签答复", by="交通局分管领导", endorse_conclusion="agree")
    world.do("签发答复", by="交通局负责人", issue_conclusion="sign")


def receipts(*methods: str) -> list[dict[str, Any]]:
    return [
        {"number": number, "method": method, "delivered_on": TODAY, "receipt": ""}
        for number, method in enumerate(methods, 1)
    ]


def test_a_reply_is_numbered_and_delivered(world: World) -> None:
    signed = prepared(world)

    world.do("起草答复", by="交通局承办人", **REPLY)
    pass_on(world)
    assert world.open_tasks() == ["登记送达"]
    world.do("登记送达", by="交通局联络员", deliveries=receipts("in_person"))
    world.do("办后反馈", by="交通局承办人", **CONTACT)

    assert world.ended() == "End_delivered"
    with world.reading() as session:
        reply = replies.current(session, signed.lead)
        assert (reply.number, reply.status) == ("交通局建复〔2026〕1号", "delivered")
        assert reply.delivered_at == MORNING
    assert world.told("代表甲") == [
        "交通运输局对代表建议《关于在云溪至白崖县道急弯路段增设会车警示与防护栏的建议》"
        "的答复（交通局建复〔2026〕1号）已送达，请查看。"
    ]


def due(world: World, name: str) -> datetime | None:
    [task] = [task for task in world.waiting() if task.name == name]
    return task.due_at


def test_every_step_is_due_before_the_legal_day(world: World) -> None:
    prepared(world)
    steps = {}

    steps["起草答复"] = due(world, "起草答复")
    world.do("起草答复", by="交通局承办人", **REPLY)
    steps["核稿"] = due(world, "核稿")
    world.do("核稿", by="交通局核稿人", **PROOF)
    steps["审签答复"] = due(world, "审签答复")
    world.do("审签答复", by="交通局分管领导", endorse_conclusion="agree")
    steps["签发答复"] = due(world, "签发答复")
    world.do("签发答复", by="交通局负责人", issue_conclusion="sign")
    steps["登记送达"] = due(world, "登记送达")

    # The legal day is 2 June, a Tuesday: ten, seven, five, three and one working days before it.
    assert steps == {
        "起草答复": moment("2026-05-19", "18:00"),
        "核稿": moment("2026-05-22", "18:00"),
        "审签答复": moment("2026-05-26", "18:00"),
        "签发答复": moment("2026-05-28", "18:00"),
        "登记送达": moment("2026-06-01", "18:00"),
    }


def test_a_draft_begun_late_leaves_time_for_the_desks_after_it(world: World) -> None:
    world.at = moment("2026-05-22")  # seven working days before the legal day

    prepared(world)

    assert due(world, "起草答复") == moment("2026-05-27", "18:00"), "7 × 5 ÷ 15, rounded up: three"


def test_a_returned_reply_is_not_typed_again(world: World) -> None:
    prepared(world)
    world.do("起草答复", by="交通局承办人", **REPLY)
    world.do(
        "核稿", by="交通局核稿人", **{**PROOF, "proof_conclusion": "return"}, reason="写得太空洞了"
    )

    view = world.task("起草答复", by="交通局承办人")
    world.do("起草答复", by="交通局承办人", body="十二处警示和三公里护栏已经全部装好，验收合格。")

    assert (view.row.policy_key, view.row.outer_key) == ("reply.draft", "reply.normal")
    assert view.row.due_at == moment("2026-05-19", "18:00"), "the limits run on"
    with world.reading() as session:
        versions = session.scalars(select(ReplyVersion).order_by(ReplyVersion.version)).all()
        first, second = (dict(version.content) for version in versions)
        assert second["body"] == "十二处警示和三公里护栏已经全部装好，验收合格。"
        assert {**second, "body": ""} == {**first, "body": ""}
    assert world.open_tasks() == ["核稿"]


def test_every_item_has_to_be_answered(world: World) -> None:
    prepared(world)

    refused = world.refused("起草答复", by="交通局承办人", **{**REPLY, "items": REPLY["items"][:1]})

    assert "第 2 条还没有回应" in refused["items"]


def test_who_does_not_publish_says_why(world: World) -> None:
    prepared(world)

    withheld = {**REPLY, "publicity": "withheld", "publicity_reason": ""}
    refused = world.refused("起草答复", by="交通局承办人", **withheld)

    assert set(refused) == {"publicity_reason"}


def test_every_co_signer_gets_the_reply(world: World) -> None:
    prepared(world, co_signers=("代表乙", "代表丙"))
    world.do("起草答复", by="交通局承办人", **REPLY)
    pass_on(world)

    refused = world.refused("登记送达", by="交通局联络员", deliveries=receipts("in_person", "post"))
    assert refused == {"deliveries": "还没有登记送达：代表丙。请逐人登记。"}

    everybody = receipts("in_person", "post", "via_lead")
    world.do("登记送达", by="交通局联络员", deliveries=everybody)
    with world.reading() as session:
        rows = session.scalars(select(Delivery).order_by(Delivery.id))
        assert [(row.deputy, row.method) for row in rows] == [
            ("代表甲", "in_person"),
            ("代表乙", "post"),
            ("代表丙", "via_lead"),
        ]


def test_a_promise_made_in_a_reply_binds_when_it_is_issued(world: World) -> None:
    signed = prepared(world)
    world.do(
        "起草答复", by="交通局承办人", **{**REPLY, "reply_class": "B", "commitments": [COMMITMENT]}
    )
    with world.reading() as session:
        assert [c.status for c in commitments.of(session, signed.lead)] == ["proposed"]

    pass_on(world)

    with world.reading() as session:
        assert [c.status for c in commitments.of(session, signed.lead)] == ["open"]


def test_a_unit_that_never_comes_back_to_the_deputy_does_not_hold_up_the_evaluation(
    world: World,
) -> None:
    prepared(world)
    world.do("起草答复", by="交通局承办人", **REPLY)
    pass_on(world)
    world.do("登记送达", by="交通局联络员", deliveries=receipts("in_person"))
    assert world.suggestion().status == "replied", "delivered is delivered"

    world.until("办后反馈期限届满")

    assert world.at == moment("2026-03-16", "18:00")
    assert world.ended() == "End_not_contacted"
    assert world.open_tasks() == []
    assert "没有按期办后反馈" in world.told("gov_supervision")[-1]


def test_the_lead_unit_accounts_for_the_assisting_ones(world: World) -> None:
    prepared(world, sole="", lead="JT", assists=("GA",))

    refused = world.refused("起草答复", by="交通局承办人", **REPLY, assist_account="")
    assert set(refused) == {"assist_account"}

    account = "公安局没有按期提出协办意见，我局已自行协调。"
    world.do("起草答复", by="交通局承办人", **REPLY, assist_account=account)
    assert world.open_tasks() == ["核稿"]


def test_every_way_was_gone() -> None:
    assert_every_flow_taken("reply_issuing")
