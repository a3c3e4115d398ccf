"""What happens to the register while a suggestion is proposed, signed and reviewed."""

from datetime import datetime
from typing import Annotated

from service.deadlines.workdays import end_of
from service.errors import FormInvalid, NotAllowed
from service.operations import Context, Variable, operation
from service.register.people import directory as people
from service.register.people import posts
from service.register.people.roles import Role
from service.register.proposal import (
    admission,
    categories,
    reviews,
    signatures,
    suggestions,
    supplements,
    terms,
)
from service.register.proposal.forms import (
    Check,
    Conclusion,
    CoSignature,
    DelegationCheck,
    DeputyContact,
    Examination,
    Origin,
    Proposal,
    Relation,
    Signing,
    Withdrawal,
    WithdrawalAnswer,
    Wording,
)
from service.register.proposal.messages import about
from service.register.proposal.outcomes import Answered, Opened, Registered, Reviewed, SentBack
from service.register.proposal.reviews import Examined, Step
from service.register.proposal.status import CaseStatus, Outcome
from service.register.proposal.suggestions import Office, SuggestionId
from service.tables.suggestions import Suggestion

_NOT_ONLINE = (
    "涉密内容不能在网上提交，请取消填写。请打印或手写纸质件，由本人送代表工委当面提交，"
    "不要通过邮件、微信或本系统传送。"
)
_NO_CATEGORY = "没有这个类别，清单可能已经更新，请重新选择。"


# 提出


@operation()
def submit_suggestion(context: Context, form: Proposal) -> Opened:
    """提交建议：检查一事一议、要素、负面清单和涉密，登记建议和联名代表。"""
    is_converted = form.kind == Origin.MOTION_CONVERTED
    lead = _lead_deputy(context, form)
    named = [login for login in form.co_signers if login != lead]
    _check_content(context, form)
    suggestion = suggestions.submit(
        context.session, form, lead, named, context.instance_id, context.at
    )
    if is_converted:  # whoever signed the motion has signed the suggestion it became
        for login in named:
            signatures.record(context.session, suggestion.id, login, True, "", context.at)
    context.key(suggestions.business_key(suggestion.id))
    asked = [] if is_converted else named
    about(context, suggestion, asked, "co_sign", "请您确认是否联名。")
    return _opening(context, suggestion, asked)


@operation("suggestion")
def record_co_signature(
    context: Context,
    form: CoSignature,
    *,
    suggestion: SuggestionId,
    co_signer: Annotated[str, Variable("请其联名的代表")],
) -> None:
    """登记联名意见：同意的计入联名代表，不同意的不计入。"""
    signatures.record(
        context.session,
        suggestion,
        co_signer,
        form.co_sign == Signing.AGREE,
        form.co_sign_opinion or "",
        context.at,
    )


@operation("suggestion")
def end_co_signing(
    context: Context,
    *,
    suggestion: SuggestionId,
    in_session: Annotated[bool, Variable("是否在大会期间提出")],
    office: Office,
) -> None:
    """结束联名：逾期未确认的不计入，建议送审查。"""
    signatures.end(context.session, suggestion, context.at)
    status = CaseStatus.DELEGATION_CHECK if in_session else CaseStatus.REVIEWING
    own = suggestions.set_status(context.session, suggestion, status)
    checker = Role.DELEGATION_CLERK.of(own.delegation) if in_session else office
    about(context, own, checker, "review", f"等待{'初核' if in_session else '审查'}。")


# 审查登记


@operation("suggestion")
def record_delegation_check(
    context: Context, form: DelegationCheck, *, suggestion: SuggestionId
) -> SentBack:
    """登记代表团初核意见；退改的建议退回领衔代表。"""
    reason = form.delegation_opinion or ""
    examined = Examined(Step.DELEGATION, form.delegation_conclusion, reason)
    reviews.record(context.session, suggestion, examined, context.by or "", context.at)
    if form.delegation_conclusion == Check.RETURN:
        return _return_for_edit(context, suggestion, reason)
    suggestions.set_status(context.session, suggestion, CaseStatus.REVIEWING)
    return {}


