"""What several stories draw, and how they tell what happened."""

from service.simulation import Outcome
from tests.drawing import diagram, extensions, user

START = '<startEvent id="Start_a" name="已提出"/>'
END = '<endEvent id="End_z" name="已办结"/>'
SAID = '<message id="Message_back" name="已撤回"/>'
YES_NO = extensions(["approved:boolean:同意"])


def events(outcome: Outcome, *kinds: str) -> list[str]:
    """Return the names of what was passed, of these kinds or of all."""
    return [one.name for one in outcome.trace if not kinds or one.event in kinds]


def looped(condition: str = "approved", inner: str = YES_NO) -> bytes:
    """A draft that is reviewed, and goes back where it does not pass."""
    elements = (
        START
        + user("Task_b", "起草")
        + user("Task_c", "审核", inner)
        + '<exclusiveGateway id="Gateway_ok" name="通过吗?"/>'
        + END
    )
    flows = [
        ("Start_a", "Task_b"),
        ("Task_b", "Task_c"),
        ("Task_c", "Gateway_ok"),
        ("Gateway_ok", "End_z", "通过", condition),
        ("Gateway_ok", "Task_b", "退回"),
    ]
    return diagram("looped", "审核", elements, flows)
