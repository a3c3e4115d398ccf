"""What may be a suggestion: the negative list, the formal requirements, the wording of its title."""

import re
from collections.abc import Mapping

from service.register.common.labels import Labelled

_TWO_MATTERS = "标题里像是有两件事。请一事一议：一件建议只提一件事，其余的另外提交。"


class Excluded(Labelled):
    """负面清单: what may not be a suggestion; the label says what to do instead."""

    N1 = "N1", "解决代表本人、亲属或本单位的个别问题。请由当事人直接向主管部门申请。"
    N2 = "N2", "代转群众来信、申诉、控告、检举。请转交信访部门，或作为代表来信提交。"
    N3 = "N3", "涉及具体司法、仲裁、监察个案。请由当事人依法律程序办理。"
    N4 = "N4", "涉及正在进行的招标投标，或干预市场竞争。请由当事人依法提出异议。"
    N5 = "N5", "学术探讨、产品推介或广告。请改用其他渠道。"
    N6 = "N6", "政策法律咨询。请直接咨询主管部门或代表工委。"
    N7 = "N7", "没有实际内容，或没有具体的意见。请写明问题和办法后再提交。"
    N8 = "N8", "不属于本级机关组织职权。请与代表工委联系，协调上级代表提出或向上反映。"
    N9 = "N9", "一件建议提出多件事。请一事一议，分成几件提交。"
    N10 = "N10", "内容违反法律法规。请修改后再提交。"
    N11 = "N11", "涉及国家秘密或工作秘密。请不要在网上填写，携带纸质件到代表工委当面提交。"
    N12 = "N12", "已经提出过并已答复解决。请先查阅原件的答复。"


_SUSPICIONS: Mapping[Excluded, str] = {
    Excluded.N1: r"本人|我家|我本人|亲属|宅基地办证|个人诉求",
    Excluded.N2: r"控告|检举|举报信|申诉信|群众来信",
    Excluded.N3: r"判决|裁定书|执行案|诉讼|仲裁案|再审|立案侦查",
    Excluded.N4: r"招标|投标|中标",
    Excluded.N5: r"推介|广告|课题探讨",
    Excluded.N6: r"咨询一下|请问|是否可以享受",
    Excluded.N11: r"绝密|机密|秘密级|内部资料",
}


class Requirement(Labelled):
    """形式审查: what every suggestion must meet to be registered."""

    SINGLE_ISSUE = "single_issue", "一事一议"
    COMPLETE = "complete", "要素齐全"
    HAS_PROPOSALS = "has_proposals", "有具体建议"
    SIGNED = "signed", "代表本人提出并签名"


def suspicions(*texts: str) -> dict[Excluded, str]:
    """Return the entries of the negative list these words remind of, each with the words; people decide."""
    text = "\n".join(texts)
    found = {code: re.findall(pattern, text) for code, pattern in _SUSPICIONS.items()}
    return {code: "、".join(dict.fromkeys(words)) for code, words in found.items() if words}


def title_fault(title: str) -> str:
    """Return what is wrong with a title, as far as a title can tell; "" where nothing is."""
    if not title.startswith("关于") or not title.endswith(("建议", "批评", "意见")):
        return "标题请写成“关于……的建议”（或批评、意见），不用“请示”“报告”。"
    return _TWO_MATTERS if title.count("关于") > 1 or "；" in title else ""
