"""The offices that supervise: on which line, whom, and who decides on an objection to what they concluded."""

from collections.abc import Mapping

from service.register.common.labels import Labelled
from service.register.supervision.colors import GOVERNMENT


class Line(Labelled):
    """Two lines of supervision, which do not give each other orders."""

    PARTY_GOVERNMENT = "party_gov", "党委政府督查"
    CONGRESS = "npc", "人大督办"


class Organizer(Labelled):
    """An office that may supervise; its value is the role of its people."""

    GOVERNMENT = "gov_supervision", "市政府督查室"
    PARTY = "party_supervision", "市委督查室"
    CONGRESS = "deputy_office", "人大代表工委"

    @property
    def line(self) -> Line:
        return Line.CONGRESS if self is Organizer.CONGRESS else Line.PARTY_GOVERNMENT

    @property
    def reviewers(self) -> tuple[str, ...]:
        """The roles that may decide on an objection."""
        return _REVIEWERS[self]

    def may_examine(self, system: str) -> bool:
        """Say whether units of a system are supervised by this office (政府督查工作条例 art. 5)."""
        return self is not Organizer.GOVERNMENT or system in GOVERNMENT


_REVIEWERS: Mapping[Organizer, tuple[str, ...]] = {
    Organizer.GOVERNMENT: (
        "gov_supervision",
        "gov_supervision_head",
        "gov_office",
        "vice_mayor",
    ),
    Organizer.PARTY: ("party_supervision", "party_office", "gov_supervision_head"),
    Organizer.CONGRESS: ("deputy_office", "sc_office", "director_member"),
}
