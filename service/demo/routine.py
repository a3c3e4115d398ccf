"""How each task is usually done, and how long people take for it."""

from collections.abc import Mapping

from service.demo.parts import Usual
from service.demo.story import Story, Suggested
from service.demo.usual import extending, handling, judging, proposing, replying, supervising

DISPATCHED_ON = "02-12"

ROUTINES: Mapping[str, Usual] = {
    task: usual
    for module in (proposing, handling, extending, replying, judging, supervising)
    for task, usual in module.USUAL.items()
}


def pace(story: Story, task: str, times: int) -> int | str:
    """Return how many workdays people take for a task, or the day of the congress year on which they do it."""
    if isinstance(story, Suggested) and task == "正式交办" and story.plan.batch:
        return DISPATCHED_ON
    in_session = isinstance(story.begins, str)
    if task == "审查建议" and in_session:
        return 3 + story.number % 3
    if task == "确认联名" and in_session:
        return 0
    if task == "推进办理" and in_session:
        return 20 if times == 0 else 10
    return ROUTINES[task].workdays
