"""The offices whose posts carry rights beyond the task at hand."""

from service.register.people.roles import Role

CONGRESS = frozenset(
    {
        Role.DEPUTY_OFFICE,
        Role.SESSION_MOTION_GROUP,
        Role.SC_OFFICE,
        Role.DIRECTOR_MEETING,
        Role.DIRECTOR_MEMBER,
        Role.WORK_COMMITTEE,
    }
)
"""See a suggestion from its submission on."""

GOVERNMENT = frozenset(
    {
        Role.GOV_OFFICE,
        Role.GOV_SUPERVISION,
        Role.GOV_SUPERVISION_HEAD,
        Role.PARTY_SUPERVISION,
        Role.PARTY_OFFICE,
        Role.VICE_MAYOR,
    }
)
"""See a suggestion once it is registered."""

SUPERVISION = (CONGRESS - {Role.SESSION_MOTION_GROUP}) | GOVERNMENT
"""Read every supervision."""

OPERATORS = frozenset({Role.OPERATOR, Role.ADMIN})
DEPLOYERS = frozenset({Role.DESIGNER, Role.ADMIN})
KEEPERS = OPERATORS | DEPLOYERS
"""Look after processes; what a case of the register is about does not concern them."""


def office_of(town: str | None) -> str:
    """Return the congress body that handles the suggestions of a town, or of the city where none is named."""
    return Role.TOWN_PRESIDIUM.of(town) if town else Role.DEPUTY_OFFICE
