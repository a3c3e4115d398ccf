"""Nobody learns how a deputy rates who may not follow the evaluation."""

from service.register.casefile import sealing
from service.register.people import directory as people


def test_what_is_withheld_ends_where_somebody_follows_the_evaluation(replied):
    key = replied.case.business_key

    with replied.reading() as session:
        withheld = {
            login: sealing.withheld(session, people.actor(session, login), key)
            for login in ("代工委甲", "运维", "交通局联络员")
        }
        keyless = sealing.withheld(session, people.actor(session, "代工委甲"), "leave:1")

    assert withheld["代工委甲"] == sealing.EVERYTHING_IS_SHOWN
    assert withheld["运维"] == withheld["交通局联络员"]
    assert withheld["运维"] == sealing.Withheld(sealing.SEALED_PROCESSES, is_waiting=True)
    assert keyless == sealing.Withheld(sealing.SEALED_PROCESSES, is_waiting=False)
