"""What units have left undone, as rows of the register."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.tables.assignments import Assignment
from service.tables.runtime import DeployedProcess, Deployment, ProcessInstance, UserTask
from service.tables.suggestions import Suggestion
from service.tables.supervision import ControlCard, SupervisionCase
from tests.conftest import MORNING

NOW = datetime(2026, 9, 21, 2, 0, tzinfo=UTC)  # Monday; the Sunday before was worked


def suggestion(session: Session, title: str = "关于修护栏的建议", **facts: object) -> Suggestion:
    given = {
        "lead_deputy": "wang_fang",
        "status": "handling",
        "dispatched_at": NOW - timedelta(days=110),
    }
    row = Suggestion(
        title=title,
        level="city",
        kind="in_session",
        category="transport",
        situation="情况",
        prep_steps=[],
        research_methods=[],
        preferred_units=[],
        submitted_at=MORNING,
        **{**given, **facts},
    )
    session.add(row)
    session.flush()
    return row


def assignment(session: Session, own: Suggestion, **facts: object) -> Assignment:
    given = {"unit": "JT", "role": "sole", "status": "working", "due_at": None}
    row = Assignment(suggestion_id=own.id, dispatched_at=MORNING, **{**given, **facts})
    session.add(row)
    session.flush()
    return row


def supervision(session: Session, **facts: object) -> SupervisionCase:
    given = {
        "number": f"督查〔2026〕{len(session.scalars(select(SupervisionCase)).all()) + 1}号",
        "line": "party_gov",
        "organizer": "gov_supervision",
        "unit": "JT",
        "status": "inspecting",
        "opened_at": NOW,
    }
    row = SupervisionCase(
        points=[],
        basis="",
        approved_by="",
        leader="",
        opened_by="du_cha",
        methods=[],
        checks=[],
        photos=[],
        **{**given, **facts},
    )
    session.add(row)
    session.flush()
    return row


def card(session: Session, case: SupervisionCase, color: str, number: int, **facts: object) -> None:
    given = {"state": "cleared", "issued_at": NOW - timedelta(days=30)}
    session.add(
        ControlCard(
            supervision_id=case.id,
            unit=case.unit,
            color=color,
            number=f"督{color}{number}",
            rule="",
            proposed_color=color,
            reason="",
            requirement="",
            issued_by="du_cha",
            **{**given, **facts},
        )
    )
    session.flush()


def open_task(
    session: Session,
    own: Suggestion,
    policy_key: str,
    candidate: str,
    due_at: datetime = NOW - timedelta(days=2),
    within: tuple[str, datetime] | None = None,
) -> None:
    if session.get(ProcessInstance, 1) is None:
        deployment = Deployment(content_hash="x", deployed_at=MORNING)
        session.add(deployment)
        session.flush()
        session.add(
            DeployedProcess(
                id=1,
                deployment_id=deployment.id,
                process_id="p",
                version=1,
                name="p",
                file="p",
                calls={},
            )
        )
        session.flush()
        session.add(
            ProcessInstance(
                id=1,
                deployed_process_id=1,
                process_id="p",
                status="running",
                state=b"",
                version=1,
                started_at=MORNING,
                history_seq=0,
                history_hash="",
            )
        )
        session.flush()
    session.add(
        UserTask(
            id=f"{policy_key}-{candidate}",
            instance_id=1,
            process_id="p",
            business_key=f"suggestion:{own.id}",
            element_id="Task",
            name="任务",
            lane="承办单位",
            candidates=[candidate],
            created_at=MORNING,
            policy_key=policy_key,
            due_at=due_at,
            outer_key=within[0] if within else None,
            base_at=within[1] if within else None,
            begun_at=within[1] if within else None,
        )
    )
    session.flush()
