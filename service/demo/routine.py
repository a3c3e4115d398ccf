"""What people of 清沅市 write in each form and how long they take, unless a story says otherwise."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from service.deadlines.workdays import Calendar, local_day
from service.demo import city
from service.demo.city import Citizen
from service.demo.story import Desk, Help, Meeting, Promise, Story, Suggested, Supervised
from service.register.proposal.admission import Requirement
from service.register.supervision.findings import Point

Values = dict[str, Any]

BATCH = ("清人办发〔2026〕7号", "七届五次会议代表建议交办会", "2026-05-08")
HARD_BATCH = ("清人办发〔2026〕8号", "七届五次会议代表建议交办会（难件）", "2026-08-07")
DISPATCHED_ON = "02-12"
YEAR_END = "2026-12-31"
CHAIR = "rd_fuzhuren1"


@dataclass(frozen=True)
class Scene:
    """What somebody knows who fills in a form."""

    story: Story
    task: str
    login: str
    unit: str
    at: datetime
    times: int  # how often they have done this in this story
    variables: Mapping[str, Any]
    shown: Mapping[str, Any]  # what the form proposes
    calendar: Calendar
    case_nos: Mapping[int, str]  # of other stories' suggestions
    suggestion_ids: Mapping[int, int]

    def day(self, workdays: int = 0) -> str:
        """Return the day so many workdays from now, as a form takes it."""
        return self.calendar.add(local_day(self.at), workdays).isoformat()

    @property
    def suggested(self) -> Suggested:
        assert isinstance(self.story, Suggested)
        return self.story

    @property
    def supervised(self) -> Supervised:
        assert isinstance(self.story, Supervised)
        return self.story

    @property
    def round(self) -> int:
        return int(self.variables.get("round") or 1)

    @property
    def desk(self) -> Desk:
        return self.suggested.desk(self.unit, self.round)

    @property
    def help(self) -> Help:
        return self.suggested.help(self.unit, self.round)

    @property
    def meeting(self) -> Meeting:
        return self.suggested.meeting(self.round)


Routine = Callable[[Scene], Values]

ROUTINES: dict[str, Routine] = {}
PACES: dict[str, int] = {}  # workdays


def pace(story: Story, task: str, times: int) -> int | str:
    """Return how many workdays people take for a task, or the day of the congress year on which they do it."""
    if isinstance(story, Suggested) and task == "正式交办" and story.plan.batch:
        return DISPATCHED_ON
    in_session = isinstance(story.begins, str)
    if task == "审查建议" and in_session:
        return 3 + story.number % 3
    if task == "确认联名" and in_session:
        return 0
    if task == "推进办理" and in_session:
        return 20 if times == 0 else 10
    return PACES[task]


def first(group: str) -> str:
    """Return who usually acts for a group."""
    return _ACTING.get(group) or _holders()[group][0]


def name(login: str) -> str:
    return _citizens()[login].name


def titled(login: str) -> str:
    """Return a person with their post: 李明（交通局联络员）."""
    return f"{name(login)}（{_citizens()[login].title}）"


def unit_of(login: str) -> str:
    """Return the unit a person works for, "" for deputies and offices."""
    groups = (_citizens()[login].groups) if login in _citizens() else ()
    return next((group.partition(":")[2] for group in groups if group.startswith("unit_")), "")


def is_deputy(login: str) -> bool:
    return login in _citizens() and _citizens()[login].deputy is not None


def _usual(task: str, workdays: int) -> Callable[[Routine], Routine]:
    def keep(routine: Routine) -> Routine:
        ROUTINES[task] = routine
        PACES[task] = workdays
        return routine

    return keep


# 提出和审查


@_usual("新建", 0)
def _submit(scene: Scene) -> Values:
    story = scene.suggested
    return {
        "title": story.title,
        "level": story.level,
        "category": story.category,
        "kind": "ordinary",
        "co_signers": list(story.co_signers),
        "situation": story.situation,
        "analysis": story.analysis,
        "items": [{"text": text} for text in story.items],
        "prep_steps": list(story.steps),
        "research_methods": list(story.methods),
        "publicity": "full",
        "is_secret": False,
        "self_check": [],
        "signed": True,
        **story.opening,
    }


@_usual("确认联名", 1)
def _co_sign(scene: Scene) -> Values:
    return {"co_sign": "agree", "co_sign_opinion": ""}


@_usual("代表团初核", 0)
def _delegation_check(scene: Scene) -> Values:
    return {"delegation_conclusion": "pass"}


@_usual("审查建议", 1)
def _review(scene: Scene) -> Values:
    into = scene.suggested.merge_into
    main = scene.case_nos.get(into) if into else None
    return {
        "checklist": list(Requirement.labels()),
        "negative_hits": [],
        "similar": [
            {"relation": "merge" if main and row["case_no"] == main else "none"}
            for row in scene.shown["similar"]
        ],
        "authority": "own",
        "review_conclusion": "register",
        "recommend_key": scene.suggested.plan.is_key,
    }


@_usual("确认撤回", 1)
def _withdraw(scene: Scene) -> Values:
    return {"withdrawal": "agree"}


# 交办、签收、裁定


@_usual("拟定承办方案", 1)
def _plan_dispatch(scene: Scene) -> Values:
    plan = scene.suggested.plan
    return {
        "handling_mode": plan.mode,
        "lead_unit": plan.lead or None,
        "assist_units": list(plan.assists),
        "separate_units": list(plan.separates),
        "preferred_adopted": "none",
        "pre_dispatch": False,
    }


@_usual("反馈预交办意见", 1)
def _opinion_before_dispatch(scene: Scene) -> Values:
    return {"unit_opinion": "agree"}


@_usual("正式交办", 1)
def _dispatch(scene: Scene) -> Values:
    plan = scene.suggested.plan
    number, batch, due_on = HARD_BATCH if plan.is_hard else BATCH
    in_batch = {"batch_number": number, "batch_name": batch, "batch_due_on": due_on}
    return {
        "assignments": [
            {"duties": plan.duties.get(row["unit"], row["duties"])}
            for row in scene.shown["assignments"]
        ],
        "is_hard": plan.is_hard,
        "is_key": plan.is_key,
        **(in_batch if plan.batch else {}),
    }


@_usual("二次分办", 1)
def _sub_dispatch(scene: Scene) -> Values:
    return {"sub_dispatch_note": "同意按此分工办理，请各单位按期签收。"}


@_usual("签收任务", 1)
def _sign(scene: Scene) -> Values:
    return {"sign_decision": "accept", "section": _section(scene)}


# 单位办理


@_usual("分派科室", 1)
def _assign_section(scene: Scene) -> Values:
    return {"section": _section(scene), "handler": first(f"unit_handler:{scene.unit}")}


@_usual("办前沟通", 5)
@_usual("重新沟通", 2)
def _contact_before(scene: Scene) -> Values:
    desk = scene.desk
    return {
        "method": desk.method,
        "held_on": scene.day(),
        "place": desk.place,
        "participants": _party(scene),
        "deputy_opinion": desk.opinion,
        "unit_response": desk.response,
        "agreed": True,
    }


@_usual("确认沟通", 1)
def _confirm_contact(scene: Scene) -> Values:
    return {"contact_true": "yes"}


@_usual("制定三定方案", 3)
def _plan(scene: Scene) -> Values:
    desk = scene.desk
    handler = first(f"unit_handler:{scene.unit}")
    return {
        "leader": name(first(f"unit_deputy_head:{scene.unit}")),
        "section": desk.section,
        "handler": name(handler),
        "phone": _phone(handler),
        "measures": [{"measure": measure} for measure in desk.measures],
        "milestones": [
            {"text": text, "due_on": scene.day(workdays)} for text, workdays in desk.milestones
        ],
        "funding": desk.funding,
        "expected_class": desk.reply.reply_class if desk.reply else "A",
        "commitments": _promises(scene, desk.promises),
    }


@_usual("审定方案", 1)
def _decide_plan(scene: Scene) -> Values:
    return {"plan_conclusion": "agree", "opinion": "同意，请按时限抓好落实，有变化及时报告。"}


@_usual("推进办理", 6)
def _advance(scene: Scene) -> Values:
    """The notes of progress in turn; with the last one the reply can be drafted."""
    desk = scene.desk
    number = min(scene.times - _before_this_round(scene), len(desk.progress) - 1)
    is_last = number == len(desk.progress) - 1
    talked = {"held_on": scene.day(), "participants": _party(scene), **(desk.during or {})}
    if talked.get("head_attended"):
        talked["participants"] = titled(first(f"unit_head:{scene.unit}"))
    return {
        "progress": desk.progress[number],
        "contacts": [talked] if desk.during and is_last else [],
        "progress_state": "ready" if is_last else "continue",
    }


@_usual("承诺协办任务", 2)
def _commit_assist(scene: Scene) -> Values:
    due = YEAR_END if isinstance(scene.story.begins, str) else 90
    promise = Promise(scene.help.promise, "主办单位认可，有记录可查。", due, False)
    return {
        "section": scene.help.section,
        "handler": first(f"unit_handler:{scene.unit}"),
        "commitments": _promises(scene, [promise]),
    }


@_usual("起草协办意见", 5)
def _draft_opinion(scene: Scene) -> Values:
    handler = first(f"unit_handler:{scene.unit}")
    answers = [*scene.help.answers, *[""] * len(scene.shown["items"])]
    return {
        "progress": scene.help.progress,
        "items": [
            {"response": answer} for answer, _ in zip(answers, scene.shown["items"], strict=False)
        ],
        "basis": scene.help.basis,
        "contact_name": name(handler),
        "contact_phone": _phone(handler),
    }


@_usual("审签协办意见", 1)
@_usual("审签答复", 1)
def _endorse(scene: Scene) -> Values:
    return {"endorse_conclusion": "agree"}


@_usual("评判协办意见", 1)
def _judge(scene: Scene) -> Values:
    return {"judgement": "adopted"}


@_usual("起草答复", 3)
def _draft_reply(scene: Scene) -> Values:
    desk = scene.desk
    assert desk.reply is not None, f"{scene.unit} has no reply in {scene.story.number}"
    reply = desk.reply
    proposed = scene.shown["publicity"] or "full"
    handler = first(f"unit_handler:{scene.unit}")
    return {
        "body": reply.body,
        "items": [{"state": state, "response": response} for state, response in reply.answers],
        "next_steps": reply.next_steps,
        "assist_account": reply.assist_account,
        "reply_class": reply.reply_class,
        "class_reason": reply.why,
        "commitments": _promises(scene, reply.promises),
        "publicity": reply.publicity or proposed,
        "publicity_reason": reply.publicity_reason,
        "contact_name": name(handler),
        "contact_phone": _phone(handler),
    }


@_usual("核稿", 1)
def _proof(scene: Scene) -> Values:
    every = ["format", "itemized", "contacted", "class", "publicity"]
    return {"checks": every, "proof_conclusion": "pass"}


@_usual("领办审定", 2)
def _leader(scene: Scene) -> Values:
    return {"leader_conclusion": "agree"}


@_usual("签发答复", 1)
def _sign_reply(scene: Scene) -> Values:
    return {"issue_conclusion": "sign"}


@_usual("登记送达", 1)
def _deliver(scene: Scene) -> Values:
    ways = {"领衔": ("in_person", "代表本人签收"), "联名": ("platform", "平台已读")}
    rows = [ways[row["role"]] for row in scene.shown["deliveries"]]
    return {
        "deliveries": [
            {"method": method, "delivered_on": scene.day(), "receipt": receipt}
            for method, receipt in rows
        ]
    }


@_usual("办后反馈", 1)
def _contact_after(scene: Scene) -> Values:
    desk = scene.desk
    return {
        "method": "phone",
        "held_on": scene.day(),
        "participants": _party(scene),
        "deputy_opinion": desk.thanks,
        "unit_response": "感谢代表的理解和支持，后续进展会继续向代表报告。",
        "agreed": True,
    }


@_usual("收悉审核", 1)
def _check_reply(scene: Scene) -> Values:
    every = ["itemised", "met", "class", "delivered"]
    return {"check_items": every, "reply_check": "qualified"}


# 评价、议政会、二次交办


@_usual("填写评价", 5)
def _rate(scene: Scene) -> Values:
    return {
        "contact_check": "met",
        "attitude_rating": "satisfied",
        "result_rating": "satisfied",
        "reply_class_agreed": True,
        "text_may_be_shared": True,
        "text_may_be_published": False,
    }


@_usual("研判排会", 3)
def _convene(scene: Scene) -> Values:
    return {
        "topic": scene.meeting.topic,
        "held_on": scene.day(10),
        "held_time": "14:30",
        "place": scene.meeting.place,
        "chair": name(CHAIR),
        "observers": "市政府督查室、对口工委",
        "focus": scene.meeting.focus,
    }


@_usual("提交会前说明", 3)
def _state(scene: Scene) -> Values:
    attending = titled(first(f"unit_deputy_head:{scene.unit}"))
    return {"account": scene.meeting.account, "attending": attending}


@_usual("记录会议纪要", 8)
def _minute(scene: Scene) -> Values:
    meeting, story = scene.meeting, scene.suggested
    units = scene.variables["meeting_units"] or [scene.variables["lead_unit"]]
    heads = [first(f"unit_deputy_head:{unit}") for unit in units]
    present = [CHAIR, story.deputy, *heads, "dc_ganshi", "dgw_ganshi"]
    return {
        "held": "held",
        "present": "、".join(titled(login) for login in dict.fromkeys(present)) + "。",
        "unit_account": meeting.account,
        "questions": [{"answered_by": name(heads[0]), **row} for row in meeting.questions],
        "resolutions": [{**row, "due_on": scene.day(row["due_on"])} for row in meeting.resolutions],
        "stance": meeting.stance,
    }


@_usual("会后确认", 1)
def _confirm_meeting(scene: Scene) -> Values:
    return {"outcome": "accepted_explanation"}


@_usual("填写二次交办单", 1)
def _second_assignment(scene: Scene) -> Values:
    plan = scene.suggested.plan
    return {"assist_units": list(plan.assists), "separate_units": list(plan.separates)}


@_usual("归档销号", 2)
def _archive(scene: Scene) -> Values:
    every = ["original", "dispatch", "plan", "contacts", "reply", "evaluation"]
    return {"archive_checklist": every}


# 督查


@_usual("发起督查", 0)
def _open_supervision(scene: Scene) -> Values:
    story = scene.supervised
    about = story.about
    return {
        "organizer": story.organizer,
        "unit": story.unit,
        "suggestion": str(scene.suggestion_ids[about]) if about else None,
        "points": list(story.points),
        "basis": story.basis,
        "leader": story.leader,
        "approved_by": story.approved_by,
    }


@_usual("检查核实", 3)
def _inspect(scene: Scene) -> Values:
    story = scene.supervised
    wrong = {Point.label_of(finding.point): finding for finding in story.findings}
    checks = [
        {"result": "problem", "note": wrong[row["point"]].evidence}
        if row["point"] in wrong
        else {"result": "ok", "note": ""}
        for row in scene.shown["checks"]
    ]
    return {
        "methods": list(story.methods),
        "checks": checks,
        "record": story.record,
        "found": bool(story.findings),
        "findings": [
            {
                "point": finding.point,
                "description": finding.description,
                "evidence": finding.evidence,
                "nature": finding.nature,
                "responsible": finding.responsible,
            }
            for finding in story.findings
        ],
    }


@_usual("出具督查结论", 2)
def _conclude(scene: Scene) -> Values:
    story = scene.supervised
    return {
        "summary": story.summary,
        "requirements": [{"requirement": finding.requirement} for finding in story.findings],
        "measure": story.measure,
        "reason": story.reason,
        "right_told": True,
    }


@_usual("签收督查结论", 1)
def _sign_conclusion(scene: Scene) -> Values:
    return {"receipt": titled(scene.login)}


@_usual("签收通知单", 1)
def _sign_card(scene: Scene) -> Values:
    return {"receipt": titled(scene.login), "appeals": False}


@_usual("申请复核", 4)
def _apply_review(scene: Scene) -> Values:
    return {"objection": "none"}


@_usual("确定颜色", 1)
def _decide_color(scene: Scene) -> Values:
    story = scene.supervised
    return {
        "measure": story.measure,
        "reason": story.reason,
        "requirement": story.requirement,
    }


@_usual("约谈单位负责人", 1)
def _interview(scene: Scene) -> Values:
    story = scene.supervised
    head = "unit_head" if story.measure == "red" else "unit_deputy_head"
    whom = first(f"{head}:{story.unit}")
    return {
        "interviewed_on": scene.day(),
        "attendance": f"{titled(scene.login)}约谈{titled(whom)}",
        "record": f"约谈人指出：{story.summary}被约谈人表示接受批评，回去以后立即整改，"
        "按通知单的期限报送整改方案和报告。",
    }


@_usual("制定整改方案", 1)
def _plan_rectification(scene: Scene) -> Values:
    story = scene.supervised
    head = first(f"unit_head:{story.unit}")
    return {
        "approved_by": titled(head),
        "plan": f"由{titled(head)}负总责，逐个问题定措施、定责任人、定完成日："
        + "".join(finding.measure for finding in story.findings),
        "items": [
            {
                "measure": finding.measure,
                "responsible": name(first(f"unit_deputy_head:{story.unit}")),
                "due_on": scene.day(6),
            }
            for finding in story.findings
        ],
    }


@_usual("提交整改报告", 3)
def _rectify(scene: Scene) -> Values:
    story = scene.supervised
    return {
        "items": [
            {"measure": finding.measure, "done_on": scene.day(), "result": finding.result}
            for finding in story.findings
        ],
        "report": story.rectified,
    }


@_usual("回头看", 6)
def _look_back(scene: Scene) -> Values:
    story = scene.supervised
    return {
        "methods": ["documents", "deputy"],
        "items": [{"verdict": "in_place", "note": finding.result} for finding in story.findings],
        "verdict": "in_place",
        "opinion": story.looked_back,
    }


@_usual("批准销号", 1)
def _clear(scene: Scene) -> Values:
    return {"clear_opinion": "整改到位，同意销号。请巩固成果，防止反弹。"}


_ACTING = {
    "deputy_office": "dgw_ganshi",
    "gov_office": "zfb_guzhang",
    "gov_supervision": "dc_ganshi",
    "gov_supervision_head": "dc_zhuren",
    "vice_mayor": "fsz_cheng",
    "director_meeting": "rd_fuzhuren1",
}


@cache
def _citizens() -> Mapping[str, Citizen]:
    return {citizen.login: citizen for citizen in city.citizens()}


@cache
def _holders() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for login, citizen in _citizens().items():
        for group in citizen.groups:
            found.setdefault(group, []).append(login)
    return found


def _phone(login: str) -> str:
    return _citizens()[login].phone


def _section(scene: Scene) -> str:
    """A lead unit's section is told with its desk, an assisting one's with its help."""
    story = scene.suggested
    if scene.unit in story.desks:
        return scene.desk.section
    return scene.help.section if scene.unit in story.helps else "办公室"


def _party(scene: Scene) -> str:
    """Who goes out to a deputy: the deputy head and the section chief."""
    posts = ("unit_deputy_head", "unit_handler")
    return "、".join(titled(first(f"{post}:{scene.unit}")) for post in posts)


def _before_this_round(scene: Scene) -> int:
    """How many notes of progress the rounds before this one had."""
    desks = scene.suggested.desks[scene.unit]
    return sum(len(desk.progress) for desk in desks[: scene.round - 1])


def _promises(scene: Scene, promises: Iterable[Promise]) -> list[Values]:
    responsible = name(first(f"unit_deputy_head:{scene.unit}"))
    return [
        {
            "text": promise.text,
            "standard": promise.standard,
            "due_on": promise.due if isinstance(promise.due, str) else scene.day(promise.due),
            "responsible": responsible,
            "is_public": promise.is_public,
        }
        for promise in promises
    ]
