"""Values as a host gives them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Limit:
    """What `deadline(…)` gives: an object with the moment, of which the language knows no more."""

    moment: datetime
