"""The offices that supervise: on which line, whom, and who decides on an objection to what they concluded."""

from collections.abc import Mapping

from service.labels import Labelled
from service.register.people.roles import Role
from service.register.people.sectors import GOVERNED


class Line(Labelled):
    """Two lines of supervision, which do not give each other orders."""

    PARTY_GOVERNMENT = "party_gov", "党委政府督查"
    CONGRESS = "npc", "人大督办"


class Organizer(Labelled):
    """An office that may supervise; its value is the role of its people."""

    GOVERNMENT = Role.GOV_SUPERVISION.value, Role.GOV_SUPERVISION.label
    PARTY = Role.PARTY_SUPERVISION.value, Role.PARTY_SUPERVISION.label
    CONGRESS = Role.DEPUTY_OFFICE.value, Role.DEPUTY_OFFICE.label

    @property
    def line(self) -> Line:
        """On which line it supervises."""
        return Line.CONGRESS if self is Organizer.CONGRESS else Line.PARTY_GOVERNMENT

    @property
    def reviewers(self) -> tuple[Role, ...]:
        """The roles that may decide on an objection."""
        return _REVIEWERS[self]

    def may_examine(self, system: str) -> bool:
        """Say whether units of a system are supervised by this office."""
        # 政府督查工作条例 art. 5: departments, lower governments, bodies entrusted with public affairs, nobody else
        return self is not Organizer.GOVERNMENT or system in GOVERNED


_REVIEWERS: Mapping[Organizer, tuple[Role, ...]] = {
    Organizer.GOVERNMENT: (
        Role.GOV_SUPERVISION,
        Role.GOV_SUPERVISION_HEAD,
        Role.GOV_OFFICE,
        Role.VICE_MAYOR,
    ),
    Organizer.PARTY: (Role.PARTY_SUPERVISION, Role.PARTY_OFFICE, Role.GOV_SUPERVISION_HEAD),
    Organizer.CONGRESS: (Role.DEPUTY_OFFICE, Role.SC_OFFICE, Role.DIRECTOR_MEMBER),
}
