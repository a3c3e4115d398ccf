"""Calls find the process they name, and do not go round in circles."""

from collections.abc import Iterator, Mapping, Sequence

from service.engine.drawn.findings import Finding, called, fault, note
from service.engine.drawn.graph import circle
from service.engine.drawn.offers import offered
from service.engine.drawn.source import ProcessSource


def called_processes(process: ProcessSource, available: Mapping[str, str]) -> Iterator[Finding]:
    """Yield the calls that find no process among the ids with their names, and those that pass nothing."""
    for element in process.elements:
        if element.kind == "callActivity" and element.called not in available:
            message = (
                f"{called(element)}要调用的流程“{element.called}”不存在，请一起部署它的文件，或改正名称。"
                f"{offered(element.called, available, available)}"
                if element.called
                else f"{called(element)}没有写明调用哪个流程，请填写 calledElement。"
            )
            yield fault(process, element.id, "called-process", message)
        elif element.kind == "callActivity" and not (element.passed_in or element.passed_out):
            yield note(
                process,
                element.id,
                "call-apart",
                f"{called(element)}没有写 In 和 Out 映射：被调用的流程看不到这里的变量，它写的也不会带回来；"
                "要传请在 In mappings 里选 all，并在 Out mappings 里列出要带回的变量。",
            )


def circles(processes: Sequence[ProcessSource]) -> Iterator[Finding]:
    """Yield the first circle in which processes call one another."""
    calls = {
        process.process_id: [e.called for e in process.elements if e.kind == "callActivity"]
        for process in processes
    }
    found = circle(calls)
    if found:
        first = next(process for process in processes if process.process_id == found[0])
        element = next(e.id for e in first.elements if e.called == found[1 % len(found)])
        names = " → ".join([*found, found[0]])
        yield fault(
            first, element, "call-recursion", f"流程互相调用成了圈（{names}），请改成回路或拆开。"
        )
