"""What a task asks of a decision, and which variables its answer becomes: Camunda's way and Flowable's."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.engine.deciding.decisions import Answer, Decision, Table
from service.engine.drawn.findings import Finding, called
from service.engine.drawn.source import DiagramSource, Element, ProcessSource
from service.errors import ProcessFailed

MAPPINGS = ("singleEntry", "singleResult", "collectEntries", "resultList")
WHOLE = "decisionResult"  # the name outputs may use
BINDINGS = ("latest", "deployment")
_FLOWABLE_FIELDS = frozenset(
    {
        *("decisionTableReferenceKey", "decisionTaskThrowErrorOnNoHits"),
        *("fallbackToDefaultTenant", "sameDeployment"),
    }
)


@dataclass(frozen=True)
class Ruling:
    """A task's request for a decision."""

    key: str
    binding: str  # latest | deployment | together, which is Flowable's: of the same files, else the newest
    variable: str = ""  # Camunda: where the answer goes
    mapping: str = ""  # Camunda: as what; "" is Flowable's way: each output becomes a variable
    must_hit: bool = False  # Flowable: no answer is a failure


def of(element: Element) -> Ruling | None:
    """Return what an element asks of a decision, if it does; one with a topic is an operation."""
    given, settings = element.attributes, element.settings
    if element.topic or element.kind not in {"businessRuleTask", "serviceTask"}:
        return None
    if given.get("type") == "dmn":
        return Ruling(
            settings.get("decisionTableReferenceKey", ""),
            "latest" if settings.get("sameDeployment", "").lower() == "false" else "together",
            must_hit=settings.get("decisionTaskThrowErrorOnNoHits", "").lower() == "true",
        )
    if element.kind == "businessRuleTask" and "decisionRef" in given:
        return Ruling(
            given["decisionRef"].strip(),
            given.get("decisionRefBinding", "") or "latest",
            given.get("resultVariable", "").strip(),
            given.get("mapDecisionResult", "") or "resultList",
        )
    return None


def referred(diagrams: Sequence[DiagramSource]) -> frozenset[str]:
    """Return the decisions that diagrams ask for."""
    rulings = [of(e) for diagram in diagrams for p in diagram.processes for e in p.elements]
    return frozenset(ruling.key for ruling in rulings if ruling is not None)


# --- the answer ----------------------------------------------------------------------------------


def variables(ruling: Ruling, answer: Answer, element: str) -> dict[str, Any]:
    """Return what the answer writes, or raise ProcessFailed when it is more than the task has room for."""
    if not ruling.mapping:
        return _each(ruling, answer, element)
    if not ruling.variable:
        return {}
    return {ruling.variable: _mapped(ruling, answer, element)}


def whole(answer: Answer) -> dict[Any, Any]:
    """Return what the outputs of a task may ask of `decisionResult`, as in Camunda: [0].level, singleEntry, …"""
    rows = [dict(row) for row in answer.rows]
    found: dict[Any, Any] = {**dict(enumerate(rows)), "resultList": rows}
    found["firstResult"] = rows[0] if rows else None
    if len(rows) < 2:
        found["singleResult"] = found["firstResult"]
        entries = [value for row in rows for value in row.values()]
        if len(entries) < 2:
            found["singleEntry"] = next(iter(entries), None)
    return found


def _mapped(ruling: Ruling, answer: Answer, element: str) -> Any:
    rows = [dict(row) for row in answer.rows]
    if ruling.mapping == "resultList":
        return rows
    if ruling.mapping in {"singleEntry", "collectEntries"} and len(answer.outputs) > 1:
        outputs = "、".join(answer.outputs)
        raise _failure(
            ruling,
            element,
            f"有几个输出列（{outputs}），结果不能映射为 {ruling.mapping}；请改选 singleResult 或 resultList。",
        )
    if ruling.mapping == "collectEntries":
        return [value for row in rows for value in row.values() if value is not None]
    if len(rows) > 1:
        raise _failure(
            ruling,
            element,
            f"给出了 {len(rows)} 个结果，不能映射为 {ruling.mapping}；请改选 resultList 或 collectEntries，"
            "或让决策表只给一个结果。",
        )
    if not rows:
        return None
    return rows[0] if ruling.mapping == "singleResult" else next(iter(rows[0].values()))


def _each(ruling: Ruling, answer: Answer, element: str) -> dict[str, Any]:
    """Several answers become a list named after the decision, one becomes a variable for each output."""
    if ruling.must_hit and not answer.rows:
        raise _failure(ruling, element, "没有一条规则满足；请补上规则，或关闭“没有结果时报错”。")
    if answer.several or len(answer.rows) > 1:
        return {ruling.key: [dict(row) for row in answer.rows]}
    return {name: value for row in answer.rows for name, value in row.items()}


def _failure(ruling: Ruling, element: str, why: str) -> ProcessFailed:
    return ProcessFailed(f"决策“{ruling.key}”{why}", element=element, cause=why)


