"""The lamp process, deployed, for every test of what runs it."""

from tests.service.runtime.lamps import lamps

__all__ = ["lamps"]
