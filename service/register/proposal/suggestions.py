"""A suggestion from its submission to its archive: what it says, who signed it, how it was judged, where it stands."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from service.deadlines.workdays import local_day
from service.errors import NotAllowed, NotFound
from service.register.common.numbers import take
from service.tables.people import Deputy, Term
from service.tables.suggestions import (
    Attachment,
    CaseSeries,
    CoSigner,
    Review,
    Suggestion,
    SuggestionItem,
)

# What may not be a suggestion, with what to do instead (负面清单).
NEGATIVE_LIST: Mapping[str, str] = {
    "N1": "解决代表本人、亲属或本单位的个别问题。请由当事人直接向主管部门申请。",
    "N2": "代转群众来信、申诉、控告、检举。请转交信访部门，或作为代表来信提交。",
    "N3": "涉及具体司法、仲裁、监察个案。请由当事人依法律程序办理。",
    "N4": "涉及正在进行的招标投标，或干预市场竞争。请由当事人依法提出异议。",
    "N5": "学术探讨、产品推介或广告。请改用其他渠道。",
    "N6": "政策法律咨询。请直接咨询主管部门或代表工委。",
    "N7": "没有实际内容，或没有具体的意见。请写明问题和办法后再提交。",
    "N8": "不属于本级机关组织职权。请与代表工委联系，协调上级代表提出或向上反映。",
    "N9": "一件建议提出多件事。请一事一议，分成几件提交。",
    "N10": "内容违反法律法规。请修改后再提交。",
    "N11": "涉及国家秘密或工作秘密。请不要在网上填写，携带纸质件到代表工委当面提交。",
    "N12": "已经提出过并已答复解决。请先查阅原件的答复。",
}
_SUSPICIONS: Mapping[str, str] = {
    "N1": r"本人|我家|我本人|亲属|宅基地办证|个人诉求",
    "N2": r"控告|检举|举报信|申诉信|群众来信",
    "N3": r"判决|裁定书|执行案|诉讼|仲裁案|再审|立案侦查",
    "N4": r"招标|投标|中标",
    "N5": r"推介|广告|课题探讨",
    "N6": r"咨询一下|请问|是否可以享受",
    "N11": r"绝密|机密|秘密级|内部资料",
}
CHECKLIST: Mapping[str, str] = {
    "single_issue": "一事一议",
    "complete": "要素齐全",
    "has_proposals": "有具体建议",
    "signed": "代表本人提出并签名",
}
CATEGORIES: Mapping[str, str] = {
    "finance": "财经",
    "agriculture": "农业农村",
    "construction": "城建环资",
    "education": "教科文卫",
    "justice": "监察司法",
    "society": "社会建设",
    "transport": "交通水利",
    "culture": "文旅",
    "other": "其他",
}
# Which committee of the standing committee follows which category (对口督办), by its unit code.
OVERSIGHT: Mapping[str, str] = {
    "finance": "CJ",
    "agriculture": "NW",
    "construction": "HW",
    "education": "JK",
    "justice": "JS",
    "society": "SW",
    "transport": "HW",
    "culture": "JK",
    "other": "CJ",
}
STATUSES: Mapping[str, str] = {
    "cosigning": "待联名确认",
    "delegation_check": "待代表团初核",
    "reviewing": "待审查",
    "returned_for_edit": "退代表修改",
    "registered": "已立案",
    "pre_dispatching": "预交办",
    "dispatched": "已交办",
    "handling": "办理中",
    "replied": "已答复",
    "evaluating": "待评价",
    "deliberating": "知情议政",
    "second_handling": "二次交办",
    "closed": "已办结",
    "archived": "已归档",
    "withdrawn": "已撤回",
    "not_accepted": "未立案",
    "to_letter": "转代表来信",
    "to_petition": "转信访",
    "merged_child": "已并案",
    "suspended": "已挂起",
}
# Until a unit has signed for it, the lead deputy may take a suggestion back.
WITHDRAWABLE = frozenset(
    {
        "delegation_check",
        "reviewing",
        "returned_for_edit",
        "registered",
        "pre_dispatching",
        "dispatched",
    }
)
_OVER = frozenset({"closed", "archived", "withdrawn", "not_accepted", "to_letter", "to_petition"})
# A case that others may still be merged into: registered, and not yet answered.
_OPEN_FOR_MERGING = frozenset({"registered", "pre_dispatching", "dispatched", "handling"})
_DIGITS = "零一二三四五六七八九"
_ALIKE = 35  # below this many per cent two texts merely share the language of suggestions
_COMPARED = 40


@dataclass(frozen=True)
class Content:
    """What the deputy writes (F01)."""

    title: str
    level: str
    category: str
    situation: str
    items: tuple[str, ...]
    analysis: str = ""
    motion_no: str = ""
    repeat_of: str = ""
    prep_steps: tuple[str, ...] = ()
    research_methods: tuple[str, ...] = ()
    preferred_units: tuple[str, ...] = ()
    preferred_contact: str = ""
    publicity: str = "full"
    publicity_reason: str = ""
    identity_protected: bool = False
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True)
class Similar:
    suggestion: Suggestion
    likeness: int  # per cent


def get(session: Session, suggestion_id: int) -> Suggestion:
    found = session.get(Suggestion, suggestion_id)
    if found is None:
        raise NotFound("没有找到这件建议，请返回列表重新选择。", suggestion=suggestion_id)
    return found


def business_key(suggestion_id: int) -> str:
    return f"suggestion:{suggestion_id}"


def items(session: Session, suggestion_id: int) -> list[SuggestionItem]:
    """Return the numbered proposals, in order."""
    question = select(SuggestionItem).where(SuggestionItem.suggestion_id == suggestion_id)
    return list(session.scalars(question.order_by(SuggestionItem.number)))


def co_signers(session: Session, suggestion_id: int, *decisions: str) -> list[CoSigner]:
    """Return those who were asked to sign too, of these decisions if any are given, as they were named."""
    question = select(CoSigner).where(CoSigner.suggestion_id == suggestion_id)
    if decisions:
        question = question.where(CoSigner.decision.in_(decisions))
    return list(session.scalars(question.order_by(CoSigner.id)))


def cluster(session: Session, suggestion_id: int) -> list[Suggestion]:
    """Return the suggestions answered together with this one: the main case first, then those merged into it."""
    main = get(session, suggestion_id)
    main_id = main.merged_into_id or main.id
    question = select(Suggestion).where(
        or_(Suggestion.id == main_id, Suggestion.merged_into_id == main_id)
    )
    return sorted(session.scalars(question), key=lambda each: (each.id != main_id, each.id))


def current_session(session: Session, level: str, at: datetime) -> Term | None:
    """Return the congress session that has opened last."""
    question = select(Term).where(Term.level == level, Term.opens_on <= local_day(at))
    return session.scalar(question.order_by(Term.opens_on.desc(), Term.id.desc()).limit(1))


def is_sitting(term: Term | None, at: datetime) -> bool:
    return term is not None and term.opens_on <= local_day(at) <= term.closes_on


# Proposing


def submit(
    session: Session,
    content: Content,
    lead_deputy: str,
    co_signing: Sequence[str],
    instance_id: int,
    at: datetime,
    *,
    converted: bool = False,
) -> Suggestion:
    """Enter a suggestion in the register, with the deputies asked to sign it too."""
    deputy = session.get(Deputy, lead_deputy)
    if deputy is None:
        raise NotAllowed("只有人大代表可以领衔提出建议。请在“领衔代表”中选择一位代表。")
    if content.level == "city" and deputy.level != "city":
        raise NotAllowed("镇人大代表请提交镇级建议，把“层级”改为“镇级”后再提交。")
    term = current_session(session, content.level, at)
    kind = "motion_converted" if converted else "in_recess"
    if is_sitting(term, at) and not converted:
        kind = "in_session"
    suggestion = Suggestion(
        title=content.title,
        level=content.level,
        town=deputy.town if content.level == "town" else None,
        kind=kind,
        category=content.category,
        motion_no=content.motion_no,
        repeat_of=content.repeat_of,
        term=session_name(term) if term else "",
        delegation=deputy.delegation,
        lead_deputy=lead_deputy,
        situation=content.situation,
        analysis=content.analysis,
        prep_steps=list(content.prep_steps),
        research_methods=list(content.research_methods),
        preferred_units=list(content.preferred_units),
        preferred_contact=content.preferred_contact,
        publicity=content.publicity,
        publicity_reason=content.publicity_reason,
        identity_protected=content.identity_protected,
        status="cosigning" if co_signing else "reviewing",
        instance_id=instance_id,
        submitted_at=at,
    )
    session.add(suggestion)
    session.flush()
    _write_items(session, suggestion.id, content.items)
    session.add_all(CoSigner(suggestion_id=suggestion.id, login=login) for login in co_signing)
    _file(session, suggestion.id, content.attachments)
    return suggestion


def co_sign(
    session: Session, suggestion_id: int, login: str, agreed: bool, opinion: str, at: datetime
) -> None:
    """Record a deputy's decision to sign the suggestion too, or not to."""
    row = session.scalar(
        select(CoSigner).where(CoSigner.suggestion_id == suggestion_id, CoSigner.login == login)
    )
    if row is None:
        raise NotAllowed("您不在这件建议的联名代表名单里，不需要确认。")
    row.decision = "agreed" if agreed else "declined"
    row.opinion = opinion
    row.decided_at = at


