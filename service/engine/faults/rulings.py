"""What keeps a task from being decided by the decision it asks for."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.engine.deciding import ruling
from service.engine.deciding.decisions import Decision
from service.engine.deciding.logic import Table
from service.engine.deciding.ruling import BINDINGS, MAPPINGS, Ruling
from service.engine.drawn.findings import Finding, called
from service.engine.drawn.offers import UNTITLED, offered
from service.engine.drawn.source import DiagramSource, Element, ProcessSource

_FLOWABLE_FIELDS = frozenset(
    {
        *("decisionTableReferenceKey", "decisionTaskThrowErrorOnNoHits"),
        *("fallbackToDefaultTenant", "sameDeployment"),
    }
)


def findings(
    diagrams: Sequence[DiagramSource],
    drawn: Mapping[str, Decision],
    known: Collection[str],
    titles: Mapping[str, str] = UNTITLED,
) -> Iterator[Finding]:
    """Return what keeps tasks from being decided; `drawn` are the decisions of the same files, `known` all others."""
    for diagram in diagrams:
        for process in diagram.processes:
            for element in process.elements if process.executable else ():
                request = ruling.of(element)
                if request is not None:
                    yield from _Request(process, element, request, drawn, known, titles).findings()


@dataclass(frozen=True)
class _Request:
    """What one task asks, compared with what can be asked."""

    process: ProcessSource
    element: Element
    request: Ruling
    drawn: Mapping[str, Decision]
    known: Collection[str]
    titles: Mapping[str, str]

    def findings(self) -> Iterator[Finding]:
        request, who = self.request, called(self.element)
        if not request.key or "${" in request.key or "#{" in request.key:
            yield self._error(
                "decision-missing",
                f"{who}没有写明用哪张决策表；请写决策的 id，不写表达式。{self._near(self.element.name)}",
            )
        else:
            yield from self._existing()
        if request.mapping and request.mapping not in MAPPINGS:
            yield self._error(
                "decision-mapping",
                f"{who}的结果映射“{request.mapping}”不存在；可用的有：{'、'.join(MAPPINGS)}。",
            )
        if request.mapping and request.binding not in BINDINGS:
            yield self._error(
                "decision-binding",
                f"{who}按“{request.binding}”选取决策表的版本，本系统不支持；"
                "请改选 latest（最新版本）或 deployment（同一次部署的版本）。",
            )
        if request.mapping and not request.variable and not self.element.outputs:
            yield self._warning(
                "decision-unused",
                f"{who}没有写结果变量，决策的结果不会保存；请填写 Result variable。",
            )
        if "decisionRefTenantId" in self.element.attributes:
            yield self._warning(
                "ignored", f"{who}上的“decisionRefTenantId”在本系统中不起作用，这里没有租户。"
            )
        if not request.mapping:
            yield from self._fields()

    def _fields(self) -> Iterator[Finding]:
        """What Flowable writes in addition to the decision's id."""
        settings, who = self.element.settings, called(self.element)
        for name in sorted(set(settings) - _FLOWABLE_FIELDS):
            yield self._warning("ignored", f"{who}上的“{name}”在本系统中不起作用，请核对。")
        for name in ("decisionTaskThrowErrorOnNoHits", "sameDeployment"):
            if settings.get(name, "").lower() not in {"", "true", "false"}:
                yield self._error("decision-setting", f"{who}的“{name}”请写 true 或 false。")
        if self.request.binding == "together" and self.request.key in self.drawn:
            yield self._warning(
                "decision-bound",
                f"{who}一直用和它一起部署的决策“{self.request.key}”，以后单独发布的新表在这里不起作用；"
                "要改用最新的表，请把 sameDeployment 设为 false。",
            )

    def _existing(self) -> Iterator[Finding]:
        key, who = self.request.key, called(self.element)
        decision = self.drawn.get(key)
        if decision is not None:
            yield from self._fitting(decision)
        elif self.request.binding == "deployment":
            yield self._error(
                "called-decision", f"{who}要用同一次部署的决策“{key}”，请把它的 .dmn 文件一起部署。"
            )
        elif key not in self.known:
            near = self._near(key) if self.drawn or self.known else "目前没有部署任何决策。"
            yield self._error(
                "called-decision",
                f"{who}要用的决策“{key}”不存在，请把它的 .dmn 文件一起部署，或改正 id。{near}",
            )

    def _near(self, name: str) -> str:
        """Offer the decisions that are like a name, if there are any."""
        titles = {**self.titles, **{key: one.name for key, one in self.drawn.items()}}
        return offered(name, {*self.drawn, *self.known}, titles) if name else ""

    def _fitting(self, decision: Decision) -> Iterator[Finding]:
        mapping, who = self.request.mapping, called(self.element)
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
