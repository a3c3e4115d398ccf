"""One supervision told from everybody's desk, with what each form is filled in with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import FormInvalid, NotAllowed
from service.operations import SOURCES
from service.register.people import directory as people
from service.register.supervision import cases, conclusions
from service.runtime import publishing, tasks
from service.tables.supervision import (
    Conclusion,
    ConclusionReview,
    ControlCard,
    SupervisionCase,
)
from tests.conftest import MORNING
from tests.world import PROCESSES, Case, World, fill

LOOP = "supervision_closed_loop"
FILES = tuple(
    f"{name}.bpmn" for name in (LOOP, "conclusion_review", "color_management", "rectification")
)
RULES = "control_color.dmn"

EXAMINER, HEAD, MAYOR, OFFICE = "督查室", "督查室主任", "副市长", "政府办"
LIAISON = "交通局联络员"

OPENING = {
    "organizer": "gov_supervision",
    "unit": "JT",
    "suggestion": "",
    "points": ["no_plan", "no_contact"],
    "basis": "两次催办未果，专项督查。",
    "leader": "督查室主任",
    "approved_by": "市长",
}
CHECKS = [
    {"point": "办理方案（三定）", "result": "problem", "note": "没有"},
    {"point": "办前沟通", "result": "ok", "note": ""},
]
EXAMINED = {
    "methods": ["documents", "deputy"],
    "checks": CHECKS,
    "record": "三月二日到单位查阅台账，回访领衔代表。",
    "found": True,
    "findings": [
        {
            "point": "no_plan",
            "description": "交办一个月仍未制定办理方案。",
            "evidence": "单位台账",
            "nature": "minor",
            "responsible": "业务股",
        }
    ],
}
CLEAN = {
    **EXAMINED,
    "checks": [{**check, "result": "ok"} for check in CHECKS],
    "found": False,
    "findings": [],
}
CONCLUDED = {
    "summary": "交通局没有制定办理方案，工作滞后。",
    "requirements": [{"number": 1, "description": "", "requirement": "五日内报送办理方案"}],
    "measure": "white",
    "reason": "逾期未制定办理方案。",
    "right_told": True,
}
SIGNED = {"receipt": "联络员"}
OBJECTION = {"objection": "review", "reason": "办理方案三月一日已经报送，有系统记录为证。"}
WHITE = {"measure": "white", "reason": "逾期未制定方案", "requirement": "五个工作日内补齐方案。"}
YELLOW = {"measure": "yellow", "reason": "期满仍未改正", "requirement": "报整改方案并限期整改。"}
RED = {"measure": "red", "reason": "两次不到位", "requirement": "主要负责人牵头限期整改。"}
NONE = {"measure": "none", "reason": "已经当场改正。"}
INTERVIEWED = {
    "interviewed_on": "2026-03-16",
    "attendance": "督查室约谈交通局副局长",
    "record": "指出问题，提出要求，对方承诺两周内整改到位。",
}
APPEAL = {
    "receipt": "联络员",
    "appeals": True,
    "appeal_reason": "方案已经报送，系统记录可以证明。",
}
PLAN = {
    "approved_by": "副局长",
    "plan": "成立专班，一周之内完成整改。",
    "items": [
        {
            "number": 1,
            "requirement": "",
            "measure": "编制方案",
            "responsible": "股长",
            "due_on": "2026-03-20",
        }
    ],
}
REPORT = {
    "report": "办理方案已经编制并报送，代表认可。",
    "items": [
        {
            "number": 1,
            "requirement": "",
            "measure": "编制方案",
            "done_on": "2026-03-05",
            "result": "方案已报",
        }
    ],
}
IN_PLACE = {
    "methods": ["deputy", "documents"],
    "items": [{"number": 1, "requirement": "", "verdict": "in_place", "note": ""}],
    "deputy_opinion": "代表认可。",
    "verdict": "in_place",
    "opinion": "整改到位，建议销号。",
}
NOT_IN_PLACE = {
    **IN_PLACE,
    "items": [{"number": 1, "requirement": "", "verdict": "not_in_place", "note": "方案是空的"}],
    "verdict": "not_in_place",
    "opinion": "方案没有内容，没有到位。",
}
CLEARED = {"clear_opinion": "同意销号。"}


def deploy_rules(session: Session, *changes: tuple[str, str], at: datetime = MORNING) -> None:
    """Deploy the colour rules of the product, with some cells written anew, as an official would."""
    content = (PROCESSES / RULES).read_text(encoding="utf-8")
    for before, after in changes:
        assert before in content, before
        content = content.replace(before, after)
    publishing.deploy(session, {RULES: content.encode()}, "设计员", at, "改三色规则")


class Supervision(World):
    """A city in which one unit is under supervision; what happens to it is told step by step."""

    def __init__(self, database: Database, at: datetime = MORNING) -> None:
        files = {name: (PROCESSES / name).read_bytes() for name in (*FILES, RULES)}
        super().__init__(database, at, files=files)

    def open(self, by: str = EXAMINER, **values: Any) -> int:
        """Start a supervision the way the page does; it is what everything is about from now on."""
        with self.database.transaction() as session:
            person = people.actor(session, by)
            forms = {form.process_id: form for form in tasks.startable(session, person)}
            if LOOP not in forms:
                raise NotAllowed
            given = {**OPENING, **values}
            filled = fill(session, forms[LOOP].element.fields, {}, given)
            instance = tasks.start(session, LOOP, filled, person, self.at)
            self.number = int((instance.business_key or "").partition(":")[2])
            self.case = Case(0, instance.id)
        return self.number

    def not_opened(self, by: str = EXAMINER, **values: Any) -> dict[str, str]:
        """Try to start a supervision that is not accepted; returns the sentence beside each field."""
        try:
            self.open(by, **values)
        except FormInvalid as error:
            return error.messages
        raise AssertionError("the supervision was opened")

    # how it usually goes, up to a point

    def concluded(self, measure: str = "white") -> "Supervision":
        self.open()
        self.do("检查核实", EXAMINER, **EXAMINED)
        self.do("出具督查结论", EXAMINER, **{**CONCLUDED, "measure": measure})
        return self

    def delivered(self, measure: str = "white") -> "Supervision":
        self.concluded(measure)
        self.do("签收督查结论", LIAISON, **SIGNED)
        return self

    def issued(self, notice: Mapping[str, Any]) -> "Supervision":
        """Let the head decide, and whoever must interview do so."""
        self.do("确定颜色", HEAD, **notice)
        if notice["measure"] in {"yellow", "red"}:
            by = MAYOR if notice["measure"] == "red" else EXAMINER
            self.do("约谈单位负责人", by, **INTERVIEWED)
        return self

    def carded(self, notice: Mapping[str, Any] | None = None) -> "Supervision":
        self.delivered()
        self.issued(notice or WHITE)
        self.do("签收通知单", LIAISON, **SIGNED)
        return self

    def reported(self, notice: Mapping[str, Any] | None = None) -> "Supervision":
        self.carded(notice)
        if notice and notice["measure"] != "white":
            self.do("制定整改方案", LIAISON, **PLAN)
        self.do("提交整改报告", LIAISON, **REPORT)
        return self

    def objected(self, *, suspends: bool = False) -> "Supervision":
        self.do("申请复核", LIAISON, **OBJECTION)
        self.do("受理复核申请", HEAD, reviewer=OFFICE, suspends=suspends)
        return self

    # what can be seen

    def who(self, name: str) -> list[str]:
        """Return whom the open task of this name waits for."""
        [task] = [task for task in self.waiting(self.case) if task.name == name]
        return [task.assignee] if task.assignee else sorted(task.candidates)

    def limit(self, name: str) -> datetime:
        """Return until when the open task of this name is to be done."""
        [task] = [task for task in self.waiting(self.case) if task.name == name]
        assert task.due_at is not None
        return task.due_at

    def rows(self, name: str, by: str, field: str) -> list[dict[str, Any]]:
        """Return the rows a table of an open task's form shows."""
        view = self.task(name, by)
        [source] = [each.properties["source"] for each in view.element.fields if each.id == field]
        with self.database.reading() as session:
            rows: list[dict[str, Any]] = list(
                SOURCES[source].rows(session, view.variables, view.row.business_key)
            )
        return rows

    @property
    def end(self) -> str | None:
        return self.ended()

    @property
    def record(self) -> SupervisionCase:
        with self.database.reading() as session:
            return cases.get(session, self.number)

    @property
    def conclusion(self) -> Conclusion:
        with self.database.reading() as session:
            return conclusions.get(session, self.number)

    @property
    def review(self) -> ConclusionReview:
        question = select(ConclusionReview).where(ConclusionReview.supervision_id == self.number)
        with self.database.reading() as session:
            return session.scalars(question).one()

    @property
    def cards(self) -> list[ControlCard]:
        question = select(ControlCard).where(ControlCard.supervision_id == self.number)
        with self.database.reading() as session:
            return list(session.scalars(question.order_by(ControlCard.id)))

    @property
    def card_states(self) -> list[tuple[str, str]]:
        return [(card.color, card.state) for card in self.cards]
