"""Where a suggestion stands, and what may be done with it there."""

from service.register.proposal.status import MERGEABLE, OVER, WITHDRAWABLE, CaseStatus


def test_what_is_over_is_neither_merged_nor_withdrawn() -> None:
    assert not OVER & (MERGEABLE | WITHDRAWABLE)


def test_every_status_reads_differently() -> None:
    assert len(set(CaseStatus.labels().values())) == len(CaseStatus)