# --- what is wrong with the request --------------------------------------------------------------


def findings(
    diagrams: Sequence[DiagramSource],
    drawn: Mapping[str, Decision],
    known: Collection[str],
) -> Iterator[Finding]:
    """Return what keeps tasks from being decided; `drawn` are the decisions of the same files, `known` all others."""
    for diagram in diagrams:
        for process in diagram.processes:
            for element in process.elements if process.executable else ():
                ruling = of(element)
                if ruling is not None:
                    yield from _Asked(process, element, ruling, drawn, known).findings()


@dataclass(frozen=True)
class _Asked:
    process: ProcessSource
    element: Element
    ruling: Ruling
    drawn: Mapping[str, Decision]
    known: Collection[str]

    def findings(self) -> Iterator[Finding]:
        ruling, who = self.ruling, called(self.element)
        if not ruling.key or "${" in ruling.key or "#{" in ruling.key:
            yield self._error(
                "decision-missing", f"{who}没有写明用哪张决策表；请写决策的 id，不写表达式。"
            )
        else:
            yield from self._existing()
        if ruling.mapping and ruling.mapping not in MAPPINGS:
            yield self._error(
                "decision-mapping",
                f"{who}的结果映射“{ruling.mapping}”不存在；可用的有：{'、'.join(MAPPINGS)}。",
            )
        if ruling.mapping and ruling.binding not in BINDINGS:
            yield self._error(
                "decision-binding",
                f"{who}按“{ruling.binding}”选取决策表的版本，本系统不支持；"
                "请改选 latest（最新版本）或 deployment（同一次部署的版本）。",
            )
        if ruling.mapping and not ruling.variable and not self.element.outputs:
            yield self._warning(
                "decision-unused",
                f"{who}没有写结果变量，决策的结果不会保存；请填写 Result variable。",
            )
        if "decisionRefTenantId" in self.element.attributes:
            yield self._warning(
                "ignored", f"{who}上的“decisionRefTenantId”在本系统中不起作用，这里没有租户。"
            )
        if not ruling.mapping:
            yield from self._fields()

    def _fields(self) -> Iterator[Finding]:
        """What Flowable writes besides the decision's id."""
        settings, who = self.element.settings, called(self.element)
        for name in sorted(set(settings) - _FLOWABLE_FIELDS):
            yield self._warning("ignored", f"{who}上的“{name}”在本系统中不起作用，请核对。")
        for name in ("decisionTaskThrowErrorOnNoHits", "sameDeployment"):
            if settings.get(name, "").lower() not in {"", "true", "false"}:
                yield self._error("decision-setting", f"{who}的“{name}”请写 true 或 false。")
        if self.ruling.binding == "together" and self.ruling.key in self.drawn:
            yield self._warning(
                "decision-bound",
                f"{who}一直用和它一起部署的决策“{self.ruling.key}”，以后单独发布的新表在这里不起作用；"
                "要改用最新的表，请把 sameDeployment 设为 false。",
            )

    def _existing(self) -> Iterator[Finding]:
        key, who = self.ruling.key, called(self.element)
        decision = self.drawn.get(key)
        if decision is not None:
            yield from self._fitting(decision)
        elif self.ruling.binding == "deployment":
            yield self._error(
                "called-decision", f"{who}要用同一次部署的决策“{key}”，请把它的 .dmn 文件一起部署。"
            )
        elif key not in self.known:
            there = sorted({*self.drawn, *self.known})
            choices = f"可用的有：{'、'.join(there[:8])}。" if there else "目前没有部署任何决策。"
            yield self._error(
                "called-decision",
                f"{who}要用的决策“{key}”不存在，请把它的 .dmn 文件一起部署，或改正 id。{choices}",
            )

    def _fitting(self, decision: Decision) -> Iterator[Finding]:
        mapping, who = self.ruling.mapping, called(self.element)
        outputs = decision.logic.output_names
        if mapping in {"singleEntry", "collectEntries"} and len(outputs) > 1:
            yield self._error(
                "decision-mapping",
                f"{who}的结果映射是 {mapping}，而决策“{decision.name}”有几个输出列（{'、'.join(outputs)}）；"
                "请改选 singleResult 或 resultList。",
            )
        if mapping in {"singleEntry", "singleResult"} and decision.logic.several:
            policy = decision.logic.hit_policy if isinstance(decision.logic, Table) else ""
            yield self._warning(
                "decision-several",
                f"{who}的结果映射是 {mapping}，而决策“{decision.name}”的命中策略是 {policy}，满足几条规则时会失败；"
                "请改选 resultList 或 collectEntries。",
            )

    def _error(self, code: str, message: str) -> Finding:
        return Finding(self.process.file, self.element.id, code, "error", message)

    def _warning(self, code: str, message: str) -> Finding:
        return Finding(self.process.file, self.element.id, code, "warning", message)
