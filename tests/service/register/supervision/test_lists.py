"""What the forms of a supervision offer is what may be decided, and what was written before."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.operations import options, run
from tests.conftest import MORNING
from tests.service.register.supervision.examined import concluded, context
from tests.service.register.supervision.undone import suggestion
from tests.supervised import EXAMINER, HEAD, deploy_rules
from tests.world import populate


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        populate(session, MORNING)
        deploy_rules(session)
        yield session


def shown(session: Session, name: str, variables: Mapping[str, Any]) -> Sequence[Any]:
    """What a form of this supervision shows."""
    number = variables.get("supervision")
    return options(name, session, variables, f"supervision:{number}" if number else None)


def test_suggestions_to_supervise_are_those_with_a_unit(session: Session) -> None:
    for status in ("reviewing", "dispatched", "handling", "closed", "archived", "withdrawn"):
        suggestion(
            session,
            f"关于第{status}件的建议",
            case_no=status,
            status=status,
            lead_deputy="代表甲",
        )

    offered = shown(session, "supervisable_suggestions", {})

    assert [option.label for option in offered] == [
        "closed 关于第closed件的建议",
        "dispatched 关于第dispatched件的建议",
        "handling 关于第handling件的建议",
    ]


def test_tables_of_problems_carry_what_was_required_and_reported(session: Session) -> None:
    variables = {"supervision": concluded(session, EXAMINER)}

    asked = shown(session, "finding_rows", variables)
    required = shown(session, "requirement_rows", variables)
    told = shown(session, "conclusion_rows", variables)
    checked = shown(session, "look_back_items", variables)

    assert [row["requirement"] for row in asked] == ["", ""]
    assert [row["requirement"] for row in required] == ["补方案", "联系代表"]
    assert [row["point"] for row in told] == ["办理方案（三定）", "办前沟通"]
    assert [row["verdict"] for row in checked] == ["", ""]
    assert shown(session, "rectification_items", variables)[0] == {
        "number": 1,
        "requirement": "补方案",
        "measure": "",
        "responsible": "",
        "due_on": "",
        "done_on": "",
        "result": "",
    }


def test_measures_offered_are_those_that_may_be_decided(session: Session) -> None:
    variables = {"supervision": concluded(session, EXAMINER)}
    codes = [option.code for option in shown(session, "allowed_measures", variables)]
    assert codes == ["none", "white", "yellow", "red"]

    notice = {"measure": "yellow", "reason": "逾期", "requirement": "整改"}
    issued = run("issue_card", context(session, HEAD, variables=variables, values=notice))
    run("put_card_in_force", context(session, variables={**variables, **issued}))

    labels = [option.label for option in shown(session, "allowed_measures", variables)]
    assert labels == ["不亮牌（维持现在的黄牌）", "黄牌", "红牌"]
    assert issued["next_step"] == "interview"
    colors = [option.code for option in shown(session, "card_colors", variables)]
    assert colors == ["white", "yellow", "red"]
    [standing] = shown(session, "standing_cards", variables)
    assert standing == shown(session, "card_rows", {**variables, **issued})[0]


def test_a_proposal_is_made_for_the_moment_it_was_asked_for(session: Session) -> None:
    variables = {"supervision": concluded(session, EXAMINER)}

    proposed = run("propose_color", context(session, variables=variables))

    assert proposed == {
        "proposed_color": "white",
        "color_proposed_at": MORNING.isoformat(),
    }
    rows = shown(session, "color_proposal", {**variables, **proposed})
    assert [(row["by"], row["measure"]) for row in rows] == [
        ("三色规则", "白牌"),
        ("检查人", "白牌"),
    ]
    assert rows[0]["why"] == "逾期未制定办理方案。逾期未做办前沟通。"


def test_reviewers_are_offered_by_name(session: Session) -> None:
    variables = {"supervision": concluded(session, EXAMINER)}

    offered = shown(session, "conclusion_reviewers", variables)

    assert EXAMINER not in [option.code for option in offered]
    assert ("政府办", "政府办") in offered
