"""What happens to the register while a suggestion is proposed, signed, reviewed, withdrawn, answered and closed."""

from collections.abc import Mapping
from typing import Any

from service.deadlines.workdays import end_of
from service.errors import FormInvalid, NotAllowed
from service.operations import Context, operation
from service.register.people import directory as people
from service.register.proposal import suggestions
from service.register.proposal.messages import about
from service.register.proposal.suggestions import CHECKLIST, NEGATIVE_LIST, Content
from service.tables.suggestions import Suggestion

Variables = Mapping[str, Any]

_NOT_ONLINE = (
    "涉密内容不能在网上提交，请取消填写。请打印或手写纸质件，由本人送代表工委当面提交，"
    "不要通过邮件、微信或本系统传送。"
)
_TWO_MATTERS = "标题里像是有两件事。请一事一议：一件建议只提一件事，其余的另外提交。"


# 提出


@operation
def submit_suggestion(context: Context) -> Variables:
    """提交建议：检查一事一议、要素、负面清单和涉密，登记建议和联名代表。"""
    values = context.values
    converted = values["kind"] == "motion_converted"
    lead = _lead_deputy(context, converted)
    named = [login for login in values["co_signers"] if login != lead]
    _check_content(values)
    asked = [] if converted else named
    suggestion = suggestions.submit(
        context.session,
        _content(values),
        lead,
        named,
        context.instance_id,
        context.at,
        converted=converted,
    )
    if converted:  # whoever signed the motion has signed the suggestion it became
        for login in named:
            suggestions.co_sign(context.session, suggestion.id, login, True, "", context.at)
    context.key(suggestions.business_key(suggestion.id))
    for login in asked:
        about(context, suggestion, login, "co_sign", "请您确认是否联名。")
    return _opening(context, suggestion, asked)


@operation
def record_co_signature(context: Context) -> None:
    """登记联名意见：同意的计入联名代表，不同意的不计入。"""
    suggestions.co_sign(
        context.session,
        context.variables["suggestion"],
        context.variables["co_signer"],
        context.values["co_sign"] == "agree",
        context.values["co_sign_opinion"] or "",
        context.at,
    )


@operation
def end_co_signing(context: Context) -> None:
    """结束联名：逾期未确认的不计入，建议送审查。"""
    suggestions.end_co_signing(context.session, context.variables["suggestion"], context.at)
    in_session = context.variables["in_session"]
    suggestion = _set_status(context, "delegation_check" if in_session else "reviewing")
    checker = f"delegation_clerk:{suggestion.delegation}"
    about(
        context,
        suggestion,
        checker if in_session else context.variables["office"],
        "review",
        f"等待{'初核' if in_session else '审查'}。",
    )


# 审查登记


@operation
def record_delegation_check(context: Context) -> Variables:
    """登记代表团初核意见；退改的建议退回领衔代表。"""
    conclusion = context.values["delegation_conclusion"]
    reason = context.values["delegation_opinion"] or ""
    suggestion = _own(context)
    suggestions.review(
        context.session,
        suggestion.id,
        "delegation",
        conclusion,
        reason,
        {},
        context.by or "",
        context.at,
    )
    if conclusion == "pass":
        _set_status(context, "reviewing")
        return {}
    return _return_for_edit(context, suggestion, reason)


@operation
def record_review(context: Context) -> Variables:
    """登记审查意见和结论；立案的核定类别和并案，退改的退回领衔代表。"""
    values, suggestion = context.values, _own(context)
    conclusion, reason = values["review_conclusion"], values["review_reason"] or ""
    merge_into = _merge_into(context) if conclusion == "register" else None
    if conclusion == "register":
        _check_admissible(values)
        suggestion.category = values["category"] or suggestion.category
    findings = {
        "checklist": values["checklist"],
        "negative_hits": values["negative_hits"],
        "similar": values["similar"],
        "authority": values["authority"],
        "recommend_key": bool(values["recommend_key"]),
        "merge_into": merge_into,
    }
    suggestions.review(
        context.session,
        suggestion.id,
        "office",
        conclusion,
        reason,
        findings,
        context.by or "",
        context.at,
    )
    if conclusion == "return_for_edit":
        return _return_for_edit(context, suggestion, reason)
    if conclusion == "suggest_withdraw":
        text = f"，代表工委建议您撤回：{reason}请确认撤回，或说明继续提出的理由。"
        about(context, suggestion, suggestion.lead_deputy, "withdrawal_suggested", text)
    return {}


