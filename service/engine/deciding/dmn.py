"""What a `.dmn` file says, read from hostile bytes into decisions; whatever is wrong is a finding, nothing is guessed."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from service.engine.deciding import bare_words
from service.engine.deciding.decisions import Decision
from service.engine.deciding.logic import Single, Table
from service.engine.deciding.reader import Place, Reader
from service.engine.deciding.tables import Tables
from service.engine.drawn import markup
from service.engine.drawn.findings import Finding
from service.engine.drawn.graph import circle
from service.engine.feel import cells

MOST_DECISIONS = 100  # in one file
MOST_LETTERS = 200  # of an id or a name

_NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20151101": "1.1",  # as Activiti and Flowable write it
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
}
_NEWER = re.compile(r"https?://www\.omg\.org/spec/DMN/")
_LOGIC = frozenset({"decisionTable", "literalExpression"})
# What else may hold the logic of a decision, and is refused.
_OTHER_LOGIC: Mapping[str, str] = {
    "invocation": "调用（invocation）",
    "context": "上下文（context）",
    "boxedContext": "上下文（context）",
    "relation": "关系表（relation）",
    "list": "列表（list）",
    "functionDefinition": "函数定义（function）",
}


@dataclass(frozen=True)
class DecisionFile:
    """One file: its decisions by id, none of them while something is wrong; `ids` are those it draws in any case."""

    file: str
    ids: tuple[str, ...]
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def is_decisions(root: etree._Element) -> bool:
    """Say whether this is a file of decisions, of a version this engine reads or of another."""
    tag = etree.QName(root)
    namespace = tag.namespace or ""
    return tag.localname == "definitions" and bool(_NEWER.match(namespace))


def read(file: str, content: bytes) -> DecisionFile:
    """Read one file, or raise FileUnreadable."""
    return drawn(file, markup.root(file, content))


def drawn(file: str, root: etree._Element) -> DecisionFile:
    """Read the decisions from their XML, or raise FileUnreadable when it is of no version this engine reads."""
    namespace = etree.QName(root).namespace or ""
    if namespace not in _NAMESPACES or etree.QName(root).localname != "definitions":
        raise markup.refusal(
            file,
            "dmn-version",
            "文件不是 DMN 1.1、1.2 或 1.3 决策表，请在建模工具里另存为 DMN 1.3。",
        )
    return _Reading(file, root, f"{{{namespace}}}").read()


class _Reading:
    """Reads one file and gathers what is wrong with it."""

    def __init__(self, file: str, root: etree._Element, namespace: str) -> None:
        self.root = root
        self.reader = Reader(file, root, namespace)
        self.tables = Tables(self.reader)

    def read(self) -> DecisionFile:
        nodes = self.root.findall(f"{self.reader.dmn}decision")
        if not nodes:
            self.reader.error("", "no-decision", "文件里没有决策，请画一张决策表。")
        if len(nodes) > MOST_DECISIONS:
            self.reader.error(
                "", "too-large", f"文件里超过 {MOST_DECISIONS} 个决策，请拆成几个文件。"
            )
            nodes = []
        ids = [node.get("id", "").strip() for node in nodes]
        self._named(nodes, ids)
        requirements = {
            key: list(self._required(key, node)) for key, node in zip(ids, nodes, strict=True)
        }
        self._linked(requirements)
        found = {key: self._decision(key, node) for key, node in zip(ids, nodes, strict=True)}
        whole: dict[str, Decision] = {}
        if not any(finding.severity == "error" for finding in self.reader.findings):
            whole = _joined({key: one for key, one in found.items() if one}, requirements)
            self._bare_words(whole)
        return DecisionFile(
            self.reader.file, tuple(key for key in ids if key), whole, tuple(self.reader.findings)
        )

    def _named(self, nodes: Sequence[etree._Element], ids: Sequence[str]) -> None:
        for key, count in Counter(ids).items():
            if not key or max(len(key), *(len(n.get("name", "")) for n in nodes)) > MOST_LETTERS:
                message = f"有决策没有 id，或 id、名称超过 {MOST_LETTERS} 个字；流程图靠 id 找到它，请补上或缩短。"
                self.reader.error(key[:MOST_LETTERS], "decision-id", message)
            elif count > 1:
                message = f"决策 id“{key}”出现了不止一次，请给每个决策不同的 id。"
                self.reader.error(key, "decision-duplicate", message)

    def _required(self, key: str, node: etree._Element) -> Iterator[str]:
        for requirement in node.findall(f"{self.reader.dmn}informationRequirement"):
            for one in requirement.findall(f"{self.reader.dmn}requiredDecision"):
                yield one.get("href", "").strip().removeprefix("#")
        if node.find(f"{self.reader.dmn}knowledgeRequirement") is not None:
            message = (
                f"决策“{_name(node)}”要用业务知识模型，本系统不执行；请把它改成一张被需要的决策表。"
            )
            self.reader.error(key, "unsupported-decision", message)

    def _linked(self, requirements: Mapping[str, Sequence[str]]) -> None:
        for key, wanted in requirements.items():
            for one in wanted:
                if one not in requirements:
                    message = f"决策“{key}”需要的决策“{one}”不在这个文件里，请把它画在同一个文件里，或删除连线。"
                    self.reader.error(key, "required-decision", message)
        found = circle(requirements)
        if found:
            names = " → ".join([*found, found[0]])
            message = f"决策互相需要，成了圈（{names}），请删除其中一条连线。"
            self.reader.error(found[0], "decision-circle", message)

    def _decision(self, key: str, node: etree._Element) -> Decision | None:
        logics = [child for child in node if self.reader.local(child) in _LOGIC | set(_OTHER_LOGIC)]
        name = _name(node)
        variable = node.find(f"{self.reader.dmn}variable")
        own = variable.get("name", "").strip() if variable is not None else ""
        if len(logics) != 1:
            message = f"决策“{name}”里没有决策表，请画一张决策表或写一个表达式。"
            self.reader.error(key, "decision-empty", message)
            return None
        [logic] = logics
        kind = self.reader.local(logic)
        if kind in _OTHER_LOGIC:
            message = (
                f"决策“{name}”用了{_OTHER_LOGIC[kind]}，本系统不执行；请改画决策表或写一个表达式。"
            )
            self.reader.error(key, "unsupported-decision", message)
            return None
        place = Place(key, f"决策“{name}”")
        if kind == "decisionTable":
            read: Table | Single | None = self.tables.read(logic, place, own or key)
        else:
            type_of = variable.get("typeRef", "") if variable is not None else ""
            read = self._single(logic, place, own or key, type_of)
        return Decision(key, name, self.reader.file, own or key, read) if read else None

    def _single(self, node: etree._Element, place: Place, name: str, type_of: str) -> Single | None:
        place = Place(node.get("id") or place.element, f"{place.words}的表达式")
        kind = self.reader.kind(type_of or node.get("typeRef", ""), place)
        text = self.reader.text(node, place)
        if not text:
            self.reader.error(
                place.element, "expression-empty", f"{place.words}是空的，请写上表达式。"
            )
            return None
        operand = self.reader.attempt(place, lambda: cells.output(text, kind))
        return Single(name, operand) if operand else None

    def _bare_words(self, decisions: Mapping[str, Decision]) -> None:
        inputs = self.root.iter(f"{self.reader.dmn}inputData")
        given = frozenset(node.get("name", "").strip() for node in inputs)
        for decision in decisions.values():
            if not isinstance(decision.logic, Table):
                continue
            for number, name in bare_words.of(decision, decision.logic, given):
                message = (
                    f"决策“{decision.name}”第 {number} 条规则里的“{name}”没有加英文引号，会被当作变量；"
                    f'如果它是文字，请写成 "{name}"。'
                )
                self.reader.warn(decision.id, "bare-word", message)


def _name(node: etree._Element) -> str:
    return " ".join(node.get("name", "").split()) or node.get("id", "")


def _joined(
    found: Mapping[str, Decision], requirements: Mapping[str, Sequence[str]]
) -> dict[str, Decision]:
    """Give every decision those it requires; there is no circle, and no more than MOST_DECISIONS in a row."""
    whole: dict[str, Decision] = {}

    def join(key: str) -> Decision:
        if key not in whole:
            wanted = dict.fromkeys(requirements[key])
            whole[key] = replace(found[key], required=tuple(join(one) for one in wanted))
        return whole[key]

    return {key: join(key) for key in found}
