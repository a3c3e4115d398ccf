"""Proposing and examining, dispatching, signing for a task: what is usually written."""

from collections.abc import Mapping
from typing import Any

from service.demo.parts import Usual, each, every_shown, its, said, section
from service.demo.scene import Scene
from service.register.proposal.admission import Requirement

BATCH = {
    "batch_number": "清人办发〔2026〕7号",
    "batch_name": "七届五次会议代表建议交办会",
    "batch_due_on": "2026-05-08",
}
HARD_BATCH = {
    "batch_number": "清人办发〔2026〕8号",
    "batch_name": "七届五次会议代表建议交办会（难件）",
    "batch_due_on": "2026-08-07",
}


def relation(scene: Scene, row: Mapping[str, Any]) -> str:
    """A similar suggestion is merged with when the story says so."""
    into = scene.suggested.merge_into
    main = scene.case_nos.get(into) if into else None
    return "merge" if main and row["case_no"] == main else "none"


def duties(scene: Scene, row: Mapping[str, Any]) -> Any:
    """What a unit is to do: as the story says, else as the form proposes."""
    return scene.plan.duties.get(row["unit"], row["duties"])


class Submitting(Usual):
    """A suggestion as its story tells it; `opening` says more, or something else."""

    def answer(self, scene: Scene) -> dict[str, Any]:
        return {**super().answer(scene), **scene.suggested.opening}


class Dispatching(Usual):
    """Dispatch at the year's meeting puts a suggestion into its batch."""

    def answer(self, scene: Scene) -> dict[str, Any]:
        batch = HARD_BATCH if scene.plan.is_hard else BATCH
        return {**super().answer(scene), **(batch if scene.plan.batch else {})}


USUAL: Mapping[str, Usual] = {
    "新建": Submitting(
        0,
        {
            "title": said("suggested.title"),
            "level": said("suggested.level"),
            "category": said("suggested.category"),
            "kind": "ordinary",
            "co_signers": said("suggested.co_signers"),
            "situation": said("suggested.situation"),
            "analysis": said("suggested.analysis"),
            "items": each("suggested.items", text=its()),
            "prep_steps": said("suggested.steps"),
            "research_methods": said("suggested.methods"),
            "publicity": "full",
            "is_secret": False,
            "self_check": [],
            "signed": True,
        },
    ),
    "确认联名": Usual(1, {"co_sign": "agree", "co_sign_opinion": ""}),
    "代表团初核": Usual(0, {"delegation_conclusion": "pass"}),
    "审查建议": Usual(
        1,
        {
            "checklist": list(Requirement.labels()),
            "negative_hits": [],
            "similar": every_shown("similar", relation=relation),
            "authority": "own",
            "review_conclusion": "register",
            "recommend_key": said("plan.is_key"),
        },
    ),
    "确认撤回": Usual(1, {"withdrawal": "agree"}),
    "拟定承办方案": Usual(
        1,
        {
            "handling_mode": said("plan.mode"),
            "lead_unit": lambda scene, of: scene.plan.lead or None,
            "assist_units": said("plan.assists"),
            "separate_units": said("plan.separates"),
            "preferred_adopted": "none",
            "pre_dispatch": False,
        },
    ),
    "反馈预交办意见": Usual(1, {"unit_opinion": "agree"}),
    "正式交办": Dispatching(
        1,
        {
            "assignments": every_shown("assignments", duties=duties),
            "is_hard": said("plan.is_hard"),
            "is_key": said("plan.is_key"),
        },
    ),
    "二次分办": Usual(1, {"sub_dispatch_note": "同意按此分工办理，请各单位按期签收。"}),
    "签收任务": Usual(1, {"sign_decision": "accept", "section": section}),
}
