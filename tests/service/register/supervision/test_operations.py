"""What forms of a supervision hand in reaches the register, and what cannot be is said beside the field."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import FormInvalid, NotAllowed
from service.operations import Context
from service.register.supervision import cases as supervision
from service.register.supervision import operations as operations
from service.register.supervision.cases import Examination, Found, Opening
from service.tables.suggestions import Suggestion
from tests.conftest import MORNING
from tests.supervised import EXAMINER, HEAD, LIAISON, OPENING
from tests.world import populate


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        populate(session, MORNING)
        yield session


def suggest(session: Session, case_no: str, status: str) -> Suggestion:
    row = Suggestion(
        case_no=case_no,
        title=f"关于第{case_no}件的建议",
        level="city",
        kind="in_session",
        category="transport",
        lead_deputy="代表甲",
        situation="情况",
        research_methods=[],
        preferred_units=[],
        status=status,
        submitted_at=MORNING,
    )
    session.add(row)
    session.flush()
    return row


def context(session: Session, by: str | None = EXAMINER, **given: object) -> Context:
    facts: dict[str, object] = {"variables": {}, "values": {}, **given}
    return Context(
        session=session,
        at=MORNING,
        by=by,
        instance_id=1,
        business_key="supervision:1",
        process_id="supervision_closed_loop",
        element_id="Task",
        **facts,  # type: ignore[arg-type]
    )


def concluded(session: Session) -> int:
    """A supervision with two problems found and concluded."""
    opening = Opening("gov_supervision", "JT", None, ["no_plan"], "催办未果", "主任", "市长")
    case = supervision.open_case(session, opening, EXAMINER, MORNING)
    problems = (
        Found("no_plan", "没有方案", "台账", "minor"),
        Found("no_contact", "没有联系", "回访", "minor"),
    )
    supervision.examine(
        session, case.id, Examination(["site"], [], "到单位查看", problems), EXAMINER, MORNING
    )
    asked = {1: "补方案", 2: "见代表"}
    supervision.conclude(session, case.id, "两项", asked, "white", "逾期", EXAMINER, MORNING)
    return case.id


def test_opening_names_the_case_and_says_who_does_what(session: Session) -> None:
    named: list[str] = []
    own = suggest(session, "001", "handling")
    values = {**OPENING, "suggestion": str(own.id)}

    variables = operations.open_supervision(context(session, values=values, keyed=named.append))

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
        operations.open_supervision(context(session, LIAISON, values=OPENING))
    with pytest.raises(NotAllowed):
        operations.open_supervision(context(session, None, values=OPENING))

    assert list(refused.value.messages) == ["organizer"]


def test_suggestions_to_supervise_are_those_with_a_unit(session: Session) -> None:
    for status in ("reviewing", "dispatched", "handling", "closed", "archived", "withdrawn"):
        suggest(session, status, status)

    offered = operations.supervisable_suggestions(session, {})

    assert [option.label for option in offered] == [
        "closed 关于第closed件的建议",
        "dispatched 关于第dispatched件的建议",
        "handling 关于第handling件的建议",
    ]


def test_tables_of_problems_carry_what_was_required_and_reported(session: Session) -> None:
    variables = {"supervision": concluded(session)}

    asked = operations.finding_rows(session, variables)
    required = operations.requirement_rows(session, variables)
    told = operations.conclusion_rows(session, variables)
    checked = operations.look_back_items(session, variables)

    assert [row["requirement"] for row in asked] == ["", ""]
    assert [row["requirement"] for row in required] == ["补方案", "见代表"]
    assert [row["point"] for row in told] == ["办理方案（三定）", "办前沟通"]
    assert [row["verdict"] for row in checked] == ["", ""]
    assert operations.rectification_items(session, variables)[0] == {
        "number": 1,
        "requirement": "补方案",
        "measure": "",
        "responsible": "",
        "due_on": "",
        "done_on": "",
        "result": "",
    }


def test_measures_offered_are_those_that_may_be_decided(session: Session) -> None:
    variables = {"supervision": concluded(session)}
    codes = [option.code for option in operations.allowed_measures(session, variables)]
    assert codes == ["none", "white", "yellow", "red"]

    notice = {"measure": "yellow", "reason": "逾期", "requirement": "整改"}
    issued = operations.issue_card(context(session, HEAD, variables=variables, values=notice))
    operations.put_card_in_force(context(session, variables={**variables, **issued}))

    labels = [option.label for option in operations.allowed_measures(session, variables)]
    assert labels == ["不亮牌（维持现在的黄牌）", "黄牌", "红牌"]
    assert issued["next_step"] == "interview"
    colors = [option.code for option in operations.card_colors(session, variables)]
    assert colors == ["white", "yellow", "red"]
    [standing] = operations.standing_cards(session, variables)
    assert standing == operations.card_rows(session, issued)[0]


def test_a_proposal_is_made_for_the_moment_it_was_asked_for(session: Session) -> None:
    variables = {"supervision": concluded(session)}

    proposed = operations.propose_color(context(session, variables=variables))

    assert proposed == {
        "proposed_color": "white",
        "color_proposed_at": MORNING.isoformat(),
    }
    rows = operations.color_proposal(session, {**variables, **proposed})
    assert [(row["by"], row["measure"]) for row in rows] == [
        ("三色规则", "白牌"),
        ("检查人", "白牌"),
    ]
    assert rows[0]["why"] == "逾期未制定办理方案。逾期未做办前沟通。"


def test_deciding_on_nothing_issues_nothing(session: Session) -> None:
    variables = {"supervision": concluded(session)}
    nothing = {"measure": "none", "reason": "已改正", "requirement": None}

    outcome = operations.issue_card(context(session, HEAD, variables=variables, values=nothing))

    assert outcome == {"next_step": "none"}
    assert supervision.standing_cards(session, variables["supervision"]) == []


def test_reviewers_are_offered_by_name(session: Session) -> None:
    variables = {"supervision": concluded(session)}

    offered = operations.conclusion_reviewers(session, variables)

    assert EXAMINER not in [option.code for option in offered]
    assert ("政府办", "政府办") in offered


def test_without_a_card_there_are_no_terms(session: Session) -> None:
    variables = {"supervision": concluded(session)}

    terms = operations.set_rectification_terms(context(session, variables=variables))

    assert terms == {"card_stands": False}