@operation
def revise_suggestion(context: Context) -> None:
    """修改建议：用代表修改后的内容替换原内容，重新送审查。"""
    values, own = context.values, _own(context)
    if fault := _title_fault(values["title"]):
        raise FormInvalid({"title": fault}, values)
    suggestions.revise(
        context.session,
        own.id,
        Content(
            title=values["title"],
            level=own.level,
            category=own.category,
            situation=values["situation"],
            analysis=values["analysis"] or "",
            items=tuple(row["text"] for row in values["items"]),
            attachments=tuple(values["attachments"]),
        ),
    )
    suggestion = _set_status(context, "reviewing")
    text = "代表已修改，请继续审查。"
    about(context, suggestion, context.variables["office"], "revised", text)


@operation
def record_deputy_contact(context: Context) -> None:
    """登记与代表的联系情况（补充修改逾期以后）。"""
    suggestions.review(
        context.session,
        context.variables["suggestion"],
        "contact",
        context.values["contact_result"],
        context.values["contact_note"] or "",
        {},
        context.by or "",
        context.at,
    )


@operation
def register_suggestion(context: Context) -> Variables:
    """登记编号：编号、分类、确定对口督办工委；需要并案的挂到主案，并告知代表。"""
    suggestion = suggestions.register(context.session, _own(context).id, context.at)
    review = suggestions.latest_review(context.session, suggestion.id, "office")
    into = review.checklist.get("merge_into") if review else None
    if into is None:
        text = f"已立案，编号 {suggestion.case_no}。"
        about(context, suggestion, suggestion.lead_deputy, "registered", text)
        return {"review_outcome": "registered", "registered_at": context.at.isoformat()}
    main = suggestions.merge(context.session, suggestion.id, into)
    text = (
        f"已立案，编号 {suggestion.case_no}，"
        f"与 {main.case_no} 内容相同，一并办理；承办单位仍将单独答复您，由您单独评价。"
    )
    about(context, suggestion, suggestion.lead_deputy, "merged", text)
    return {"review_outcome": "merged", "registered_at": context.at.isoformat()}


@operation
def transfer_suggestion(context: Context) -> Variables:
    """转办并告知：转作代表来信或转信访，把去向和理由告知代表。"""
    review = suggestions.latest_review(context.session, context.variables["suggestion"], "office")
    status = review.conclusion if review else "to_letter"
    suggestion = suggestions.settle(
        context.session, context.variables["suggestion"], status, context.at
    )
    where = (
        "转信访部门处理，受理情况由信访部门告知" if status == "to_petition" else "转作代表来信处理"
    )
    reason = review.reason if review else ""
    text = f"不作为建议办理，已{where}。理由：{reason}"
    about(context, suggestion, suggestion.lead_deputy, status, text)
    return {"review_outcome": "transferred"}


@operation
def decline_suggestion(context: Context) -> Variables:
    """告知不立案：不作为建议处理，把理由告知代表。"""
    suggestion = suggestions.settle(
        context.session, context.variables["suggestion"], "not_accepted", context.at
    )
    review = suggestions.latest_review(context.session, suggestion.id, "office")
    text = f"不作为建议处理。理由：{review.reason if review else ''}"
    about(context, suggestion, suggestion.lead_deputy, "not_accepted", text)
    return {"review_outcome": "not_accepted"}


@operation
def answer_withdrawal(context: Context) -> Variables:
    """登记代表对撤回的答复：同意的随后登记撤回，继续提出的由代表修改完善后重新送审。"""
    if context.values["withdrawal"] == "agree":
        return {"review_outcome": "withdrawn"}
    suggestion = _set_status(context, "returned_for_edit")
    text = f"代表不同意撤回：{context.values['withdrawal_reason']}"
    about(context, suggestion, context.variables["office"], "withdrawal_refused", text)
    return {"returned_for_edit_at": context.at.isoformat()}


# 答复与办结


def _lead_deputy(context: Context, converted: bool) -> str:
    """Whoever submits leads; only the congress office enters a converted motion, for its lead deputy."""
    by = context.by or ""
    if not converted:
        return by
    if not people.actor(context.session, by).holds("deputy_office"):
        raise FormInvalid(
            {"kind": "议案转建议由代表工委录入。请改选“代表建议”，或联系代表工委。"},
            context.values,
        )
    lead: str = context.values["lead_deputy"]
    return lead


