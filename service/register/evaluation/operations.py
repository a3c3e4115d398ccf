"""What happens to the register while deputies evaluate: rated in secret, sealed at once, known only as far as needed.

Nothing returned from here, and no message sent from here, says how anybody rated before the seal. Only the diagrams
of this theme may name these operations: a diagram of somebody's own could end the seal or read the outcome.
"""

from datetime import datetime
from typing import Annotated, Literal, NotRequired, TypedDict

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.operations import Context, operation
from service.register.common import links
from service.register.common.telling import tell
from service.register.evaluation import evaluations, proxies
from service.register.evaluation.evaluations import EvaluationAsked, EvaluationId, EvaluationTask
from service.register.evaluation.forms import (
    HandlingRating,
    PaperCheck,
    PaperRating,
    PaperReceived,
    Supplement,
)
from service.register.evaluation.proxies import EntryId
from service.register.evaluation.ratings import MISSING, ContactCheck
from service.register.evaluation.states import Outcome, ProxyResult
from service.register.people import directory as people
from service.register.people.roles import Role
from service.register.proposal import suggestions
from service.register.proposal.kinds import Level
from service.register.proposal.status import CaseStatus
from service.register.proposal.suggestions import Office, Round, SuggestionId
from service.tables.evaluation import Evaluation
from service.tables.runtime import Draft, HistoryEvent

_ON_LINE = ("back_to_back_evaluation",)
_ON_PAPER = ("proxy_evaluation",)


class Asked(TypedDict):
    """Who is asked about whom, and since when."""

    evaluations: Annotated[list[EvaluationTask], "每位代表对每个答复单位的评价"]
    evaluation_opened_at: Annotated[datetime, "请代表评价的时间"]


class Rated(TypedDict):
    """Whether the unit has to make something good first; never how anybody rated."""

    missing: Annotated[ContactCheck | Literal["none"], "代表缺什么：没有答复、没有联系，或者不缺"]
    supplement_asked_at: NotRequired[Annotated[datetime, "请单位补正的时间"]]


class MadeGood(TypedDict):
    """The deputy is asked again; their time begins anew."""

    missing: Annotated[Literal["none"], "代表缺什么：补正后不缺"]
    evaluation_opened_at: Annotated[datetime, "请代表评价的时间"]


class Sealed(TypedDict):
    """What the process learns of a round: whether a meeting is needed."""

    evaluation_outcome: Annotated[Outcome, "评价结果"]
    evaluation_sealed_at: Annotated[datetime, "封口时间"]


class Received(TypedDict):
    """Which paper is typed in, and by whom."""

    entry: Annotated[int, "代录"]
    scans: Annotated[list[int], "代表签名的评价表扫描件"]
    paper_of: Annotated[str, "哪一份评价"]
    office: Annotated[str, "代录的机关"]
    proxy_entered_at: Annotated[datetime, "收到纸质表的时间"]


class Checked(TypedDict):
    """What the second typing led to."""

    proxy_result: Annotated[ProxyResult, "复核结果"]


@operation("suggestion", reserved=_ON_LINE)
def create_evaluations(context: Context, *, suggestion: SuggestionId, round: Round) -> Asked:
    """建立评价任务：每位代表对每个答复单位各一份，告知代表。"""
    session = context.session
    suggestions.set_status(session, suggestion, CaseStatus.EVALUATING)
    rows = evaluations.open_round(session, context.instance_id, suggestion, round, context.at)
    names = people.unit_names(session, [row.unit for row in rows])
    for row in rows:
        text = (
            f"{names[row.unit]}已答复您提出的{_titled(session, row)}，请您背靠背评价。"
            "封口前只有您自己能看到，单位任何时候都看不到您选的是哪一档。"
        )
        tell(context, row.deputy, f"evaluate:{row.id}", text, link=links.evaluation(row.id))
    return {
        "evaluations": [
            EvaluationTask(id=row.id, deputy=row.deputy, unit=row.unit) for row in rows
        ],
        "evaluation_opened_at": context.at,
    }


@operation("suggestion", reserved=_ON_LINE, sealed=True)
def rate_handling(
    context: Context, form: HandlingRating, *, evaluation: EvaluationAsked, office: Office
) -> Rated:
    """登记代表评价；没有收到答复或没有联系过的，先请单位补正。"""
    if form.contact_check not in MISSING:
        evaluations.rate(context.session, evaluation.id, form.rating(), context.by, context.at)
        return {"missing": "none"}
    _ask_to_make_good(context, evaluation.id, form.contact_check, office)
    return {"missing": form.contact_check, "supplement_asked_at": context.at}


@operation("suggestion", reserved=_ON_LINE)
def record_supplement(
    context: Context, form: Supplement, *, evaluation: EvaluationAsked
) -> MadeGood:
    """登记单位补正，请代表重新评价；评价时间从补正之日重新计算。"""
    row = evaluations.make_good(context.session, evaluation.id, form, context.by, context.at)
    name = people.unit_names(context.session, [row.unit])[row.unit]
    day = f"{form.made_good_on.month}月{form.made_good_on.day}日"
    text = f"{name}已于{day}就您反映的情况补正（{_titled(context.session, row)}），请您评价。"
    occasion = f"made_good:{context.at.isoformat()}:{row.id}"
    tell(context, row.deputy, occasion, text, link=links.evaluation(row.id))
    return {"missing": "none", "evaluation_opened_at": context.at}


