"""What happens to the register while deputies evaluate: rated in secret, sealed at once, known only as far as needed.

Nothing returned from here, and no message sent from here, says how anybody rated before the seal.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.errors import FormInvalid, NotAllowed
from service.operations import Context, operation
from service.register.common.telling import tell
from service.register.evaluation import evaluations, proxies
from service.register.evaluation.ratings import MISSING, ContactCheck, Mark, Rating
from service.register.evaluation.states import ProxyResult
from service.register.people import directory as people
from service.register.proposal import suggestions
from service.register.proposal.status import CaseStatus
from service.tables.evaluation import Evaluation
from service.tables.runtime import Draft, HistoryEvent
from service.tables.suggestions import Suggestion

Variables = Mapping[str, Any]


@operation
def create_evaluations(context: Context) -> Variables:
    """建立评价任务：每位代表对每个答复单位各一份，告知代表。"""
    suggestion = suggestions.set_status(
        context.session, context.variables["suggestion"], CaseStatus.EVALUATING
    )
    rows = evaluations.open_round(
        context.session, context.instance_id, suggestion.id, _round(context), context.at
    )
    names = people.unit_names(context.session, [row.unit for row in rows])
    for row in rows:
        text = (
            f"{names[row.unit]}已答复您提出的{_titled(context.session, row)}，请您背靠背评价。"
            "封口前只有您自己能看到，单位任何时候都看不到您选的是哪一档。"
        )
        tell(context, row.deputy, f"evaluate:{row.id}", text)
    return {
        "evaluations": [{"id": row.id, "deputy": row.deputy, "unit": row.unit} for row in rows],
        "evaluation_opened_at": context.at.isoformat(),
    }


@operation
def rate_handling(context: Context) -> Variables:
    """登记代表评价；没有收到答复或没有联系过的，先请单位补正。"""
    values, evaluation_id = context.values, context.variables["evaluation"]["id"]
    missing = ContactCheck(values["contact_check"])
    if missing not in MISSING:
        evaluations.rate(context.session, evaluation_id, rating_of(values), context.by, context.at)
        return {"missing": "none"}
    supplement = evaluations.ask_supplement(
        context.session, evaluation_id, missing, context.by, context.at
    )
    row = evaluations.get(context.session, evaluation_id)
    titled = _titled(context.session, row)
    unit_text = f"代表反映{missing.label}（{titled}），请补正后告知代表重新评价。"
    tell(context, f"unit_liaison:{row.unit}", f"supplement:{supplement.id}:{row.id}", unit_text)
    if supplement.contradicts_records:
        name = people.unit_names(context.session, [row.unit])[row.unit]
        text = f"代表反映{name}{missing.label}（{titled}），与单位登记的记录不符，请核查。"
        told = dict.fromkeys((_office(context), "gov_supervision"))
        tell(context, told, f"contradiction:{supplement.id}:{row.id}", text)
    return {"missing": missing.value, "supplement_asked_at": context.at.isoformat()}


@operation
def record_supplement(context: Context) -> Variables:
    """登记单位补正，请代表重新评价；评价时间从补正之日重新计算。"""
    values = context.values
    row = evaluations.make_good(
        context.session,
        context.variables["evaluation"]["id"],
        values["method"],
        values["account"],
        values["attachments"],
        context.by,
        context.at,
    )
    name = people.unit_names(context.session, [row.unit])[row.unit]
    text = f"{name}已就您反映的情况补正（{_titled(context.session, row)}），请您评价。"
    tell(context, row.deputy, f"made_good:{context.at.isoformat()}:{row.id}", text)
    return {"missing": "none", "evaluation_opened_at": context.at.isoformat()}


@operation
def record_no_feedback(context: Context) -> None:
    """记录未反馈：封口时还没有评价的记为未反馈，绝不默认满意。"""
    evaluations.record_no_feedback(context.session, int(context.parameters["evaluation"]))


@operation
def seal_evaluations(context: Context) -> Variables:
    """封口汇总：评价从此不能再改，告知代工委；单位只知道已经封口。"""
    session = context.session
    outcome = evaluations.seal(session, context.instance_id, _round(context), context.at)
    suggestion = suggestions.get(session, context.variables["suggestion"])
    office = _office(context)
    text = f"《{suggestion.title}》的代表评价已经封口，请登录查看。"
    tell(context, office, f"evaluation_sealed:{suggestion.id}:{_round(context)}", text)
    for row in evaluations.contradicted(session, context.instance_id, _round(context)):
        name = people.unit_names(session, [row.unit])[row.unit]
        text = f"代表表示没有和{name}见过面（{_titled(session, row)}），与单位登记的不符，请核查。"
        tell(context, office, f"met_contradiction:{row.id}", text)
    _forget_drafts(context)
    return {"evaluation_outcome": outcome.value, "evaluation_sealed_at": context.at.isoformat()}


# 代录


@operation
def open_proxy_entry(context: Context) -> Variables:
    """登记收到的纸质评价表，准备代录。"""
    evaluation_id = int(context.values["evaluation"])
    try:
        entry = proxies.open_entry(
            context.session, evaluation_id, context.values["scans"], context.by or "", context.at
        )
    except NotAllowed as refused:
        raise FormInvalid({"evaluation": str(refused)}, context.values) from refused
    row = evaluations.get(context.session, evaluation_id)
    suggestion = _suggestion(context.session, row)
    context.key(f"evaluation:{evaluation_id}")
    town = suggestion.town if suggestion.level == "town" else None
    return {
        "entry": entry.id,
        "scans": entry.scans,
        "paper_of": proxies.papers(context.session, [row])[0],
        "office": f"town_presidium:{town}" if town else "deputy_office",
        "proxy_entered_at": context.at.isoformat(),
    }


@operation
def enter_proxy_rating(context: Context) -> None:
    """录入纸质评价表，留待另一个人复核。"""
    values = context.values
    rating = Rating(
        Mark(values["attitude_rating"]),
        Mark(values["result_rating"]),
        text=values["reason"] or "",
        text_may_be_shared=bool(values["text_may_be_shared"]),
    )
    proxies.enter(context.session, context.variables["entry"], rating, context.by, context.at)


@operation
def check_proxy_rating(context: Context) -> Variables:
    """复核代录：由另一个人再录一次，两次一致才登记，并告知代表可以否认。"""
    values = context.values
    try:
        result = proxies.check(
            context.session,
            context.variables["entry"],
            Mark(values["attitude_rating"]),
            Mark(values["result_rating"]),
            context.by,
            context.at,
        )
    except NotAllowed as refused:
        raise FormInvalid({"attitude_rating": str(refused)}, values) from refused
    if result is ProxyResult.REGISTERED:
        entry = proxies.get(context.session, context.variables["entry"])
        row = evaluations.get(context.session, entry.evaluation_id)
        text = (
            f"已按您签名的纸质表代录对{_titled(context.session, row)}的评价。"
            "封口前您可以自己重新评价；不是您本意的，请在“我的评价”中否认。"
        )
        tell(context, row.deputy, f"proxy:{entry.id}:{row.id}", text)
    return {"proxy_result": result.value}


def rating_of(values: Variables) -> Rating:
    """Return what a rating form says; the form has seen to it that both dimensions are there."""
    return Rating(
        attitude=Mark(values["attitude_rating"]),
        result=Mark(values["result_rating"]),
        contact_check=ContactCheck(values["contact_check"]),
        text=values["reason"] or values["remark"] or "",
        text_may_be_shared=bool(values["text_may_be_shared"]),
        text_may_be_published=bool(values["text_may_be_published"]),
        reply_class_agreed=values["reply_class_agreed"],
        wants_meeting=bool(values["wants_meeting"]),
        meeting_wish=values["meeting_wish"] or "",
    )


def _forget_drafts(context: Context) -> None:
    """Delete what deputies typed and did not hand in before the seal: their tasks are gone, and it is nobody's."""
    withdrawn = select(HistoryEvent.task_id).where(
        HistoryEvent.instance_id == context.instance_id,
        HistoryEvent.process_id == context.process_id,
        HistoryEvent.kind == "withdrawn",
    )
    context.session.execute(delete(Draft).where(Draft.subject.in_(withdrawn)))


def _round(context: Context) -> int:
    found: int = context.variables.get("round") or 1
    return found


def _office(context: Context) -> str:
    found: str = context.variables.get("office") or "deputy_office"
    return found


def _suggestion(session: Session, row: Evaluation) -> Suggestion:
    return suggestions.get(session, row.suggestion_id)


def _titled(session: Session, row: Evaluation) -> str:
    return f"《{_suggestion(session, row).title}》"
