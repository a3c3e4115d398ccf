"""What may be a suggestion: the negative and the positive list, the formal requirements, the wording of its title."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import rulebook
from service.labels import Labelled
from service.register.proposal.status import CaseStatus
from service.rulebook import Consequence, Control, Fault, Listing, Row, asked
from service.tables.suggestions import Suggestion, SuggestionItem

_TWO_MATTERS = "标题里像是有两件事。请一事一议：一件建议只提一件事，其余的另外提交。"
_WAITING = (CaseStatus.COSIGNING, CaseStatus.DELEGATION_CHECK, CaseStatus.REVIEWING)


class Excluded(Row):
    """负面清单: what may not be a suggestion, what to do instead, and the words that remind of it."""

    code: str = asked(
        "条款", "例如 N1。审查意见里记的是条款号，用过的不要改作别的意思。", longest=6
    )
    text: str = asked(
        "内容",
        "不能作为建议提出的情形，以及应当怎么办。代表看到的就是这段话。",
        Control.TEXT,
        longest=300,
    )
    words: tuple[str, ...] = asked(
        "提示词",
        "正文里出现这些词时，提示审查人留意；用顿号隔开，可以不写。",
        Control.WORDS,
        may_be_empty=True,
        default=(),
    )


class Encouraged(Row):
    """正面清单: what suggestions are welcome about."""

    code: str = asked("标识", control=Control.FIXED, longest=30)
    name: str = asked("选题方向", "例如：政府民生实事。", longest=60)
    text: str = asked(
        "说明",
        "怎么选题、从哪里找依据，可以不写。",
        Control.TEXT,
        longest=300,
        may_be_empty=True,
        default="",
    )


def _consequences(
    session: Session, before: Sequence[Excluded], after: Sequence[Excluded], at: datetime
) -> list[Consequence]:
    """Say how many suggestions that wait for the review the reviewer would be reminded of something else."""
    texts = _waiting_texts(session)
    found = []
    for text in texts:
        old, new = (_reminded(rows, (text.whole,)) for rows in (before, after))
        if old.keys() != new.keys():
            found.append(Consequence(f"待审查的“{text.title}”", _listed(old), _listed(new)))
    return found


def _faults(
    session: Session, rows: Sequence[Excluded], before: Sequence[Excluded]
) -> Iterator[Fault]:
    """Refuse words so short that they would be found in every suggestion."""
    for number, row in enumerate(rows):
        if short := [word for word in row.words if len(word) < 2]:
            yield Fault(
                number, "words", f"提示词“{short[0]}”太短，几乎每件都会出现；请写两个字以上。"
            )


NEGATIVE = rulebook.declare(
    Listing(
        "negative_list",
        "负面清单",
        "哪些情形不能作为代表建议提出，遇到了应当怎么办。",
        (
            "代表提交建议时对照自查，选中任何一条就不能提交；",
            "代表工委审查时勾选命中的条款，命中的不能立案；",
            "审查时按提示词列出可疑之处，由人判断。",
        ),
        "已经作出的审查意见保留当时的条款号。",
        Excluded,
        (
            Excluded(
                code="N1",
                text="解决代表本人、亲属或本单位的个别问题。请由当事人直接向主管部门申请。",
                words=("本人", "我家", "我本人", "亲属", "宅基地办证", "个人诉求"),
            ),
            Excluded(
                code="N2",
                text="代转群众来信、申诉、控告、检举。请转交信访部门，或作为代表来信提交。",
                words=("控告", "检举", "举报信", "申诉信", "群众来信"),
            ),
            Excluded(
                code="N3",
                text="涉及具体司法、仲裁、监察个案。请由当事人依法律程序办理。",
                words=("判决", "裁定书", "执行案", "诉讼", "仲裁案", "再审", "立案侦查"),
            ),
            Excluded(
                code="N4",
                text="涉及正在进行的招标投标，或干预市场竞争。请由当事人依法提出异议。",
                words=("招标", "投标", "中标"),
            ),
            Excluded(
                code="N5",
                text="学术探讨、产品推介或广告。请改用其他渠道。",
                words=("推介", "广告", "课题探讨"),
            ),
            Excluded(
                code="N6",
                text="政策法律咨询。请直接咨询主管部门或代表工委。",
                words=("咨询一下", "请问", "是否可以享受"),
            ),
            Excluded(code="N7", text="没有实际内容，或没有具体的意见。请写明问题和办法后再提交。"),
            Excluded(
                code="N8",
                text="不属于本级机关组织职权。请与代表工委联系，协调上级代表提出或向上反映。",
            ),
            Excluded(code="N9", text="一件建议提出多件事。请一事一议，分成几件提交。"),
            Excluded(code="N10", text="内容违反法律法规。请修改后再提交。"),
            Excluded(
                code="N11",
                text="涉及国家秘密或工作秘密。请不要在网上填写，携带纸质件到代表工委当面提交。",
                words=("绝密", "机密", "秘密级", "内部资料"),
            ),
            Excluded(code="N12", text="已经提出过并已答复解决。请先查阅原件的答复。"),
        ),
        faults=_faults,
        consequences=_consequences,
    )
)
POSITIVE = rulebook.declare(
    Listing(
        "positive_list",
        "正面清单",
        "鼓励代表围绕哪些方面提出建议。每年可以按中心工作更换。",
        ("代表提交建议的表单里，列在“选题参考”中；", "代表工委审查时，同样列出供对照。"),
        "正面清单只供参考，不影响已经提交的建议。",
        Encouraged,
        (
            Encouraged(
                code="centre",
                name="市委中心工作和年度重点",
                text="结合当年重点任务，提本地能办的具体办法。",
            ),
            Encouraged(
                code="livelihood",
                name="政府民生实事",
                text="实事项目推进中的问题和下一年的候选项目。",
            ),
            Encouraged(
                code="law", name="法律法规实施中的问题", text="执法检查、视察调研中发现的问题。"
            ),
            Encouraged(
                code="urgent",
                name="群众普遍关心的急难愁盼",
                text="多数群众反映、靠个人解决不了的事。",
            ),
            Encouraged(
                code="development",
                name="乡村振兴、产业、生态和城建",
                text="写清楚在哪里、影响多少人、现在怎样。",
            ),
            Encouraged(
                code="services",
                name="教育、医疗、就业和养老",
                text="服务不足、不便、不公的具体情形。",
            ),
            Encouraged(code="governance", name="基层治理", text="网格、物业、矛盾化解等一线问题。"),
            Encouraged(
                code="unkept",
                name="上年列入计划还没有兑现的事项",
                text="写明原建议编号和承诺内容。",
            ),
        ),
    )
)


class Requirement(Labelled):
    """形式审查: what every suggestion must meet to be registered."""

    SINGLE_ISSUE = "single_issue", "一事一议"
    COMPLETE = "complete", "要素齐全"
    HAS_PROPOSALS = "has_proposals", "有具体建议"
    SIGNED = "signed", "代表本人提出并签名"


def excluded(session: Session) -> Sequence[Excluded]:
    """Return the entries of the negative list, in order."""
    return rulebook.rows(session, NEGATIVE)


def encouraged(session: Session) -> Sequence[Encouraged]:
    """Return the entries of the positive list, in order."""
    return rulebook.rows(session, POSITIVE)


def unknown(session: Session, codes: Iterable[str]) -> str:
    """Return what to say of codes that are not on the negative list, "" where all are."""
    known = {one.code for one in excluded(session)}
    wrong = [code[:20] for code in codes if code not in known]
    return f"负面清单里没有“{'、'.join(wrong)}”，清单可能已经更新，请重新选择。" if wrong else ""


def suspicions(session: Session, *texts: str) -> dict[Excluded, str]:
    """Return the entries of the negative list these words remind of, each with the words; people decide."""
    return {one: "、".join(words) for one, words in _reminded(excluded(session), texts).items()}


def title_fault(title: str) -> str:
    """Return what is wrong with a title, as far as a title can tell; "" where nothing is."""
    if not title.startswith("关于") or not title.endswith(("建议", "批评", "意见")):
        return "标题请写成“关于……的建议”（或批评、意见），不用“请示”“报告”。"
    return _TWO_MATTERS if title.count("关于") > 1 or "；" in title else ""


def _reminded(rows: Sequence[Excluded], texts: Iterable[str]) -> Mapping[Excluded, list[str]]:
    whole = "\n".join(texts)
    found = {one: [word for word in one.words if word in whole] for one in rows}
    return {one: words for one, words in found.items() if words}


def _listed(found: Mapping[Excluded, list[str]]) -> str:
    return (
        "、".join(f"{one.code}（{'、'.join(words)}）" for one, words in found.items()) or "没有提示"
    )


class _Text:
    """What one suggestion says."""

    def __init__(self, title: str, *parts: str) -> None:
        self.title = title
        self.parts = [title, *parts]

    @property
    def whole(self) -> str:
        return "\n".join(self.parts)


def _waiting_texts(session: Session) -> list[_Text]:
    """Return the texts of the suggestions that nobody has examined yet."""
    query = select(Suggestion.id, Suggestion.title, Suggestion.situation, Suggestion.analysis)
    waiting = Suggestion.status.in_(_WAITING)
    texts = {row[0]: _Text(*row[1:]) for row in session.execute(query.where(waiting))}
    items = select(SuggestionItem.suggestion_id, SuggestionItem.text).where(
        SuggestionItem.suggestion_id.in_(texts)
    )
    for suggestion_id, text in session.execute(items):
        texts[suggestion_id].parts.append(text)
    return list(texts.values())
