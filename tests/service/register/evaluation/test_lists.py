"""A paper may be typed in for what still waits for its deputy and is not typed in already."""

from sqlalchemy.orm import Session

from service.operations import options
from service.register.evaluation import evaluations, proxies
from tests.conftest import MORNING
from tests.replied_case import replied


def test_evaluations_that_wait_are_offered_with_deputy_and_unit(session: Session) -> None:
    case = replied(session, merged=["代表乙"])
    [one, other] = evaluations.open_round(session, case.instance_id, case.suggestion.id, 1, MORNING)
    proxies.open_entry(session, one.id, [9], "代工委甲", MORNING)

    [option] = options("proxy_evaluations", session, {}, None)

    assert option.code == str(other.id)
    assert option.label == "《关于增设会车警示的建议》 代表乙评交通局"