def end_co_signing(session: Session, suggestion_id: int, at: datetime) -> int:
    """Count out those who did not answer in time; returns how many they are."""
    lapsed = session.scalars(
        update(CoSigner)
        .where(CoSigner.suggestion_id == suggestion_id, CoSigner.decision == "pending")
        .values(decision="lapsed", decided_at=at)
        .returning(CoSigner.id)
    )
    return len(lapsed.all())


def revise(session: Session, suggestion_id: int, content: Content) -> None:
    """Replace what the suggestion says, while it is with its deputy for editing."""
    suggestion = get(session, suggestion_id)
    if suggestion.status != "returned_for_edit":
        raise NotAllowed("这件建议现在不能修改。需要修改时，请联系代表工委退回。")
    suggestion.title = content.title
    suggestion.category = content.category
    suggestion.situation = content.situation
    suggestion.analysis = content.analysis
    for row in items(session, suggestion_id):
        session.delete(row)
    session.flush()
    _write_items(session, suggestion_id, content.items)
    _file(session, suggestion_id, content.attachments)


# Reviewing


def review(
    session: Session,
    suggestion_id: int,
    step: str,
    conclusion: str,
    reason: str,
    findings: Mapping[str, Any],
    by: str,
    at: datetime,
) -> Review:
    """Keep one examination and its conclusion; a later one does not replace it."""
    row = Review(
        suggestion_id=suggestion_id,
        step=step,
        conclusion=conclusion,
        reason=reason,
        checklist=dict(findings),
        by=by,
        at=at,
    )
    session.add(row)
    session.flush()
    return row


