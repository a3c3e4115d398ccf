"""What the service itself asks of a decision: the columns it knows, and results it understands in every rule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.engine.checking.contract import Contract, Need
from service.engine.checking.known import Known, choices
from service.engine.deciding.decisions import Decision
from service.engine.deciding.logic import Rule, Table
from service.engine.drawn.findings import Finding
from service.engine.feel import kinds
from service.engine.feel.operands import Computed, Literal


def findings(decisions: Mapping[str, Decision], known: Known) -> Iterator[Finding]:
    """Yield why the service could not be decided by these, so that a slip is not found out in use."""
    for key, decision in decisions.items():
        contract = known.tables.get(key)
        if contract is not None:
            yield from _Asked(decision, contract).findings()


@dataclass(frozen=True)
class _Asked:
    decision: Decision
    contract: Contract

    def findings(self) -> Iterator[Finding]:
        table = self.decision.logic
        if not isinstance(table, Table):
            yield self._fault("table-logic", "由系统直接使用，请画成决策表，不写表达式。")
            return
        yield from self._unknown(table)
        for need in self.contract.needs:
            if need.name not in table.output_names:
                yield self._fault(
                    "table-output",
                    f"缺少输出列 {need.name}（{need.label}），系统要用它；请把一列的输出名称写成 {need.name}。",
                )
                continue
            column = table.output_names.index(need.name)
            for rule in table.rules:
                yield from self._result(rule, column, need)

    def _unknown(self, table: Table) -> Iterator[Finding]:
        facts = {one.name for one in self.contract.reads}
        given = {name for one in self.decision.required for name in one.logic.output_names}
        for column in table.inputs:
            names = column.value.expression.names if isinstance(column.value, Computed) else ()
            for name in sorted({*names} - facts - given):
                yield self._fault(
                    "table-input",
                    f"的输入列“{column.label}”要看“{name}”，系统没有这项事实。{choices(name, facts)}",
                )

    def _result(self, rule: Rule, column: int, need: Need) -> Iterator[Finding]:
        """Look at what is written down; what is computed is known only when the table is asked."""
        result = rule.results[column]
        if not isinstance(result, Literal):
            return
        title = f"第 {rule.number} 条规则的“{need.label}”（{need.name}）"
        if result.content is None:
            yield self._fault("table-result", f"{title}没有写，请补上。")
        elif need.choices and result.content not in need.choices:
            yield self._fault(
                "table-result",
                f"{title}是{kinds.shown(result.content)}，系统只认得：{'、'.join(need.choices)}。",
            )

    def _fault(self, code: str, message: str) -> Finding:
        decision = self.decision
        return Finding(decision.file, decision.id, code, "error", f"决策“{decision.name}”{message}")
