"""The lamp process for whoever plays it, and a scratch store in which drawings run."""

from tests.service.runtime.lamps import lamps
from tests.service.simulation.conftest import run, scratch

__all__ = ["lamps", "run", "scratch"]
