"""The lamp process, the letters and the parcels, deployed, for every test of what runs them."""

from tests.service.runtime.lamps import lamps
from tests.service.runtime.letters import letters
from tests.service.runtime.parcels import cases

__all__ = ["cases", "lamps", "letters"]
