"""学、听、思、查、研、写: the six steps before a suggestion is written, and what the office says about each."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from service import rulebook
from service.register.proposal.kinds import Publicity
from service.rulebook import Control, Fault, Listing, Row, asked


class PrepStep(Row):
    """One step: the word by which it is known, and what to do in it."""

    code: str = asked("标识", control=Control.FIXED, longest=30)
    name: str = asked("步骤", "代表勾选时看到的话，例如“学：学习政策法规”。", longest=40)
    text: str = asked(
        "怎么做", "写给代表的提示，列在表单的“写前指南”里。", Control.TEXT, longest=500
    )


class Preset(Row):
    """What a form has chosen before anybody touches it."""

    code: str = asked("标识", control=Control.FIXED, longest=30)
    name: str = asked("哪张表单", control=Control.FIXED, longest=40)
    value: str = asked(
        "默认选中", "填表人可以改选别的。", Control.CHOICE, choices=Publicity.labels()
    )


STEPS = rulebook.declare(
    Listing(
        "prep_steps",
        "写前指南（学听思查研写）",
        "代表动笔以前的六步和每一步的提示。六步不能增减，文字可以改。",
        ("代表提交建议的表单里，列出各步的提示，并供代表勾选做过哪些。",),
        "已经提交的建议保留当时勾选的步骤。",
        PrepStep,
        (
            PrepStep(
                code="study",
                name="学：学习政策法规",
                text="查与本题有关的法律、政策和今年的重点任务，弄清楚该由谁管、现在怎么规定。",
            ),
            PrepStep(
                code="listen",
                name="听：听取群众意见",
                text="在家站接待、走访座谈中听当事群众怎么说，记下时间、地点和人数。",
            ),
            PrepStep(
                code="reflect",
                name="思：对照正负清单",
                text="想一想是不是一件事、是不是本级职权、有没有落在负面清单里。",
            ),
            PrepStep(
                code="verify",
                name="查：查往年办理情况",
                text="查以前有没有人提过、怎样答复的、承诺兑现了没有。",
            ),
            PrepStep(
                code="research",
                name="研：实地调研",
                text="到现场看，拍照、量数据、问经办单位，群众反映的情况要核实。",
            ),
            PrepStep(
                code="write",
                name="写：核对数据后成文",
                text="按情况、原因、具体建议三段写；办法一条一条编号，每条说清谁来办、办到什么程度。",
            ),
        ),
        is_fixed=True,
    )
)


def _faults(session: Session, rows: Sequence[Preset], before: Sequence[Preset]) -> Iterator[Fault]:
    for number, row in enumerate(rows):
        if row.value not in set(Publicity):
            yield Fault(number, "value", "请选择一项。")


PRESETS = rulebook.declare(
    Listing(
        "publicity_presets",
        "公开默认选项",
        "表单里“公开”一项默认选中哪一种。默认只是省事，以填表人最后所选为准。",
        ("代表提交建议时，“是否同意公开”默认选中的一项。",),
        "已经提交的建议保留代表所选的公开方式。",
        Preset,
        (Preset(code="proposal", name="代表提交建议", value=Publicity.FULL),),
        is_fixed=True,
        faults=_faults,
    )
)


def steps(session: Session) -> Sequence[PrepStep]:
    """Return the steps, in order."""
    return rulebook.rows(session, STEPS)


def preset(session: Session, form: str) -> str:
    """Return how much of it a form proposes to publish."""
    found = rulebook.row(session, PRESETS, form)
    return found.value if found else Publicity.FULL
