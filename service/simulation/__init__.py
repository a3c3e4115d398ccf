"""A process run from start to end on a virtual clock, in a store that is thrown away: what a diagram really does.

`simulate` says what came of one scenario; whoever has many diagrams to try opens one `Scratch` and calls `rehearse`.
Everything is the real thing: the checks before deployment, forms, operations, limits, timers. Only people are not:
they answer at once, as the scenario says or as the form allows.
"""

from service.simulation.outcome import Awaited, Outcome, Passed, Stop
from service.simulation.rehearsal import rehearse, simulate
from service.simulation.scenario import Message, Scenario
from service.simulation.scratch import Scratch

__all__ = [
    "Awaited",
    "Message",
    "Outcome",
    "Passed",
    "Scenario",
    "Scratch",
    "Stop",
    "rehearse",
    "simulate",
]
