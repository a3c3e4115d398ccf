"""The systems units belong to, each with its own line of command."""

from service.labels import Labelled


class Sector(Labelled):
    """Which system (系统) a unit is part of."""

    GOVERNMENT = "government", "政府部门"
    SUPERVISION = "supervision", "监察机关"
    COURT = "court", "法院"
    PROCURATORATE = "procuratorate", "检察院"
    PARTY = "party", "党群部门"
    CONGRESS = "congress", "人大机关"
    ENTERPRISE = "enterprise", "公用企业"


GOVERNED = frozenset({Sector.GOVERNMENT, Sector.ENTERPRISE})
"""Answer to the government: public enterprises follow its office too."""
