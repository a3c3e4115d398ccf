"""What a command costs: processor time of `tibanping check` on one diagram of ours, as a designer runs it."""

import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from service.cli import released

_COMMAND = Path(sys.executable).with_name("tibanping")
_DIAGRAM = Path(__file__).parents[1] / "processes" / "reply_review.bpmn"
_ROUNDS = 5


def measure() -> dict[str, float]:
    """Return the seconds of processor time of the first check after a change of the service, and of one after it."""
    first = []
    for _ in range(_ROUNDS):
        released._FILE.unlink(missing_ok=True)
        first.append(_processor_time())
    return {
        "first_check_seconds": median(first),
        "check_seconds": median(_processor_time() for _ in range(_ROUNDS)),
    }


def _processor_time() -> float:
    before = os.times()
    subprocess.run([_COMMAND, "check", _DIAGRAM], capture_output=True, check=True)
    after = os.times()
    return (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )
