"""The lamp process and the letters, deployed, for every test of what runs them."""

from tests.service.runtime.lamps import lamps
from tests.service.runtime.letters import letters

__all__ = ["lamps", "letters"]