@operation("suggestion", reserved=_ON_LINE)
def record_no_feedback(context: Context, *, evaluation: EvaluationId) -> None:
    """记录未反馈：封口时还没有评价的记为未反馈，绝不默认满意。"""
    evaluations.record_no_feedback(context.session, evaluation)


@operation("suggestion", reserved=_ON_LINE)
def seal_evaluations(
    context: Context, *, suggestion: SuggestionId, round: Round, office: Office
) -> Sealed:
    """封口汇总：评价从此不能再改，告知代工委；单位只知道已经封口。"""
    session = context.session
    outcome = evaluations.seal(session, context.instance_id, round, context.at)
    title = suggestions.get(session, suggestion).title
    text = f"《{title}》的代表评价已经封口，请登录查看。"
    tell(context, office, f"evaluation_sealed:{suggestion}:{round}", text)
    for row in evaluations.contradicted(session, context.instance_id, round):
        name = people.unit_names(session, [row.unit])[row.unit]
        text = f"代表表示没有和{name}见过面（{_titled(session, row)}），与单位登记的不符，请核查。"
        tell(context, office, f"met_contradiction:{row.id}", text)
    _forget_drafts(context)
    return {"evaluation_outcome": outcome, "evaluation_sealed_at": context.at}


# 代录


@operation(reserved=_ON_PAPER)
def open_proxy_entry(context: Context, form: PaperReceived) -> Received:
    """登记收到的纸质评价表，准备代录。"""
    session, evaluation_id = context.session, int(form.evaluation)
    try:
        entry = proxies.open_entry(session, evaluation_id, form.scans, context.person, context.at)
    except NotAllowed as refused:
        raise form.refused("evaluation", str(refused)) from refused
    row = evaluations.get(session, evaluation_id)
    suggestion = suggestions.get(session, row.suggestion_id)
    context.key(evaluations.business_key(row.id))
    is_of_a_town = suggestion.level == Level.TOWN and suggestion.town
    return {
        "entry": entry.id,
        "scans": entry.scans,
        "paper_of": proxies.papers(session, [row])[0],
        "office": Role.TOWN_PRESIDIUM.of(suggestion.town or "")
        if is_of_a_town
        else Role.DEPUTY_OFFICE,
        "proxy_entered_at": context.at,
    }


@operation("evaluation", reserved=_ON_PAPER, sealed=True)
def enter_proxy_rating(context: Context, form: PaperRating, *, entry: EntryId) -> None:
    """录入纸质评价表，留待另一个人复核。"""
    proxies.enter(context.session, entry, form.rating(), context.by, context.at)


@operation("evaluation", reserved=_ON_PAPER, sealed=True)
def check_proxy_rating(context: Context, form: PaperCheck, *, entry: EntryId) -> Checked:
    """复核代录：由另一个人再录一次，两次一致才登记，并告知代表可以否认。"""
    marks = (form.attitude_rating, form.result_rating)
    try:
        result = proxies.check(context.session, entry, marks, context.by, context.at)
    except NotAllowed as refused:
        raise form.refused("attitude_rating", str(refused)) from refused
    if result is ProxyResult.REGISTERED:
        paper = proxies.get(context.session, entry)
        row = evaluations.get(context.session, paper.evaluation_id)
        text = (
            f"已按您签名的纸质表代录对{_titled(context.session, row)}的评价。"
            "封口前您可以自己重新评价；不是您本意的，请在“我的评价”中否认。"
        )
        tell(
            context,
            row.deputy,
            f"proxy:{paper.id}:{row.id}",
            text,
            link=links.evaluation(row.id),
            business_key=suggestions.business_key(row.suggestion_id),
        )
    return {"proxy_result": result}


def _ask_to_make_good(
    context: Context, evaluation_id: int, missing: ContactCheck, office: str
) -> None:
    """Send the unit back to its duty; records that say the opposite are looked into."""
    session = context.session
    supplement = evaluations.ask_supplement(session, evaluation_id, missing, context.by, context.at)
    row = evaluations.get(session, evaluation_id)
    titled = _titled(session, row)
    text = f"代表反映{missing.label}（{titled}），请补正后告知代表重新评价。"
    tell(
        context,
        Role.UNIT_LIAISON.of(row.unit),
        f"supplement:{supplement.id}:{row.id}",
        text,
        link=links.step(context.business_key),
    )
    if supplement.contradicts_records:
        name = people.unit_names(session, [row.unit])[row.unit]
        text = f"代表反映{name}{missing.label}（{titled}），与单位登记的记录不符，请核查。"
        watchers = dict.fromkeys((office, Role.GOV_SUPERVISION))
        tell(context, watchers, f"contradiction:{supplement.id}:{row.id}", text)


def _forget_drafts(context: Context) -> None:
    """Delete what deputies typed and did not hand in before the seal: their tasks are gone, and it is nobody's."""
    withdrawn = select(HistoryEvent.task_id).where(
        HistoryEvent.instance_id == context.instance_id,
        HistoryEvent.process_id == context.process_id,
        HistoryEvent.kind == "withdrawn",
    )
    context.session.execute(delete(Draft).where(Draft.subject.in_(withdrawn)))


def _titled(session: Session, row: Evaluation) -> str:
    return f"《{suggestions.get(session, row.suggestion_id).title}》"
