"""One form in front of one person, in the story of this number."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.deadlines.workdays import LOCAL, Calendar
from service.demo import cast, story
from service.demo.scene import Scene

AT = datetime(2026, 3, 2, 9, tzinfo=LOCAL)  # a Monday


def scene(number: int, task: str, login: str, times: int = 0, **more: Any) -> Scene:
    """Return a scene; `shown` is what the form proposes, anything else a variable."""
    [found] = [one for one in story.read() if one.number == number]
    shown: Mapping[str, Any] = more.pop("shown", {})
    ids = {one.number: 1000 + one.number for one in story.read()}
    return Scene(
        found,
        task,
        login,
        cast.unit_of(login),
        AT,
        times,
        more,
        shown,
        Calendar.of([], []),
        {},
        ids,
    )