def latest_review(session: Session, suggestion_id: int, *steps: str) -> Review | None:
    question = select(Review).where(Review.suggestion_id == suggestion_id)
    if steps:
        question = question.where(Review.step.in_(steps))
    return session.scalar(question.order_by(Review.id.desc()).limit(1))


def register(session: Session, suggestion_id: int, at: datetime) -> Suggestion:
    """Give the suggestion its number and the committee that follows it."""
    suggestion = get(session, suggestion_id)
    if suggestion.case_no is not None:
        return suggestion
    suggestion.case_no = _number(session, suggestion, at)
    suggestion.registered_at = at
    suggestion.status = "registered"
    suggestion.oversight_committee = OVERSIGHT.get(suggestion.category)
    return suggestion


def merge(session: Session, suggestion_id: int, into: str) -> Suggestion:
    """Let this registered suggestion be handled with the case numbered `into`; returns that main case."""
    child = get(session, suggestion_id)
    main = main_case(session, into)
    if main.id == child.id:
        raise NotAllowed("一件建议不能并入自己，请重新选择主案。")
    child.merged_into_id = main.id
    child.status = "merged_child"
    child.reply_due_at = main.reply_due_at
    child.dispatched_at = main.dispatched_at
    return main


def main_case(session: Session, case_no: str) -> Suggestion:
    """Return the case that others may be merged into, or say why it cannot take them."""
    found = session.scalar(select(Suggestion).where(Suggestion.case_no == case_no))
    if found is not None and found.merged_into_id is not None:
        found = get(session, found.merged_into_id)
    if found is None or found.status not in _OPEN_FOR_MERGING:
        raise NotAllowed(
            f"建议 {case_no} 没有立案或已经答复，不能再并入。请把结论改为“关联”，本件单独办理。"
        )
    return found


def settle(session: Session, suggestion_id: int, status: str, at: datetime) -> Suggestion:
    """Give the suggestion the status that ends it: withdrawn, not_accepted, to_letter, to_petition, closed."""
    if status not in _OVER:
        raise ValueError(f"{status!r} does not end a suggestion")
    suggestion = get(session, suggestion_id)
    suggestion.status = status
    suggestion.closed_at = at
    return suggestion


def close(session: Session, suggestion_id: int, at: datetime) -> list[Suggestion]:
    """Close a case and every suggestion merged into it; returns them, the main one first."""
    return [settle(session, each.id, "closed", at) for each in cluster(session, suggestion_id)]


def set_status(session: Session, suggestion_id: int, status: str) -> Suggestion:
    """Show where an open suggestion stands. What is merged into it shows its own status."""
    if status not in STATUSES:
        raise ValueError(f"{status!r} is no status of a suggestion")
    suggestion = get(session, suggestion_id)
    suggestion.status = status
    return suggestion


