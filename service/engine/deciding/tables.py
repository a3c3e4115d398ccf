"""A decision table is read column by column and rule by rule."""

from collections.abc import Sequence
from dataclasses import replace

from lxml import etree

from service.engine.deciding.logic import AGGREGATIONS, POLICIES, Input, Output, Rule, Table, rank
from service.engine.deciding.reader import Place, Reader
from service.engine.feel import cells, conditions, kinds
from service.engine.feel.operands import Computed, Literal, Operand

_VENDORS = (
    "{http://camunda.org/schema/1.0/dmn}",
    "{http://flowable.org/dmn}",
    "{http://activiti.org/dmn}",
)
MOST_RULES = 1_000
MOST_COLUMNS = 50
MOST_CELLS = 10_000


class Tables:
    """Reads the tables of one file."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def read(self, node: etree._Element, place: Place, fallback: str) -> Table | None:
        inputs = node.findall(f"{self.reader.dmn}input")
        outputs = node.findall(f"{self.reader.dmn}output")
        rules = node.findall(f"{self.reader.dmn}rule")
        columns = len(inputs) + len(outputs)
        if len(rules) > MOST_RULES or columns > MOST_COLUMNS or len(rules) * columns > MOST_CELLS:
            message = (
                f"{place.words}超过 {MOST_RULES} 条规则、{MOST_COLUMNS} 列或 {MOST_CELLS} 格，"
                "请拆成几张表，用“需要”的连线接起来。"
            )
            self.reader.error(place.element, "too-large", message)
            return None
        if not outputs:
            message = f"{place.words}没有输出列，请至少画一个输出列。"
            self.reader.error(place.element, "output-missing", message)
        heads = [self._input(one, number, place) for number, one in enumerate(inputs, 1)]
        results = self._outputs(outputs, place, fallback)
        policy, aggregation = self._policy(node, place, results)
        read = [
            self._rule(one, number, place, heads, results) for number, one in enumerate(rules, 1)
        ]
        if not rules:
            self.reader.warn(
                place.element, "no-rules", f"{place.words}没有规则，永远没有结果；请添加规则。"
            )
        if policy == "UNIQUE":
            self._twice(rules, place)
        return Table(policy, aggregation, tuple(heads), tuple(results), tuple(read))

    def _policy(
        self, node: etree._Element, place: Place, outputs: Sequence[Output]
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
                self.reader.error(place.element, code, f"{place.words}{message}")
        return policy, aggregation

    def _input(self, node: etree._Element, number: int, place: Place) -> Input:
        inner = node.find(f"{self.reader.dmn}inputExpression")
        label = " ".join(node.get("label", "").split())
        place = Place(
            node.get("id") or place.element, f"{place.words}的第 {number} 个输入列“{label}”"
        )
        text = self.reader.text(inner, place) if inner is not None else ""
        kind = self.reader.kind(inner.get("typeRef", "") if inner is not None else "", place)
        operand = self.reader.attempt(place, lambda: _looked_at(text, kind))
        if not text:
            message = f"{place.words}没有写输入表达式，请写上要看的变量名。"
            self.reader.error(place.element, "input-empty", message)
        allowed = node.find(f"{self.reader.dmn}inputValues")
        allowed_text = self.reader.text(allowed, place) if allowed is not None else ""
        return Input(
            label or text[:40] or str(number),
            operand or Literal(None),
            kind,
            _vendor(node, "inputVariable"),
            self.reader.attempt(place, lambda: cells.condition(allowed_text, kind))
            if allowed_text
            else None,
            allowed_text,
        )

    def _outputs(
        self, nodes: Sequence[etree._Element], place: Place, fallback: str
    ) -> list[Output]:
        names = [node.get("name", "").strip() for node in nodes]
        found = []
        for number, (node, name) in enumerate(zip(nodes, names, strict=True), 1):
            label = " ".join(node.get("label", "").split()) or name or str(number)
            column = Place(
                node.get("id") or place.element, f"{place.words}的第 {number} 个输出列“{label}”"
            )
            if len(nodes) > 1 and (not name or names.count(name) > 1):
                message = (
                    f"{column.words}没有名称，或与另一列同名；请在“输出名称”里给每一列不同的名称。"
                )
                self.reader.error(column.element, "output-name", message)
            found.append(self._output(node, column, name or fallback, label))
        return found

    def _output(self, node: etree._Element, place: Place, name: str, label: str) -> Output:
        kind = self.reader.kind(node.get("typeRef", ""), place)
        allowed = node.find(f"{self.reader.dmn}outputValues")
        text = self.reader.text(allowed, place) if allowed is not None else ""
        values = self.reader.attempt(place, lambda: cells.values(text, kind)) if text else ()
        entry = node.find(f"{self.reader.dmn}defaultOutputEntry")
        otherwise = self.reader.text(entry, place) if entry is not None else ""
        default = (
            self.reader.attempt(place, lambda: cells.output(otherwise, kind)) if otherwise else None
        )
        output = Output(name, label, kind, values or ())
        self._allowed(output, default, Place(place.element, f"{place.words}的默认输出"))
        return replace(output, default=default)

    def _rule(
        self,
        node: etree._Element,
        number: int,
        place: Place,
        inputs: Sequence[Input],
        outputs: Sequence[Output],
    ) -> Rule:
        conditions = node.findall(f"{self.reader.dmn}inputEntry")
        results = node.findall(f"{self.reader.dmn}outputEntry")
        entry = Place(node.get("id") or place.element, f"{place.words}第 {number} 条规则")
        if len(conditions) != len(inputs) or len(results) != len(outputs):
            message = f"{entry.words}的格数和列数不同，请在建模工具里重新填写这一条。"
            self.reader.error(entry.element, "rule-cells", message)
        return Rule(
            number,
            tuple(
                self._condition(cell, column, entry)
                for cell, column in zip(conditions, inputs, strict=False)
            ),
            tuple(
                self._result(cell, column, entry)
                for cell, column in zip(results, outputs, strict=False)
            ),
        )

    def _condition(self, node: etree._Element, column: Input, rule: Place) -> conditions.Test:
        place = Place(node.get("id") or rule.element, f"{rule.words}的“{column.label}”列")
        text = self.reader.text(node, place)
        test = self.reader.attempt(
            place, lambda: cells.condition(text, column.kind, column.variable)
        )
        return test or conditions.Anything()

    def _result(self, node: etree._Element, column: Output, rule: Place) -> Operand:
        place = Place(node.get("id") or rule.element, f"{rule.words}的“{column.label}”列")
        text = self.reader.text(node, place)
        operand = self.reader.attempt(place, lambda: cells.output(text, column.kind))
        self._allowed(column, operand, place)
        return operand or Literal(None)

    def _allowed(self, column: Output, operand: Operand | None, place: Place) -> None:
        if not isinstance(operand, Literal) or operand.content is None or not column.values:
            return
        if rank(column, kinds.written(operand.content)) < 0:
            words = "、".join(kinds.shown(value) for value in column.values[:5])
            message = (
                f"{place.words}：{kinds.shown(operand.content)}不在这一列允许的值里（{words}）。"
            )
            self.reader.error(place.element, "value-not-allowed", message)

    def _twice(self, rules: Sequence[etree._Element], place: Place) -> None:
        seen: dict[tuple[str, ...], int] = {}
        for number, rule in enumerate(rules, 1):
            texts = tuple(
                "".join(cell.itertext()).strip()
                for cell in rule.findall(f"{self.reader.dmn}inputEntry")
            )
            if texts in seen:
                message = (
                    f"{place.words}第 {seen[texts]} 条和第 {number} 条规则的条件完全相同，"
                    "同时满足时会失败；请合并，或换一种命中策略。"
                )
                self.reader.warn(rule.get("id") or place.element, "rule-twice", message)
            seen.setdefault(texts, number)


def _vendor(node: etree._Element, attribute: str) -> str:
    found = (node.get(vendor + attribute, "").strip() for vendor in _VENDORS)
    return next(filter(None, found), "")


def _looked_at(text: str, kind: str) -> Operand:
    return Computed(cells.expression(text), kind) if text else Literal(None)
