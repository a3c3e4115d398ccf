"""How often an activity is done, in words."""

from service.engine.drawn.source import Element
from service.engine.telling import conditions
from service.engine.telling.story import Story


def again(element: Element, story: Story) -> str:
    """Say how often an activity is done."""
    repetition = element.repetition
    if repetition is None:
        return _looped(element, story)
    how = "逐个进行" if repetition.sequential else "同时各做一份"
    if repetition.collection:
        over = f"按“{story.names.label(_bare(repetition.collection))}”{how}"
    else:
        over = f"共 {_bare(repetition.cardinality) or '若干'} 份，{how}"
    until = repetition.completion
    stop = f"，{conditions.phrase(until, story.names)}就不再等其余的" if until else ""
    return f"（{over}{stop}）"


def _looped(element: Element, story: Story) -> str:
    loop = element.loop
    if loop is None:
        return ""
    most = f"最多 {loop.maximum} 次" if loop.maximum else ""
    if not loop.condition:
        return f"（反复进行，{most}）" if most else "（反复进行）"
    again = f"只要{conditions.phrase(loop.condition, story.names)}就"
    when = f"{again}反复进行" if loop.test_before else f"先做一次，之后{again}再做"
    return f"（{when}{'，' if most else ''}{most}）"


def _bare(text: str) -> str:
    return text.strip().removeprefix("${").removeprefix("#{").removesuffix("}").strip()