def check_withdrawal(session: Session, suggestion_id: int, by: str | None) -> Suggestion:
    """Return the suggestion if this person may withdraw it now, or say why not."""
    suggestion = get(session, suggestion_id)
    if by is not None and by != suggestion.lead_deputy:
        raise NotAllowed("只有领衔代表可以撤回建议。")
    if suggestion.status in _OVER or suggestion.status == "merged_child":
        raise NotAllowed("这件建议已经办结或已并案，不能再撤回。有意见请联系代表工委。")
    merged = [each for each in cluster(session, suggestion_id) if each.id != suggestion.id]
    if merged:
        raise NotAllowed(
            f"已有 {len(merged)} 件建议并入本件一并办理，不能撤回。如不再坚持，请在评价时说明。"
        )
    return suggestion


def similar(session: Session, suggestion_id: int, limit: int = 5) -> list[Similar]:
    """Return the registered suggestions most like this one, the most alike first.

    Titles are compared first, all of them; the nearest are then compared by their whole text.
    """
    own = get(session, suggestion_id)
    rows = session.execute(
        select(Suggestion.id, Suggestion.title).where(
            Suggestion.case_no.is_not(None), Suggestion.id != own.id, _same_place(own)
        )
    )
    title = _pairs(own.title)
    ranked = sorted(rows, key=lambda row: -_likeness(title, _pairs(row[1])))
    near = [row[0] for row in ranked[:_COMPARED]]
    texts = _texts(session, [own.id, *near])
    own_text = _pairs(texts[own.id])
    scored = {
        each: max(
            _likeness(own_text, _pairs(texts[each])),
            _likeness(title, _pairs(texts[each].partition("\n")[0])),
        )
        for each in near
    }
    best = sorted((each for each in near if scored[each] >= _ALIKE), key=lambda e: (-scored[e], e))
    found = {
        each.id: each
        for each in session.scalars(select(Suggestion).where(Suggestion.id.in_(best[:limit])))
    }
    return [Similar(found[each], scored[each]) for each in best[:limit]]


def suspicions(*texts: str) -> dict[str, str]:
    """Return the entries of the negative list these words remind of, each with the words; people decide."""
    text = "\n".join(texts)
    found = {code: re.findall(pattern, text) for code, pattern in _SUSPICIONS.items()}
    return {code: "、".join(dict.fromkeys(words)) for code, words in found.items() if words}


def session_name(term: Term) -> str:
    """七届五次."""
    return f"{in_words(term.term)}届{in_words(term.session)}次"


def in_words(number: int) -> str:
    """Return a number below 100 as it is spoken: 十, 十二, 二十一."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def _write_items(session: Session, suggestion_id: int, texts: Sequence[str]) -> None:
    session.add_all(
        SuggestionItem(suggestion_id=suggestion_id, number=number, text=text)
        for number, text in enumerate(texts, start=1)
    )
    session.flush()


def _file(session: Session, suggestion_id: int, attachments: Sequence[int]) -> None:
    if attachments:
        session.execute(
            update(Attachment)
            .where(Attachment.id.in_(attachments))
            .values(business_key=business_key(suggestion_id))
        )


def _number(session: Session, suggestion: Suggestion, at: datetime) -> str:
    """七届五次-087 in session, B2026-012 in recess, with the town's code before it: SMB2026-003."""
    town = suggestion.town or ""
    if suggestion.kind == "in_recess" or not suggestion.term:
        prefix = f"{town}B{local_day(at).year}"
    else:
        prefix = f"{town}{suggestion.term}"
    return f"{prefix}-{take(session, CaseSeries, prefix):03d}"


def _same_place(own: Suggestion) -> ColumnElement[bool]:
    if own.town is None:
        return Suggestion.level == own.level
    return or_(Suggestion.town == own.town, Suggestion.level == "city")


def _texts(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return title, situation and proposals of each, the title on the first line."""
    rows = session.execute(
        select(Suggestion.id, Suggestion.title, Suggestion.situation).where(Suggestion.id.in_(ids))
    )
    texts = {row[0]: [row[1], row[2]] for row in rows}
    proposals = session.execute(
        select(SuggestionItem.suggestion_id, SuggestionItem.text).where(
            SuggestionItem.suggestion_id.in_(ids)
        )
    )
    for suggestion_id, text in proposals:
        texts[suggestion_id].append(text)
    return {suggestion_id: "\n".join(parts) for suggestion_id, parts in texts.items()}


def _pairs(text: str) -> Counter[str]:
    """Return the pairs of neighbouring characters, without the words every title has."""
    bare = re.sub(r"[\W_]|关于|进一步|建议|的", "", text)
    return Counter(bare[i : i + 2] for i in range(len(bare) - 1))


def _likeness(one: Counter[str], other: Counter[str]) -> int:
    """Dice's coefficient, in per cent."""
    total = one.total() + other.total()
    return round(200 * (one & other).total() / total) if total else 0
