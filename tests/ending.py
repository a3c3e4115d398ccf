"""Work that a careless algorithm would never finish: it is ended instead of hanging the suite."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

PROCESSOR_SECONDS = 30
"""Far more than any of it takes on the slowest machine, and far less than what it guards against would."""


@contextmanager
def ends() -> Iterator[None]:
    """Fail when the work inside takes more of the processor than anything of its kind may."""

    def fail(number: int, frame: FrameType | None) -> None:
        pytest.fail(f"not done after {PROCESSOR_SECONDS} s of processor time")

    before = signal.signal(signal.SIGPROF, fail)
    signal.setitimer(signal.ITIMER_PROF, PROCESSOR_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