def _check_content(values: Variables) -> None:
    messages = {}
    if values["is_secret"]:
        messages["is_secret"] = _NOT_ONLINE
    if values["self_check"]:
        messages["self_check"] = "".join(NEGATIVE_LIST[code] for code in values["self_check"])
    if fault := _title_fault(values["title"]):
        messages["title"] = fault
    if not values["signed"]:
        messages["signed"] = "请确认这件建议由您本人提出，勾选“是”作为签名。"
    if messages:
        raise FormInvalid(messages, values)


def _title_fault(title: str) -> str:
    """Return what is wrong with a title, as far as a title can tell; "" where nothing is."""
    if not title.startswith("关于") or not title.endswith(("建议", "批评", "意见")):
        return "标题请写成“关于……的建议”（或批评、意见），不用“请示”“报告”。"
    return _TWO_MATTERS if title.count("关于") > 1 or "；" in title else ""


def _content(values: Variables) -> Content:
    return Content(
        title=values["title"],
        level=values["level"],
        category=values["category"],
        situation=values["situation"],
        analysis=values["analysis"] or "",
        items=tuple(row["text"] for row in values["items"]),
        motion_no=values["motion_no"] or "",
        repeat_of=values["repeat_of"] or "",
        prep_steps=tuple(values["prep_steps"]),
        research_methods=tuple(values["research_methods"]),
        preferred_units=tuple(values["preferred_units"]),
        preferred_contact=values["preferred_contact"] or "",
        publicity=values["publicity"],
        publicity_reason=values["publicity_reason"] or "",
        identity_protected=bool(values["identity_protected"]),
        attachments=tuple(values["attachments"]),
    )


def _opening(context: Context, suggestion: Suggestion, asked: list[str]) -> Variables:
    """The routing variables a case starts with."""
    term = suggestions.current_session(context.session, suggestion.level, context.at)
    in_session = suggestions.is_sitting(term, context.at)
    town = suggestion.town
    return {
        "suggestion": suggestion.id,
        "level": suggestion.level,
        "office": f"town_presidium:{town}" if town else "deputy_office",
        "delegation": suggestion.delegation,
        "lead_deputy": suggestion.lead_deputy,
        "co_signers": asked,
        "in_session": in_session,
        "submitted_at": context.at.isoformat(),
        "session_closed_at": end_of(term.closes_on).isoformat() if term and in_session else None,
        "round": 1,
        "is_hard": False,
        "is_key": False,
        "pre_dispatch": True,
    }


def _check_admissible(values: Variables) -> None:
    messages = {}
    missing = [text for code, text in CHECKLIST.items() if code not in values["checklist"]]
    if missing:
        messages["checklist"] = (
            f"立案要求各项都符合，还没有勾选：{'、'.join(missing)}。不符合的请退代表修改。"
        )
    if values["negative_hits"]:
        messages["negative_hits"] = "命中负面清单的不能立案。请改选其他结论，或核对后取消勾选。"
    if messages:
        raise FormInvalid(messages, values)


def _merge_into(context: Context) -> str | None:
    """Return the number of the case this one is to be merged into, if the reviewer chose one."""
    chosen = [row["case_no"] for row in context.values["similar"] if row["relation"] == "merge"]
    if len(chosen) > 1:
        raise FormInvalid({"similar": "只能并入一件，请只选一行“并案”。"}, context.values)
    if not chosen:
        return None
    try:
        return suggestions.main_case(context.session, chosen[0] or "").case_no
    except NotAllowed as refused:
        raise FormInvalid({"similar": str(refused)}, context.values) from refused


def _return_for_edit(context: Context, suggestion: Suggestion, reason: str) -> Variables:
    _set_status(context, "returned_for_edit")
    text = f"请您修改后重新提交：{reason}"
    about(context, suggestion, suggestion.lead_deputy, "returned_for_edit", text)
    return {"returned_for_edit_at": context.at.isoformat()}


def _own(context: Context) -> Suggestion:
    return suggestions.get(context.session, context.variables["suggestion"])


def _set_status(context: Context, status: str) -> Suggestion:
    return suggestions.set_status(context.session, context.variables["suggestion"], status)
