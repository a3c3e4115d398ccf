"""What a unit has to do, and how far it is."""

from service.register.dispatch.status import ENDED, TO_BE_SIGNED, AssignmentStatus, Duty


def test_a_duty_that_ended_is_not_signed_for() -> None:
    assert not ENDED & TO_BE_SIGNED


def test_units_are_listed_with_the_one_that_answers_first() -> None:
    assert list(Duty) == ["sole", "lead", "assist", "separate"]


def test_every_status_reads_differently() -> None:
    assert len(set(AssignmentStatus.labels().values())) == len(AssignmentStatus)
