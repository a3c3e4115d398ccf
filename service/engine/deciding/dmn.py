"""What a `.dmn` file says, read from hostile bytes into decisions; whatever is wrong is a finding, nothing is guessed."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeVar

from lxml import etree

from service.engine.deciding.decisions import (
    AGGREGATIONS,
    POLICIES,
    Decision,
    Input,
    Output,
    Rule,
    Single,
    Table,
    rank,
)
from service.engine.drawn import markup
from service.engine.drawn.findings import Finding
from service.engine.drawn.graph import circle
from service.engine.feel import cells, conditions, kinds, translation
from service.engine.feel.kinds import CellInvalid
from service.engine.feel.operands import Computed, Literal, Operand

MOST_DECISIONS = 100  # in one file
MOST_RULES = 1_000
MOST_COLUMNS = 50
MOST_CELLS = 10_000
MOST_LETTERS = 200  # of an id or a name

_NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20151101": "1.1",  # as Activiti and Flowable write it
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
}
_VENDORS = (
    "{http://camunda.org/schema/1.0/dmn}",
    "{http://flowable.org/dmn}",
    "{http://activiti.org/dmn}",
)
_NEWER = re.compile(r"https?://www\.omg\.org/spec/DMN/")
_NAME = re.compile(r"[^\W\d]\w*")
# What else may hold the logic of a decision, and is not decided here.
_OTHER_LOGIC: Mapping[str, str] = {
    "invocation": "调用（invocation）",
    "context": "上下文（context）",
    "boxedContext": "上下文（context）",
    "relation": "关系表（relation）",
    "list": "列表（list）",
    "functionDefinition": "函数定义（function）",
}

_Read = TypeVar("_Read")


@dataclass(frozen=True)
class DecisionFile:
    """One file: its decisions by id, none of them while something is wrong; `ids` are those it draws in any case."""

    file: str
    ids: tuple[str, ...]
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def is_decisions(root: etree._Element) -> bool:
    """Say whether this is a file of decisions, of a version we read or of another."""
    tag = etree.QName(root)
    namespace = tag.namespace or ""
    return tag.localname == "definitions" and bool(_NEWER.match(namespace))


def read(file: str, content: bytes) -> DecisionFile:
    """Read one file, or raise FileUnreadable."""
    return drawn(file, markup.root(file, content))


def drawn(file: str, root: etree._Element) -> DecisionFile:
    """Read the decisions from their XML, or raise FileUnreadable when there are none we could read."""
    namespace = etree.QName(root).namespace or ""
    if namespace not in _NAMESPACES or etree.QName(root).localname != "definitions":
        raise markup.refusal(
            file,
            "dmn-version",
            "文件不是 DMN 1.1、1.2 或 1.3 决策表，请在建模工具里另存为 DMN 1.3。",
        )
    return _Reading(file, root, f"{{{namespace}}}").read()


@dataclass(frozen=True)
class _Place:
    """Where something stands: by which id it is found, and in which words it is told."""

    element: str
    words: str


class _Reading:
    """Reads one file and gathers what is wrong with it."""

    def __init__(self, file: str, root: etree._Element, namespace: str) -> None:
        self.file = file
        self.root = root
        self.dmn = namespace
        self.findings: list[Finding] = []
        self.language = root.get("expressionLanguage", "")

    def read(self) -> DecisionFile:
        nodes = self.root.findall(f"{self.dmn}decision")
        if not nodes:
            self._error("", "no-decision", "文件里没有决策，请画一张决策表。")
        if len(nodes) > MOST_DECISIONS:
            self._error("", "too-large", f"文件里超过 {MOST_DECISIONS} 个决策，请拆成几个文件。")
            nodes = []
        ids = [node.get("id", "").strip() for node in nodes]
        self._named(nodes, ids)
        requirements = {
            key: list(self._required(key, node)) for key, node in zip(ids, nodes, strict=True)
        }
        self._linked(requirements)
        found = {key: self._decision(key, node) for key, node in zip(ids, nodes, strict=True)}
        whole: dict[str, Decision] = {}
        if not any(finding.severity == "error" for finding in self.findings):
            whole = _joined({key: one for key, one in found.items() if one}, requirements)
            self._unquoted(whole)
        return DecisionFile(
            self.file, tuple(key for key in ids if key), whole, tuple(self.findings)
        )

    def _named(self, nodes: Sequence[etree._Element], ids: Sequence[str]) -> None:
        for key, count in Counter(ids).items():
            if not key or max(len(key), *(len(n.get("name", "")) for n in nodes)) > MOST_LETTERS:
                message = f"有决策没有 id，或 id、名称超过 {MOST_LETTERS} 个字；流程图靠 id 找到它，请补上或缩短。"
                self._error(key[:MOST_LETTERS], "decision-id", message)
            elif count > 1:
                message = f"决策 id“{key}”出现了不止一次，请给每个决策不同的 id。"
                self._error(key, "decision-duplicate", message)

    # what requires what

    def _required(self, key: str, node: etree._Element) -> Iterator[str]:
        for requirement in node.findall(f"{self.dmn}informationRequirement"):
            for one in requirement.findall(f"{self.dmn}requiredDecision"):
                yield one.get("href", "").strip().removeprefix("#")
        if node.find(f"{self.dmn}knowledgeRequirement") is not None:
            message = (
                f"决策“{_name(node)}”要用业务知识模型，本系统不执行；请把它改成一张被需要的决策表。"
            )
            self._error(key, "unsupported-decision", message)

    def _linked(self, requirements: Mapping[str, Sequence[str]]) -> None:
        for key, wanted in requirements.items():
            for one in wanted:
                if one not in requirements:
                    message = f"决策“{key}”需要的决策“{one}”不在这个文件里，请把它画在同一个文件里，或删除连线。"
                    self._error(key, "required-decision", message)
        found = circle(requirements)
        if found:
            names = " → ".join([*found, found[0]])
            message = f"决策互相需要，成了圈（{names}），请删除其中一条连线。"
            self._error(found[0], "decision-circle", message)

    # one decision

    def _decision(self, key: str, node: etree._Element) -> Decision | None:
        logics = [child for child in node if self._local(child) in _LOGIC | set(_OTHER_LOGIC)]
        name = _name(node)
        variable = node.find(f"{self.dmn}variable")
        own = variable.get("name", "").strip() if variable is not None else ""
        if len(logics) != 1:
            message = f"决策“{name}”里没有决策表，请画一张决策表或写一个表达式。"
            self._error(key, "decision-empty", message)
            return None
        [logic] = logics
        kind = self._local(logic)
        if kind in _OTHER_LOGIC:
            message = (
                f"决策“{name}”用了{_OTHER_LOGIC[kind]}，本系统不执行；请改画决策表或写一个表达式。"
            )
            self._error(key, "unsupported-decision", message)
            return None
        place = _Place(key, f"决策“{name}”")
        if kind == "decisionTable":
            read: Table | Single | None = self._table(logic, place, own or key)
        else:
            type_of = variable.get("typeRef", "") if variable is not None else ""
            read = self._single(logic, place, own or key, type_of)
        return Decision(key, name, self.file, own or key, read) if read else None

    def _single(
        self, node: etree._Element, place: _Place, name: str, type_of: str
    ) -> Single | None:
        place = _Place(node.get("id") or place.element, f"{place.words}的表达式")
        kind = self._kind(type_of or node.get("typeRef", ""), place)
        text = self._text(node, place)
        if not text:
            self._error(place.element, "expression-empty", f"{place.words}是空的，请写上表达式。")
            return None
        operand = self._told(place, lambda: cells.output(text, kind))
        return Single(name, operand) if operand else None

    # tables

    def _table(self, node: etree._Element, place: _Place, fallback: str) -> Table | None:
        inputs = node.findall(f"{self.dmn}input")
        outputs = node.findall(f"{self.dmn}output")
        rules = node.findall(f"{self.dmn}rule")
        columns = len(inputs) + len(outputs)
        if len(rules) > MOST_RULES or columns > MOST_COLUMNS or len(rules) * columns > MOST_CELLS:
            message = (
                f"{place.words}超过 {MOST_RULES} 条规则、{MOST_COLUMNS} 列或 {MOST_CELLS} 格，"
                "请拆成几张表，用“需要”的连线接起来。"
            )
            self._error(place.element, "too-large", message)
            return None
        if not outputs:
            message = f"{place.words}没有输出列，请至少画一个输出列。"
            self._error(place.element, "output-missing", message)
        heads = [self._input(one, number, place) for number, one in enumerate(inputs, 1)]
        results = self._outputs(outputs, place, fallback)
        policy, aggregation = self._policy(node, place, results)
        read = [
            self._rule(one, number, place, heads, results) for number, one in enumerate(rules, 1)
        ]
        if not rules:
            self._warning(
                place.element, "no-rules", f"{place.words}没有规则，永远没有结果；请添加规则。"
            )
        if policy == "UNIQUE":
            self._twice(rules, place)
        return Table(policy, aggregation, tuple(heads), tuple(results), tuple(read))

    def _policy(
        self, node: etree._Element, place: _Place, outputs: Sequence[Output]
    ) -> tuple[str, str]:
        policy = node.get("hitPolicy", "UNIQUE").strip().upper()
        aggregation = node.get("aggregation", "").strip().upper()
        faults = {
            "hit-policy": policy not in POLICIES
            and f"的命中策略“{policy[:40]}”不存在；可用的有：{'、'.join(POLICIES)}。",
            "aggregation": bool(aggregation)
            and (policy != "COLLECT" or aggregation not in AGGREGATIONS)
            and f"的汇总方式只能用在 COLLECT 上，可用的有：{'、'.join(AGGREGATIONS)}。",
            "aggregation-columns": bool(aggregation)
            and len(outputs) > 1
            and "有汇总方式，只能有一个输出列；请拆成几张表。",
            "aggregation-default": aggregation == "COUNT"
            and any(output.default for output in outputs)
            and "数的是满足的规则，没有满足时就是 0；请删除默认输出。",
            "priority-values": policy in {"PRIORITY", "OUTPUT ORDER"}
            and not any(output.values for output in outputs)
            and f"的命中策略是 {policy}，请在输出列上按从重到轻写出允许的值。",
        }
        for code, message in faults.items():
            if message:
                self._error(place.element, code, f"{place.words}{message}")
        return policy, aggregation

    def _input(self, node: etree._Element, number: int, place: _Place) -> Input:
        inner = node.find(f"{self.dmn}inputExpression")
        label = " ".join(node.get("label", "").split())
        place = _Place(
            node.get("id") or place.element, f"{place.words}的第 {number} 个输入列“{label}”"
        )
        text = self._text(inner, place) if inner is not None else ""
        kind = self._kind(inner.get("typeRef", "") if inner is not None else "", place)
        operand = self._told(place, lambda: _looked_at(text, kind))
        if not text:
            message = f"{place.words}没有写输入表达式，请写上要看的变量名。"
            self._error(place.element, "input-empty", message)
        allowed = node.find(f"{self.dmn}inputValues")
        allowed_text = self._text(allowed, place) if allowed is not None else ""
        return Input(
            label or text[:40] or str(number),
            operand or Literal(None),
            kind,
            _vendor(node, "inputVariable"),
            self._told(place, lambda: cells.condition(allowed_text, kind))
            if allowed_text
            else None,
            allowed_text,
        )

    def _outputs(
        self, nodes: Sequence[etree._Element], place: _Place, fallback: str
    ) -> list[Output]:
        names = [node.get("name", "").strip() for node in nodes]
        found = []
        for number, (node, name) in enumerate(zip(nodes, names, strict=True), 1):
            label = " ".join(node.get("label", "").split()) or name or str(number)
            here = _Place(
                node.get("id") or place.element, f"{place.words}的第 {number} 个输出列“{label}”"
            )
            if len(nodes) > 1 and (not name or names.count(name) > 1):
                message = (
                    f"{here.words}没有名称，或与另一列同名；请在“输出名称”里给每一列不同的名称。"
                )
                self._error(here.element, "output-name", message)
            found.append(self._output(node, here, name or fallback, label))
        return found

    def _output(self, node: etree._Element, place: _Place, name: str, label: str) -> Output:
        kind = self._kind(node.get("typeRef", ""), place)
        allowed = node.find(f"{self.dmn}outputValues")
        text = self._text(allowed, place) if allowed is not None else ""
        values = self._told(place, lambda: cells.values(text, kind)) if text else ()
        entry = node.find(f"{self.dmn}defaultOutputEntry")
        otherwise = self._text(entry, place) if entry is not None else ""
        default = self._told(place, lambda: cells.output(otherwise, kind)) if otherwise else None
        output = Output(name, label, kind, values or ())
        self._allowed(output, default, _Place(place.element, f"{place.words}的默认输出"))
        return replace(output, default=default)

    def _rule(
        self,
        node: etree._Element,
        number: int,
        place: _Place,
        inputs: Sequence[Input],
        outputs: Sequence[Output],
    ) -> Rule:
        conditions = node.findall(f"{self.dmn}inputEntry")
        results = node.findall(f"{self.dmn}outputEntry")
        here = _Place(node.get("id") or place.element, f"{place.words}第 {number} 条规则")
        if len(conditions) != len(inputs) or len(results) != len(outputs):
            message = f"{here.words}的格数和列数不同，请在建模工具里重新填写这一条。"
            self._error(here.element, "rule-cells", message)
        return Rule(
            number,
            tuple(
                self._condition(cell, column, here)
                for cell, column in zip(conditions, inputs, strict=False)
            ),
            tuple(
                self._result(cell, column, here)
                for cell, column in zip(results, outputs, strict=False)
            ),
        )

    def _condition(self, node: etree._Element, column: Input, rule: _Place) -> conditions.Test:
        place = _Place(node.get("id") or rule.element, f"{rule.words}的“{column.label}”列")
        text = self._text(node, place)
        test = self._told(place, lambda: cells.condition(text, column.kind, column.variable))
        return test or conditions.Anything()

    def _result(self, node: etree._Element, column: Output, rule: _Place) -> Operand:
        place = _Place(node.get("id") or rule.element, f"{rule.words}的“{column.label}”列")
        text = self._text(node, place)
        operand = self._told(place, lambda: cells.output(text, column.kind))
        self._allowed(column, operand, place)
        return operand or Literal(None)

    def _allowed(self, column: Output, operand: Operand | None, place: _Place) -> None:
        if not isinstance(operand, Literal) or operand.content is None or not column.values:
            return
        if rank(column, kinds.written(operand.content)) < 0:
            words = "、".join(kinds.shown(value) for value in column.values[:5])
            message = (
                f"{place.words}：{kinds.shown(operand.content)}不在这一列允许的值里（{words}）。"
            )
            self._error(place.element, "value-not-allowed", message)

    def _twice(self, rules: Sequence[etree._Element], place: _Place) -> None:
        seen: dict[tuple[str, ...], int] = {}
        for number, rule in enumerate(rules, 1):
            texts = tuple(
                "".join(cell.itertext()).strip() for cell in rule.findall(f"{self.dmn}inputEntry")
            )
            if texts in seen:
                message = (
                    f"{place.words}第 {seen[texts]} 条和第 {number} 条规则的条件完全相同，"
                    "同时满足时会失败；请合并，或换一种命中策略。"
                )
                self._warning(rule.get("id") or place.element, "rule-twice", message)
            seen.setdefault(texts, number)

    def _unquoted(self, decisions: Mapping[str, Decision]) -> None:
        """Text without quotes is a variable; where no such variable is heard of, it was hardly meant as one."""
        given = {node.get("name", "").strip() for node in self.root.iter(f"{self.dmn}inputData")}
        for decision in decisions.values():
            if isinstance(decision.logic, Table):
                known = given | _heard_of(decision, decision.logic)
                for number, name in _bare(decision.logic):
                    if name not in known:
                        message = (
                            f"决策“{decision.name}”第 {number} 条规则里的“{name}”没有加英文引号，会被当作变量；"
                            f'如果它是文字，请写成 "{name}"。'
                        )
                        self._warning(decision.id, "bare-word", message)

    # texts

    def _text(self, node: etree._Element, place: _Place) -> str:
        """Return what a cell says, after asking in which language."""
        inner = node.find(f"{self.dmn}text")
        text = "".join(inner.itertext(etree.Element)).strip() if inner is not None else ""
        language = (node.get("expressionLanguage") or self.language).strip().lower()
        if language and "feel" not in language and language.rsplit("/")[-1] not in {"juel", "uel"}:
            message = f"{place.words}用了脚本语言“{language[:40]}”，请改选 FEEL，写成比较或一个值。"
            self._error(place.element, "cell-language", message)
            return _UNREADABLE
        if "uel" in language and text not in {"", "-"} and text[:2] not in {"${", "#{"}:
            message = f"{place.words}选了 JUEL，请写成 ${{…}}，或改选 FEEL。"
            self._error(place.element, "cell-language", message)
            return _UNREADABLE
        return text

    def _kind(self, type_of: str, place: _Place) -> str:
        name = type_of.strip().rpartition(":")[2].lower()
        if name not in kinds.KINDS:
            message = (
                f"{place.words}的类型“{type_of[:40]}”不存在；可用的有："
                "string、boolean、integer、long、double、number、date。"
            )
            self._error(place.element, "unknown-type", message)
        return kinds.KINDS.get(name, "any")

    def _told(self, place: _Place, act: Callable[[], _Read]) -> _Read | None:
        try:
            return act()
        except CellInvalid as error:
            self._error(place.element, "cell", f"{place.words}：{error}")
            return None

    def _local(self, node: etree._Element) -> str:
        tag = node.tag
        found = isinstance(tag, str) and tag.startswith(self.dmn)
        return str(tag).removeprefix(self.dmn) if found else ""

    def _error(self, element: str, code: str, message: str) -> None:
        self.findings.append(Finding(self.file, element, code, "error", message))

    def _warning(self, element: str, code: str, message: str) -> None:
        self.findings.append(Finding(self.file, element, code, "warning", message))


_UNREADABLE = "null"  # stands for a text that was refused, so that nothing more is said about it
_LOGIC = frozenset({"decisionTable", "literalExpression"})


def _vendor(node: etree._Element, attribute: str) -> str:
    found = (node.get(vendor + attribute, "").strip() for vendor in _VENDORS)
    return next(filter(None, found), "")


def _name(node: etree._Element) -> str:
    return " ".join(node.get("name", "").split()) or node.get("id", "")


def _looked_at(text: str, kind: str) -> Operand:
    return Computed(cells.expression(text), kind) if text else Literal(None)


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


def _heard_of(decision: Decision, table: Table) -> set[str]:
    columns = (column.value for column in table.inputs)
    names = {
        name for value in columns if isinstance(value, Computed) for name in value.expression.names
    }
    names |= {column.variable for column in table.inputs} | {translation.CELL_INPUT}
    for required in decision.required:
        names |= {required.id, required.variable, *required.logic.output_names}
    return names


def _bare(table: Table) -> Iterator[tuple[int, str]]:
    """Return the cells that are one word without quotes, with the number of their rule."""
    for rule in table.rules:
        for part in chain(rule.tests, rule.results):
            operand = part.operand if isinstance(part, conditions.Equal) else part
            if isinstance(operand, Computed) and _NAME.fullmatch(operand.expression.text):
                yield rule.number, operand.expression.text
