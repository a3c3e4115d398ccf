"""What changed between two versions of a process, in words: for those who decide on it without reading XML."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from service.engine.drawn.graph import Graph
from service.engine.drawn.source import ProcessSource
from service.engine.telling import particulars
from service.engine.telling.names import Names, fields_of
from service.engine.telling.particulars import Parts
from service.engine.telling.story import NOTHING as UNNAMED
from service.engine.telling.story import Story

NOTHING = "（没有）"


@dataclass(frozen=True)
class Difference:
    """One thing that is otherwise than before."""

    element_id: str
    element: str  # its name
    what: str
    before: str
    after: str


def differences(
    before: ProcessSource, after: ProcessSource, names: Names = UNNAMED
) -> list[Difference]:
    """Return everything that changes how a process runs or what people read; where shapes stand does not count."""
    # Everything is called by its new name on both sides, or what only speaks of a renamed thing would seem to change.
    fields = {**fields_of(before.elements), **fields_of(after.elements), **names.fields}
    names = replace(names, fields=fields)
    old, new = Story(Graph(before), names), Story(Graph(after), names)
    titles = particulars.titles({**old.elements, **new.elements}.values())
    return [
        *_of(before.process_id, after.name, _of_process(before), _of_process(after)),
        *_of_elements(old, new, titles),
        *_of_flows(_ways(before, old, titles), _ways(after, new, titles)),
    ]


def _of_elements(old: Story, new: Story, titles: Mapping[str, str]) -> Iterator[Difference]:
    for key in dict.fromkeys([*old.elements, *new.elements]):
        was, now = _parts(old, key, titles), _parts(new, key, titles)
        fields_before, fields_after = _fields(old, key), _fields(new, key)
        name = (now or was)["名称"] or key
        if was and now:
            yield from _of(key, name, was, now)
            yield from _of_fields(key, name, fields_before, fields_after)
        else:
            yield _one_sided(key, name, _whole(was, fields_before), _whole(now, fields_after))


def _of_fields(
    key: str, name: str, old: Mapping[str, Parts], new: Mapping[str, Parts]
) -> Iterator[Difference]:
    for field in dict.fromkeys([*old, *new]):
        was, now = old.get(field, {}), new.get(field, {})
        title = f"字段“{(now or was)['名称'] or field}”"
        if was and now:
            yield from _of(key, name, was, now, f"{title}的")
        else:
            one = _one_sided(key, name, particulars.joined(was), particulars.joined(now))
            yield replace(one, what=one.what + title)


def _of_flows(old: Mapping[str, Parts], new: Mapping[str, Parts]) -> Iterator[Difference]:
    for key in dict.fromkeys([*old, *new]):
        was, now = old.get(key, {}), new.get(key, {})
        name = (now or was)["名称"] or "连线"
        if was and now:
            yield from _of(key, name, was, now)
        else:
            yield _one_sided(key, name, particulars.joined(was), particulars.joined(now))


def _of(key: str, name: str, was: Parts, now: Parts, title: str = "") -> Iterator[Difference]:
    for what in dict.fromkeys([*was, *now]):
        before, after = was.get(what, ""), now.get(what, "")
        if before != after:
            yield Difference(key, name, title + what, before or NOTHING, after or NOTHING)


def _one_sided(key: str, name: str, before: str, after: str) -> Difference:
    what = "删去" if before else "新增"
    return Difference(key, name, what, before or NOTHING, after or NOTHING)


def _whole(parts: Parts, fields: Mapping[str, Parts]) -> str:
    """Return in one line all that an element says, its fields included."""
    said = [f"字段“{key}”：{particulars.joined(field)}" for key, field in fields.items()]
    return "；".join(filter(None, [particulars.joined(parts), *said]))


def _ways(process: ProcessSource, story: Story, titles: Mapping[str, str]) -> dict[str, Parts]:
    return {one.id: particulars.of_flow(one, story, titles) for one in process.flows}


def _parts(story: Story, key: str, titles: Mapping[str, str]) -> Parts:
    element = story.elements.get(key)
    return particulars.of_element(element, story, titles) if element is not None else {}


def _fields(story: Story, key: str) -> dict[str, Parts]:
    element = story.elements.get(key)
    fields = element.fields if element is not None else ()
    return {field.id: particulars.of_field(field, story) for field in fields}


def _of_process(process: ProcessSource) -> Parts:
    return {"名称": process.name, "说明": process.documentation, "泳道": "、".join(process.lanes)}
