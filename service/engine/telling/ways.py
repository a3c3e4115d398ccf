"""Where a step goes on, in words."""

import re
from collections.abc import Iterable, Mapping, Sequence

from service.engine.drawn.source import GATEWAYS, Element, Flow
from service.engine.telling import conditions
from service.engine.telling.story import Story

_CODE = re.compile("[A-Za-z]{2}")


def then(element: Element, story: Story, numbers: Mapping[str, int]) -> str:
    """Return the step or steps that follow, each with the condition on which it does."""
    leaving = story.outgoing[element.id]
    if not leaving:
        return ""
    if not any(_when(flow, element, story) or flow.name for flow in leaving):
        return f"接着{_together(element, leaving)}是{_listed(f'第 {numbers[f.target]} 步' for f in leaving)}。"
    return f"{'；'.join(_way(flow, element, story, numbers) for flow in leaving)}。"


def _together(element: Element, leaving: Sequence[Flow]) -> str:
    return "同时进行的" if len(leaving) > 1 and element.kind not in GATEWAYS else ""


def _way(flow: Flow, element: Element, story: Story, numbers: Mapping[str, int]) -> str:
    when = _when(flow, element, story)
    if flow.name and not story.names.are_for_designers and _CODE.search(when):
        when = ""
    answer = f"{flow.name}（{when}）" if flow.name and when else flow.name or when
    return (
        f"{answer}，转第 {numbers[flow.target]} 步" if answer else f"转第 {numbers[flow.target]} 步"
    )


def _when(flow: Flow, element: Element, story: Story) -> str:
    """Say when this way is taken, nothing where it always is."""
    if len(story.outgoing[element.id]) > 1 and flow.is_default:
        return "其余情况"
    return conditions.phrase(flow.condition, story.names) if flow.condition else ""


def _listed(parts: Iterable[str]) -> str:
    return "、".join(parts)
