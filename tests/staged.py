"""A register that has something to lose: a case at each main stage, a supervision with a card, a paper rating."""

import copy

from sqlalchemy import select

from service.database import Database
from service.register.people import directory as people
from service.runtime import tasks
from service.tables import Base
from service.tables.assignments import Assignment, Extension
from service.tables.evaluation import Evaluation, MeetingItem, SecondAssignment
from service.tables.handling import ContactRecord
from service.tables.suggestions import Attachment
from tests.conftest import MORNING
from tests.extended import ask
from tests.processes.test_handling import ANSWERS
from tests.processes.test_second_assignment import ORDER
from tests.replied_case import NOT_SATISFIED, SATISFIED, meet
from tests.supervised import YELLOW, Supervision
from tests.world import Case, World, fill

KEEPERS = ("设计员", "运维", "管理员")
STAGES = ("reviewing", "drafting", "evaluating", "deliberating", "closed", "supervised", "paper")
KINDS = {
    "assignment": Assignment,
    "contact": ContactRecord,
    "meeting_item": MeetingItem,
    "second_assignment": SecondAssignment,
    "evaluation": Evaluation,
    "extension": Extension,
}
"""What a variable of a suggestion's process may name, by the name of the variable."""
EPHEMERAL = frozenset({"api_tokens", "web_sessions", "scheduler_leases", "refusals"})
"""Tables in which a refused request may leave a row."""


class Staged(Supervision):
    """The city with every diagram deployed, and cases by what happened to them last."""

    def __init__(self, database: Database) -> None:
        World.__init__(self, database, MORNING)
        self.cases: dict[str, Case] = {}
        self.keys: dict[str, str] = {}
        """The business key of the case at each stage."""

    def copied(self, database: Database) -> "Staged":
        """Return the same city in a copy of its database."""
        found = copy.copy(self)
        found.database = database
        return found

    def at_every_stage(self) -> "Staged":
        rated = {"deliberating": NOT_SATISFIED, "closed": SATISFIED}
        for stage in rated:
            self._answered(stage)
        for stage, rating in rated.items():
            self.do("填写评价", "代表甲", self.cases[stage], **rating)
        self.until("统一封口时刻")
        self.do("归档销号", "代工委甲", self.cases["closed"])
        self.case = self.cases["deliberating"]
        meet(self)
        self.do("填写二次交办单", "代工委甲", **ORDER)
        self._answered("evaluating")
        self.paper()
        self._reached("drafting", self.register())
        self.dispatch("JT", assists=["GA"])
        self.sign()
        ask(self, "JT")
        self.carry_on("核稿", ANSWERS)
        self._reached("reviewing", self.submit())
        self.carded(YELLOW)
        self.keys["supervised"] = f"supervision:{self.number}"
        return self

    def paper(self) -> None:
        """Let the office receive a signed paper for the evaluation that waits."""
        with self.database.transaction() as session:
            scan = Attachment(
                sha256="0" * 64,
                name="评价表.jpg",
                media_type="image/jpeg",
                size=1000,
                uploaded_by="代工委甲",
                uploaded_at=self.at,
            )
            session.add(scan)
            session.flush()
            person = people.actor(session, "代工委甲")
            [form] = [
                one
                for one in tasks.startable(session, person)
                if one.process_id == "proxy_evaluation"
            ]
            [wanted] = session.scalars(select(Evaluation.id).where(Evaluation.state == "pending"))
            given = {"evaluation": str(wanted), "scans": [str(scan.id)]}
            filled = fill(session, form.element.fields, {}, given)
            tasks.start(session, "proxy_evaluation", filled, person, self.at)
            self.keys["paper"] = f"evaluation:{wanted}"

    def _reached(self, stage: str, case: Case) -> None:
        self.cases[stage], self.keys[stage] = case, case.business_key

    def _answered(self, stage: str) -> None:
        self._reached(stage, self.register())
        self.dispatch("JT")
        self.sign()
        self.carry_on("收悉审核", ANSWERS)
        self.do("收悉审核", by="代工委甲", reply_check="qualified")


def contents(database: Database, *but: str) -> dict[str, list[str]]:
    """Return every row of every table in which a refused request must leave nothing, without the tables named."""
    with database.reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table))))
            for table in Base.metadata.sorted_tables
            if table.name not in {*EPHEMERAL, *but}
        }
