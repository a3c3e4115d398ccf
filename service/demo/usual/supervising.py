"""What is usually written in a supervision, by those who supervise and by the unit."""

from collections.abc import Mapping
from typing import Any

from service.demo import cast
from service.demo.parts import Usual, day, each, holder, its, myself, name, said, titled
from service.demo.scene import Scene
from service.register.supervision.findings import Point


def about(scene: Scene, of: Any) -> str | None:
    """The suggestion a supervision is about, if it is about one."""
    number = scene.supervised.about
    return str(scene.suggestion_ids[number]) if number else None


def checks(scene: Scene, of: Any) -> list[dict[str, Any]]:
    """Every point that was looked at; those the story finds fault with are problems."""
    wrong = {Point.label_of(finding.point): finding for finding in scene.supervised.findings}
    return [
        {"result": "problem", "note": wrong[row["point"]].evidence}
        if row["point"] in wrong
        else {"result": "ok", "note": ""}
        for row in scene.shown["checks"]
    ]


def attendance(scene: Scene, of: Any) -> str:
    """Who talks to whom: with a red card to the head of the unit."""
    head = "unit_head" if scene.supervised.measure == "red" else "unit_deputy_head"
    return f"{cast.titled(scene.login)}约谈{cast.titled(holder(scene, head))}"


def interview(scene: Scene, of: Any) -> str:
    """What was said in it."""
    return (
        f"约谈人指出：{scene.supervised.summary}被约谈人表示接受批评，回去以后立即整改，"
        "按通知单的期限报送整改方案和报告。"
    )


def rectification(scene: Scene, of: Any) -> str:
    """The plan: who answers for it, and the measure against each finding."""
    measures = "".join(finding.measure for finding in scene.supervised.findings)
    head = cast.titled(holder(scene, "unit_head"))
    return f"由{head}负总责，逐个问题定措施、定责任人、定完成日：{measures}"


USUAL: Mapping[str, Usual] = {
    "发起督查": Usual(
        0,
        {
            "organizer": said("supervised.organizer"),
            "unit": said("supervised.unit"),
            "suggestion": about,
            "points": said("supervised.points"),
            "basis": said("supervised.basis"),
            "leader": said("supervised.leader"),
            "approved_by": said("supervised.approved_by"),
        },
    ),
    "检查核实": Usual(
        3,
        {
            "methods": said("supervised.methods"),
            "checks": checks,
            "record": said("supervised.record"),
            "found": lambda scene, of: bool(scene.supervised.findings),
            "findings": each(
                "supervised.findings",
                point=its("point"),
                description=its("description"),
                evidence=its("evidence"),
                nature=its("nature"),
                responsible=its("responsible"),
            ),
        },
    ),
    "出具督查结论": Usual(
        2,
        {
            "summary": said("supervised.summary"),
            "requirements": each("supervised.findings", requirement=its("requirement")),
            "measure": said("supervised.measure"),
            "reason": said("supervised.reason"),
            "right_told": True,
        },
    ),
    "签收督查结论": Usual(1, {"receipt": myself}),
    "签收通知单": Usual(1, {"receipt": myself, "appeals": False}),
    "申请复核": Usual(4, {"objection": "none"}),
    "确定颜色": Usual(
        1,
        {
            "measure": said("supervised.measure"),
            "reason": said("supervised.reason"),
            "requirement": said("supervised.requirement"),
        },
    ),
    "约谈单位负责人": Usual(
        1, {"interviewed_on": day(), "attendance": attendance, "record": interview}
    ),
    "制定整改方案": Usual(
        1,
        {
            "approved_by": titled("unit_head"),
            "plan": rectification,
            "items": each(
                "supervised.findings",
                measure=its("measure"),
                responsible=name("unit_deputy_head"),
                due_on=day(6),
            ),
        },
    ),
    "提交整改报告": Usual(
        3,
        {
            "items": each(
                "supervised.findings",
                measure=its("measure"),
                done_on=day(),
                result=its("result"),
            ),
            "report": said("supervised.rectified"),
        },
    ),
    "回头看": Usual(
        6,
        {
            "methods": ["documents", "deputy"],
            "items": each("supervised.findings", verdict="in_place", note=its("result")),
            "verdict": "in_place",
            "opinion": said("supervised.looked_back"),
        },
    ),
    "批准销号": Usual(1, {"clear_opinion": "整改到位，同意销号。请巩固成果，防止反弹。"}),
}
