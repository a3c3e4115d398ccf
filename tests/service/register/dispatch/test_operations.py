"""What dispatching does to the register, where a diagram's story does not show it."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import FormInvalid
from service.operations import Context, run
from service.register.dispatch import assignments, changes, dispatching
from service.register.dispatch.changes import Decision
from service.register.dispatch.planning import Planned
from service.register.dispatch.status import Duty, Mode
from service.register.proposal import suggestions
from tests.conftest import MORNING
from tests.proposed import CONTENT
from tests.world import populate

PLAN = (Planned("JT", Duty.LEAD), Planned("FY", Duty.ASSIST))


@pytest.fixture
def city(database: Database) -> Database:
    with database.transaction() as session:
        populate(session, MORNING)
    return database


def context(
    session: Session,
    values: dict[str, Any] | None = None,
    by: str | None = "政府办",
    **variables: Any,
) -> Context:
    """An operation's context about a suggestion dispatched to 交通局 and 法院."""
    own = suggestions.submit(session, CONTENT, "代表甲", (), 1, MORNING)
    suggestions.register(session, own.id, MORNING)
    dispatching.dispatch(session, own.id, Mode.LEAD_ASSIST, MORNING)
    rows = assignments.assign(session, own.id, PLAN, MORNING)
    known = {
        "suggestion": own.id,
        "office": "deputy_office",
        "assignment": rows[0].id,
        "unit": "JT",
        "adjudicator": "gov_office",
        "final_adjudicator": "vice_mayor",
    }
    return Context(
        session=session,
        at=MORNING,
        by=by,
        instance_id=1,
        business_key=f"suggestion:{own.id}",
        process_id="dispatch_and_return",
        element_id="Task",
        variables={**known, **variables},
        values=values or {},
    )


def test_who_adjudicates_depends_on_the_unit(city: Database) -> None:
    with city.transaction() as session:
        about = context(session)
        government = run("deliver_assignment", about)
        court = assignments.active(session, about.variables["suggestion"])[1]
        other = run(
            "deliver_assignment",
            Context(**{**vars(about), "variables": {**about.variables, "assignment": court.id}}),
        )

    assert (government["adjudicator"], government["final_adjudicator"]) == (
        "gov_office",
        "vice_mayor",
    )
    assert (other["adjudicator"], other["final_adjudicator"]) == (
        "deputy_office",
        "director_meeting",
    )


def test_a_town_adjudicates_for_itself(city: Database) -> None:
    with city.transaction() as session:
        about = context(session, office="town_presidium:SM")
        suggestions.get(session, about.variables["suggestion"]).level = "town"

        found = run("deliver_assignment", about)

    assert found["adjudicator"] == found["final_adjudicator"] == "town_presidium:SM"


def test_the_result_has_only_small_things_to_route_on(city: Database) -> None:
    with city.transaction() as session:
        about = context(session)
        lead, assist = assignments.active(session, about.variables["suggestion"])

        found = run("collect_assignments", about)

        assert found == {
            "handling_mode": "lead_assist",
            "lead_unit": "JT",
            "lead_assignment": lead.id,
            "assists": [{"unit": "FY", "assignment": assist.id}],
            "separates": [],
            "system": "government",
            "dispatched_to_unit_at": MORNING.isoformat(),
            "signed_at": None,
        }


def test_a_unit_cannot_be_named_twice(city: Database) -> None:
    rows = [
        {"unit": "JT", "role": "lead", "duties": ""},
        {"unit": "JT", "role": "assist", "duties": ""},
    ]
    with city.transaction() as session, pytest.raises(FormInvalid) as refused:
        run("sub_dispatch", context(session, {"assignments": rows}))

    assert "出现了两次" in refused.value.messages["assignments"]


def test_the_second_application_is_escalated(city: Database) -> None:
    values = {
        "sign_decision": "request",
        "section": None,
        "return_reason": "不属职责。",
        "return_basis": "三定规定。",
        "proposed_unit": "CG",
    }
    with city.transaction() as session:
        about = context(session, values, by="交通局联络员")
        first = run("sign_assignment", about)
        changes.refuse(
            session, about.variables["assignment"], Decision("", "政府办", MORNING, False)
        )
        second = run("sign_assignment", about)

    assert (first["escalated"], second["escalated"]) == (False, True)
