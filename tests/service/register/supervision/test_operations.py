"""What forms of a supervision hand in reaches the register, and what cannot be is said beside the field."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import FormInvalid, NotAllowed
from service.operations import run
from service.register.supervision import cards
from tests.conftest import MORNING
from tests.service.register.supervision.examined import concluded, context
from tests.service.register.supervision.undone import suggestion
from tests.supervised import EXAMINER, HEAD, LIAISON, OPENING, deploy_rules
from tests.world import populate


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        populate(session, MORNING)
        deploy_rules(session)
        yield session


def test_opening_names_the_case_and_says_who_does_what(session: Session) -> None:
    named: list[str] = []
    own = suggestion(session, case_no="001", lead_deputy="代表甲")
    values = {**OPENING, "suggestion": str(own.id)}

    variables = run("open_supervision", context(session, values=values, keyed=named.append))

    assert named == [f"supervision:{variables['supervision']}"]
    assert variables == {
        "supervision": variables["supervision"],
        "organizer": "gov_supervision",
        "issuer": "gov_supervision_head",
        "unit": "JT",
        "suggestion": own.id,
        "inspection_started_at": MORNING.isoformat(),
    }


def test_nobody_opens_it_for_another_office_or_for_nobody(session: Session) -> None:
    with pytest.raises(FormInvalid) as refused:
        run("open_supervision", context(session, LIAISON, values=OPENING))
    with pytest.raises(NotAllowed):
        run("open_supervision", context(session, None, values=OPENING))

    assert list(refused.value.messages) == ["organizer"]


def test_deciding_on_nothing_issues_nothing(session: Session) -> None:
    variables = {"supervision": concluded(session, EXAMINER)}
    nothing = {"measure": "none", "reason": "已改正", "requirement": None}

    outcome = run("issue_card", context(session, HEAD, variables=variables, values=nothing))

    assert outcome == {"next_step": "none", "card": None}
    assert cards.standing(session, variables["supervision"]) == []


def test_without_a_card_there_are_no_terms(session: Session) -> None:
    variables = {"supervision": concluded(session, EXAMINER)}

    terms = run("set_rectification_terms", context(session, variables=variables))

    assert terms == {"card_stands": False}


def test_a_card_of_another_case_is_not_put_in_force(session: Session) -> None:
    own, other = concluded(session, EXAMINER), concluded(session, EXAMINER, unit="GA")
    notice = {"measure": "white", "reason": "逾期", "requirement": "整改"}
    variables = {"supervision": other}
    issued = run("issue_card", context(session, HEAD, variables=variables, values=notice))

    with pytest.raises(NotAllowed):
        run("put_card_in_force", context(session, variables={**issued, "supervision": own}))

    assert cards.get(session, issued["card"]).state == "issued"


def test_a_new_colour_is_asked_for_beside_its_field(session: Session) -> None:
    variables = {"supervision": concluded(session, EXAMINER)}
    notice = {"measure": "white", "reason": "逾期", "requirement": "整改"}
    issued = run("issue_card", context(session, HEAD, variables=variables, values=notice))
    ruling = {"appeal_decision": "changed", "measure": None, "opinion": "改为黄牌"}

    with pytest.raises(FormInvalid) as refused:
        given = {**variables, **issued}
        run("decide_card_appeal", context(session, HEAD, variables=given, values=ruling))

    assert refused.value.messages == {"measure": "请填写“改变后的颜色”。"}
