"""延期审批: the unit writes why, the government office signs where the unit is the government's, the congress office decides."""

import pytest

from service.operations import options
from service.register.extension.kinds import State
from tests.extended import APPLICATION, ask, ended, extension
from tests.world import Case, World, assert_every_flow_taken


def handled(world: World, unit: str) -> Case:
    """Let one unit have signed for a suggestion and begin an application."""
    world.register()
    world.dispatch(unit)
    world.sign()
    return ask(world, unit)


def test_the_government_office_speaks_before_the_congress_office(world: World) -> None:
    application = handled(world, "JT")
    world.do("申请延期", "交通局联络员", application, **APPLICATION)

    assert world.inbox("代工委甲") == []
    world.do(
        "会签延期申请", "政府办", application, cosign_opinion="oppose", cosign_note="可以按期答复。"
    )

    shown = world.proposes("决定是否延期", "代工委甲", application)
    assert shown["cosigned"][0]["opinion"] == "不同意延期"
    request = {row["item"]: row["content"] for row in shown["request"]}
    assert request["为什么不能按期答复"] == APPLICATION["reason"]
    assert "电话向代表说明" in request["向代表说明的情况"]
    assert shown["granted_until"] == "2026-07-31"
    world.do("决定是否延期", "代工委甲", application, extension_decision="grant")
    row = extension(world, application)
    assert (row.cosign_opinion, row.cosigned_by, row.state) == ("oppose", "政府办", State.GRANTED)


def test_a_court_s_application_goes_straight_to_the_congress_office(world: World) -> None:
    application = handled(world, "FY")
    world.do("申请延期", "法院承办人", application, **APPLICATION)

    assert world.inbox("政府办") == []
    world.do(
        "决定是否延期",
        "代工委甲",
        application,
        extension_decision="refuse",
        decision_reason="材料已经齐全。",
    )

    assert ended(world, application) == "End_refused"


def test_a_contact_of_the_register_shows_that_the_deputy_was_told(world: World) -> None:
    application = handled(world, "JT")
    world.do("分派科室", "交通局联络员", section="业务股")
    world.do(
        "办前沟通",
        "交通局承办人",
        method="phone",
        held_on="2026-03-02",
        participants="副局长",
        deputy_opinion="理解，希望七月底前办好。",
    )
    form = world.task("申请延期", "交通局承办人", application)
    with world.reading() as session:
        [(talk, _)] = options("extension_talks", session, form.variables, application.business_key)
    told = {**APPLICATION, "talk_on": None, "talk_note": None}
    world.do("申请延期", "交通局承办人", application, **told, talk=talk)

    assert str(extension(world, application).contact_id) == talk
    rows = world.proposes("会签延期申请", "政府办", application)["request"]
    [talk] = [row["content"] for row in rows if row["item"] == "向代表说明的情况"]
    assert "理解，希望七月底前办好" in talk


@pytest.mark.parametrize(
    ("field", "wrong", "sentence"),
    [
        ("asked_until", "2026-03-10", "应当晚于原定答复日期"),
        ("asked_until", "2026-12-31", "代表法第五十一条"),
        ("asked_until", "2026-08-01", "是休息日"),
        ("talk_on", "2026-03-03", "请先向代表说明"),
        ("talk_on", None, "请填写“向代表说明的日期”"),
        ("talk_note", None, "请填写“说明的方式和代表的意见”"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    world: World, field: str, wrong: str | None, sentence: str
) -> None:
    application = handled(world, "JT")

    messages = world.refused(
        "申请延期", "交通局承办人", application, **{**APPLICATION, field: wrong}
    )

    assert sentence in messages[field]


def test_the_office_cannot_grant_more_than_six_months(world: World) -> None:
    application = handled(world, "FY")
    world.do("申请延期", "法院承办人", application, **APPLICATION)

    messages = world.refused(
        "决定是否延期",
        "代工委甲",
        application,
        extension_decision="grant",
        granted_until="2026-09-03",
    )

    assert "最长六个月" in messages["granted_until"]
    assert extension(world, application).state == State.DECIDING


def test_the_office_cannot_grant_more_than_was_asked(world: World) -> None:
    application = handled(world, "FY")
    world.do("申请延期", "法院承办人", application, **APPLICATION)

    messages = world.refused(
        "决定是否延期",
        "代工委甲",
        application,
        extension_decision="grant",
        granted_until="2026-08-03",
    )

    assert messages["granted_until"] == "单位只申请延到2026年7月31日（周五），不能批准得更晚。"
    assert extension(world, application).state == State.DECIDING


def test_the_door_closes_when_the_time_to_apply_is_over(world: World) -> None:
    application = handled(world, "JT")

    world.until("延期申请期限届满")

    assert extension(world, application).state == State.CLOSED


def test_every_way_was_gone() -> None:
    assert_every_flow_taken("extension_review")