@operation("suggestion")
def record_review(context: Context, form: Examination, *, suggestion: SuggestionId) -> SentBack:
    """登记审查意见和结论；立案的核定类别和并案，退改的退回领衔代表。"""
    own = suggestions.get(context.session, suggestion)
    is_admitted = form.review_conclusion == Conclusion.REGISTER
    merge_into = _merge_into(context, form) if is_admitted else None
    if fault := admission.unknown(context.session, form.negative_hits):
        raise form.refused("negative_hits", fault)
    if is_admitted:
        _check_admissible(context, form)
        suggestions.classify(own, form.category)
    reason = form.review_reason or ""
    findings = _findings(form, merge_into)
    examined = Examined(Step.OFFICE, form.review_conclusion, reason, findings)
    reviews.record(context.session, suggestion, examined, context.by or "", context.at)
    if form.review_conclusion == Conclusion.RETURN_FOR_EDIT:
        return _return_for_edit(context, suggestion, reason)
    if form.review_conclusion == Conclusion.SUGGEST_WITHDRAW:
        text = f"，代表工委建议您撤回：{reason}请确认撤回，或说明继续提出的理由。"
        about(context, own, own.lead_deputy, "withdrawal_suggested", text)
    return {}


@operation("suggestion")
def revise_suggestion(
    context: Context,
    form: Wording,
    *,
    suggestion: SuggestionId,
    office: Office,
    returned_for_edit_at: Annotated[datetime | None, Variable("退代表修改的时间")] = None,
) -> None:
    """修改建议：用代表修改后的内容替换原内容，重新送审查；规则规定停止计时的，退改的日子不计入期限。"""
    if fault := admission.title_fault(form.title):
        raise form.refused("title", fault)
    suggestions.revise(context.session, suggestion, form)
    own = suggestions.set_status(context.session, suggestion, CaseStatus.REVIEWING)
    about(context, own, office, "revised", "代表已修改，请继续审查。")
    if returned_for_edit_at is not None:
        supplements.received(context.session, suggestion, returned_for_edit_at, context.at)


@operation("suggestion")
def record_deputy_contact(
    context: Context, form: DeputyContact, *, suggestion: SuggestionId
) -> None:
    """登记与代表的联系情况（补充修改逾期以后）。"""
    examined = Examined(Step.CONTACT, form.contact_result, form.contact_note)
    reviews.record(context.session, suggestion, examined, context.by or "", context.at)


@operation("suggestion")
def register_suggestion(context: Context, *, suggestion: SuggestionId) -> Registered:
    """登记编号：编号、分类、确定对口督办工委；需要并案的挂到主案，并告知代表。"""
    own = suggestions.register(context.session, suggestion, context.at)
    review = reviews.latest(context.session, suggestion, Step.OFFICE)
    into = review.checklist.get("merge_into") if review else None
    if into is None:
        text = f"已立案，编号 {own.case_no}。"
        about(context, own, own.lead_deputy, "registered", text)
        return {"review_outcome": Outcome.REGISTERED, "registered_at": context.at}
    main = suggestions.merge(context.session, suggestion, into)
    text = (
        f"已立案，编号 {own.case_no}，"
        f"与 {main.case_no} 内容相同，一并办理；承办单位仍将单独答复您，由您单独评价。"
    )
    about(context, own, own.lead_deputy, "merged", text)
    return {"review_outcome": Outcome.MERGED, "registered_at": context.at}


@operation("suggestion")
def transfer_suggestion(context: Context, *, suggestion: SuggestionId) -> Reviewed:
    """转办并告知：转作代表来信或转信访，把去向和理由告知代表。"""
    review = reviews.latest(context.session, suggestion, Step.OFFICE)
    status = CaseStatus(review.conclusion) if review else CaseStatus.TO_LETTER
    own = suggestions.settle(context.session, suggestion, status, context.at)
    where = (
        "转信访部门处理，受理情况由信访部门告知"
        if status == CaseStatus.TO_PETITION
        else "转作代表来信处理"
    )
    text = f"不作为建议办理，已{where}。理由：{review.reason if review else ''}"
    about(context, own, own.lead_deputy, status, text)
    return {"review_outcome": Outcome.TRANSFERRED}


@operation("suggestion")
def decline_suggestion(context: Context, *, suggestion: SuggestionId) -> Reviewed:
    """告知不立案：不作为建议处理，把理由告知代表。"""
    own = suggestions.settle(context.session, suggestion, CaseStatus.NOT_ACCEPTED, context.at)
    review = reviews.latest(context.session, suggestion, Step.OFFICE)
    text = f"不作为建议处理。理由：{review.reason if review else ''}"
    about(context, own, own.lead_deputy, "not_accepted", text)
    return {"review_outcome": Outcome.NOT_ACCEPTED}


