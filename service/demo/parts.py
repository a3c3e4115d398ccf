"""What usual answers are made of: values that hold for all, and parts that each scene has of its own.

An answer is data: `{"method": said("desk.method"), "held_on": day(), "agreed": True}`. A part is asked with the scene
and, within the rows of `each`, with the thing a row is about.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from service.demo import cast
from service.demo.scene import Scene
from service.demo.story import Promise

Part = Callable[[Scene, Any], Any]


@dataclass(frozen=True)
class Usual:
    """How a task is usually done: after how many workdays, and with what in its form."""

    workdays: int
    values: Mapping[str, Any]

    def answer(self, scene: Scene) -> dict[str, Any]:
        """Return what is handed in, in this scene."""
        found: dict[str, Any] = _worked_out(self.values, scene, None)
        return found


def said(path: str) -> Part:
    """What the story says, for example `desk.opinion`; a list is a list whatever the story keeps it as."""
    read = attrgetter(path)
    return lambda scene, of: _plain(read(scene))


def its(path: str = "") -> Part:
    """What the thing says that a row is about; the thing itself without a path."""
    if not path:
        return lambda scene, of: of
    read = attrgetter(path)
    return lambda scene, of: read(of)


def day(workdays: int = 0) -> Part:
    """The day so many workdays from now."""
    return lambda scene, of: scene.day(workdays)


def each(path: str, **columns: Any) -> Part:
    """A row for each thing a story lists."""
    read = attrgetter(path)
    return lambda scene, of: [_worked_out(columns, scene, one) for one in read(scene)]


def every_shown(table: str, **columns: Any) -> Part:
    """A row for each row a form shows."""
    return lambda scene, of: [_worked_out(columns, scene, one) for one in scene.shown[table]]


def login(post: str) -> Part:
    """Whoever holds this post in the unit at hand, by login."""
    return lambda scene, of: holder(scene, post)


def name(post: str) -> Part:
    """The name of whoever holds this post."""
    return lambda scene, of: cast.name(holder(scene, post))


def titled(post: str) -> Part:
    """Whoever holds this post, with the post."""
    return lambda scene, of: cast.titled(holder(scene, post))


def phone(post: str) -> Part:
    """The number of whoever holds this post."""
    return lambda scene, of: cast.phone(holder(scene, post))


def myself(scene: Scene, of: Any) -> str:
    """Whoever fills in the form, with their post."""
    return cast.titled(scene.login)


def party(scene: Scene, of: Any) -> str:
    """Who goes out to a deputy: the deputy head and the section chief."""
    return "、".join(
        cast.titled(holder(scene, post)) for post in ("unit_deputy_head", "unit_handler")
    )


def section(scene: Scene, of: Any) -> str:
    """The section of a lead unit stands in its desk, that of an assisting one in its help."""
    story = scene.suggested
    if scene.unit in story.desks:
        return scene.desk.section
    return scene.help.section if scene.unit in story.helps else "办公室"


def promised(scene: Scene, promises: Sequence[Promise]) -> list[dict[str, Any]]:
    """Return the rows of commitments; the deputy head answers for them."""
    responsible = cast.name(holder(scene, "unit_deputy_head"))
    return [
        {
            "text": promise.text,
            "standard": promise.standard,
            "due_on": promise.due if isinstance(promise.due, str) else scene.day(promise.due),
            "responsible": responsible,
            "is_public": promise.is_public,
        }
        for promise in promises
    ]


def said_in(values: Mapping[str, Any], scene: Scene) -> dict[str, Any]:
    """Turn `@+5` into the day five workdays from now, wherever it stands."""
    return {name: _of_scene(value, scene) for name, value in values.items()}


def laid_over(shown: Any, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lay the rows a story gives over the rows a form shows, one by one; rows shown beyond them stay."""
    rows: list[dict[str, Any]] = [dict(row) for row in shown or ()]
    if not given:
        return []
    for number, row in enumerate(given):
        if number < len(rows):
            rows[number] |= row
        else:
            rows.append(dict(row))
    return rows


def holder(scene: Scene, post: str) -> str:
    """Return who holds a post in the unit at hand: the one that acts, or the one that is supervised."""
    return cast.first(f"{post}:{scene.unit or scene.supervised.unit}")


def _worked_out(value: Any, scene: Scene, of: Any) -> Any:
    if callable(value):
        return value(scene, of)
    if isinstance(value, Mapping):
        return {key: _worked_out(one, scene, of) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_worked_out(one, scene, of) for one in value]
    return value


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, list | tuple) else value


def _of_scene(value: Any, scene: Scene) -> Any:
    if isinstance(value, str) and value[:2] in {"@+", "@-"}:
        return scene.day(int(value[1:]))
    if isinstance(value, list):
        return [_of_scene(each, scene) for each in value]
    if isinstance(value, dict):
        return said_in(value, scene)
    return value
