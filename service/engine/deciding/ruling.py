"""What a task asks of a decision, and which variables its answer becomes: Camunda's way and Flowable's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.engine.deciding.decisions import Answer
from service.engine.drawn.source import DiagramSource, Element
from service.errors import ProcessFailed

MAPPINGS = ("singleEntry", "singleResult", "collectEntries", "resultList")
WHOLE = "decisionResult"  # the name outputs may use
BINDINGS = ("latest", "deployment")


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
