"""The systems units belong to."""

from service.register.people.sectors import GOVERNED, Sector


def test_courts_and_party_bodies_do_not_answer_to_the_government() -> None:
    assert GOVERNED.isdisjoint({Sector.COURT, Sector.PROCURATORATE, Sector.SUPERVISION})
    assert GOVERNED.isdisjoint({Sector.PARTY, Sector.CONGRESS})