@operation("suggestion")
def answer_withdrawal(
    context: Context, form: Withdrawal, *, suggestion: SuggestionId, office: Office
) -> Answered:
    """登记代表对撤回的答复：同意的随后登记撤回，继续提出的由代表修改完善后重新送审。"""
    if form.withdrawal == WithdrawalAnswer.AGREE:
        return {"review_outcome": Outcome.WITHDRAWN}
    reason = form.needed("withdrawal_reason", form.withdrawal_reason)
    own = suggestions.set_status(context.session, suggestion, CaseStatus.RETURNED_FOR_EDIT)
    about(context, own, office, "withdrawal_refused", f"代表不同意撤回：{reason}")
    return {"returned_for_edit_at": context.at}


def _lead_deputy(context: Context, form: Proposal) -> str:
    """Whoever submits leads; only the congress office enters a converted motion, for its lead deputy."""
    by = context.by or ""
    if form.kind != Origin.MOTION_CONVERTED:
        return by
    if not people.actor(context.session, by).holds(Role.DEPUTY_OFFICE):
        raise form.refused("kind", "议案转建议由代表工委录入。请改选“代表建议”，或联系代表工委。")
    return form.needed("lead_deputy", form.lead_deputy)


def _check_content(context: Context, form: Proposal) -> None:
    messages = {}
    if not categories.is_known(context.session, form.category):
        messages["category"] = _NO_CATEGORY
    if form.is_secret:
        messages["is_secret"] = _NOT_ONLINE
    if form.self_check:
        texts = (
            one.text for one in admission.excluded(context.session) if one.code in form.self_check
        )
        messages["self_check"] = admission.unknown(context.session, form.self_check) or "".join(
            texts
        )
    if fault := admission.title_fault(form.title):
        messages["title"] = fault
    if not form.signed:
        messages["signed"] = "请确认这件建议由您本人提出，勾选“是”作为签名。"
    if messages:
        raise FormInvalid(messages, {})


def _opening(context: Context, suggestion: Suggestion, asked: list[str]) -> Opened:
    term = terms.current(context.session, suggestion.level, context.at)
    in_session = terms.is_sitting(term, context.at)
    return {
        "suggestion": suggestion.id,
        "level": suggestion.level,
        "office": posts.office_of(suggestion.town),
        "delegation": suggestion.delegation,
        "lead_deputy": suggestion.lead_deputy,
        "co_signers": asked,
        "in_session": in_session,
        "submitted_at": context.at,
        "session_closed_at": end_of(term.closes_on) if term and in_session else None,
        "round": 1,
        "is_hard": False,
        "is_key": False,
        "pre_dispatch": True,
    }


def _check_admissible(context: Context, form: Examination) -> None:
    messages = {}
    if form.category and not categories.is_known(context.session, form.category):
        messages["category"] = _NO_CATEGORY
    missing = [each.label for each in admission.Requirement if each not in form.checklist]
    if missing:
        messages["checklist"] = (
            f"立案要求各项都符合，还没有勾选：{'、'.join(missing)}。不符合的请退代表修改。"
        )
    if form.negative_hits:
        messages["negative_hits"] = "命中负面清单的不能立案。请改选其他结论，或核对后取消勾选。"
    if messages:
        raise FormInvalid(messages, {})


def _merge_into(context: Context, form: Examination) -> str | None:
    """Return the number of the case this one is to be merged into, if the reviewer chose one."""
    chosen = [row.case_no for row in form.similar if row.relation == Relation.MERGE]
    if len(chosen) > 1:
        raise form.refused("similar", "只能并入一件，请只选一行“并案”。")
    if not chosen:
        return None
    try:
        return suggestions.main_case(context.session, chosen[0] or "").case_no
    except NotAllowed as refused:
        raise form.refused("similar", str(refused)) from refused


def _findings(form: Examination, merge_into: str | None) -> dict[str, object]:
    kept = {"checklist", "negative_hits", "similar", "authority", "recommend_key"}
    return {**form.model_dump(mode="json", include=kept), "merge_into": merge_into}


def _return_for_edit(context: Context, suggestion_id: int, reason: str) -> SentBack:
    own = suggestions.set_status(context.session, suggestion_id, CaseStatus.RETURNED_FOR_EDIT)
    text = f"请您修改后重新提交：{reason}"
    about(context, own, own.lead_deputy, "returned_for_edit", text)
    return {"returned_for_edit_at": context.at}
