"""One story of 清沅市 as its file has it: what was proposed, what each desk writes, and where a person departs from
the routine."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

TEXTS = Path(__file__).parent / "texts"

Values = Mapping[str, Any]
_Part = TypeVar("_Part")


@dataclass(frozen=True)
class Act:
    """How somebody does a task in this story: when, who, and what differs from the routine.

    `after` counts workdays since the task opened, `on` names a day of the congress year; `waits`: nobody does it.
    Among the values, `@+5` is the day five workdays on, and a table's rows are laid over those the form shows.
    """

    task: str
    scope: str = ""  # a unit's code or a deputy's login, where several do the same
    after: int | None = None
    on: str = ""
    by: str = ""
    waits: bool = False
    values: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Promise:
    """A commitment; due on a day, or so many workdays after it is made."""

    text: str
    standard: str
    due: str | int
    is_public: bool = True


@dataclass(frozen=True)
class Reply:
    """What a unit replies, item by item, and how it grades its own reply."""

    reply_class: str
    why: str
    body: str
    answers: Sequence[Sequence[str]]  # state and response, item by item
    next_steps: str = ""
    assist_account: str = ""
    promises: Sequence[Promise] = ()
    publicity: str = ""
    publicity_reason: str = ""

    @classmethod
    def of(cls, table: Values) -> Self:
        return cls(**{**table, "promises": [Promise(**row) for row in table.get("promises", ())]})


@dataclass(frozen=True)
class Wish:
    """A later day that a unit asks for, what the government office and the congress office say to it."""

    on: str  # the day of the congress year on which the unit begins to apply
    until: str
    reason: str
    work_done: str
    talk_note: str
    cosign_opinion: str = "agree"
    cosign_note: str = "情况属实，工作在推进，建议同意。"
    decision: str = "grant"
    decision_reason: str = ""


@dataclass(frozen=True)
class Desk:
    """What the unit that answers does with a suggestion in one round."""

    section: str
    opinion: str  # the deputy's, before the work begins
    response: str
    measures: Sequence[str]
    milestones: Sequence[Sequence[Any]]  # what, and how many workdays after the plan
    progress: Sequence[str] = ()
    place: str = ""
    method: str = "face_to_face"
    during: Values | None = None  # 办中协商, with the last note of progress
    funding: str = ""
    promises: Sequence[Promise] = ()
    reply: Reply | None = None
    wish: Wish | None = None
    thanks: str = "代表对答复内容没有不同意见，希望按答复抓好落实。"

    @classmethod
    def of(cls, table: Values) -> Self:
        reply, wish = table.get("reply"), table.get("wish")
        given = {**table, "promises": [Promise(**row) for row in table.get("promises", ())]}
        given |= {
            "reply": Reply.of(reply) if reply else None,
            "wish": Wish(**wish) if wish else None,
        }
        return cls(**given)


@dataclass(frozen=True)
class Help:
    """What an assisting unit promises and reports."""

    promise: str
    progress: str = ""
    answers: Sequence[str] = ()
    section: str = "办公室"
    basis: str = ""


@dataclass(frozen=True)
class Plan:
    """Whom a suggestion is given to."""

    lead: str = ""
    assists: Sequence[str] = ()
    separates: Sequence[str] = ()
    duties: Mapping[str, str] = field(default_factory=dict)
    is_hard: bool = False
    is_key: bool = False
    batch: bool = False  # dispatched at the year's dispatch meeting

    @property
    def mode(self) -> str:
        """How several units share the work."""
        return "separate" if self.separates else "lead_assist" if self.assists else "sole"


@dataclass(frozen=True)
class Meeting:
    """What is said at a deliberation meeting."""

    topic: str
    focus: str
    account: str
    questions: Sequence[Values] = ()
    resolutions: Sequence[Values] = ()
    stance: str = "none"
    place: str = "市人大常委会三楼会议室"


@dataclass(frozen=True)
class Story:
    """Anything that begins, goes on by routine, and has words of its own.

    `begins` is a day of the congress year, or so many workdays before the moment the city is loaded.
    """

    number: int
    begins: str | int
    acts: Sequence[Act] = ()

    process_id: ClassVar[str]

    @property
    def subject(self) -> str:
        """How a failing step names the story."""
        raise NotImplementedError

    def act(self, task: str, scope: str, times: int) -> Act | None:
        """Return how this task is done the n-th time, counted from 0, if the story says so.

        An act of one unit comes before an act of all; an act that stands alone holds every time.
        """
        for acts in (
            [act for act in self.acts if act.task == task and act.scope == scope and scope],
            [act for act in self.acts if act.task == task and not act.scope],
        ):
            if len(acts) == 1:
                return acts[0]
            if times < len(acts):
                return acts[times]
        return None


@dataclass(frozen=True)
class Suggested(Story):
    """The story of one suggestion."""

    title: str = ""
    category: str = "other"
    deputy: str = ""
    situation: str = ""
    analysis: str = ""
    items: Sequence[str] = ()
    level: str = "city"
    co_signers: Sequence[str] = ()
    steps: Sequence[str] = ("listen", "reflect", "research", "write")
    methods: Sequence[str] = ("visit",)
    begun_by: str = ""  # of a converted motion: the congress office
    opening: Values = field(default_factory=dict)  # more of the start form
    merge_into: int | None = None
    plan: Plan = field(default_factory=Plan)
    desks: Mapping[str, Sequence[Desk]] = field(default_factory=dict)
    helps: Mapping[str, Sequence[Help]] = field(default_factory=dict)
    meetings: Sequence[Meeting] = ()

    process_id = "suggestion_main"

    @property
    def subject(self) -> str:
        return self.title

    @classmethod
    def of(cls, table: Values) -> Self:
        return cls(
            **{
                **table,
                "acts": _acts(table),
                "plan": Plan(**table.get("plan", {})),
                "desks": {
                    unit: [Desk.of(each) for each in _rounds(rounds)]
                    for unit, rounds in table.get("desks", {}).items()
                },
                "helps": {
                    unit: [Help(**each) for each in _rounds(rounds)]
                    for unit, rounds in table.get("helps", {}).items()
                },
                "meetings": [Meeting(**row) for row in table.get("meetings", ())],
            }
        )

    def desk(self, unit: str, round_: int) -> Desk:
        """Return what the unit that answers does in a round; the last round goes on."""
        return _of_round(self.desks[unit], round_)

    def help(self, unit: str, round_: int) -> Help:
        """Return what an assisting unit does in a round; the last round goes on."""
        return _of_round(self.helps[unit], round_)

    def meeting(self, round_: int) -> Meeting:
        """Return the meeting of a round."""
        return _of_round(self.meetings, round_)


@dataclass(frozen=True)
class Finding:
    """What a supervision finds wrong, and what the unit does about it."""

    point: str
    description: str
    evidence: str
    requirement: str
    measure: str = ""  # what the unit will do about it
    result: str = ""  # and did
    nature: str = "minor"
    responsible: str = "业务股"


@dataclass(frozen=True)
class Supervised(Story):
    """The story of one supervision of one unit."""

    unit: str = ""
    about: int | None = None  # the number of the suggestion it is about
    organizer: str = "gov_supervision"
    by: str = "dc_ganshi"
    points: Sequence[str] = ()
    basis: str = ""
    leader: str = ""
    approved_by: str = ""
    methods: Sequence[str] = ("documents", "deputy")
    record: str = ""
    findings: Sequence[Finding] = ()
    summary: str = ""
    measure: str = "white"
    reason: str = ""
    requirement: str = ""
    rectified: str = ""  # what the unit reports
    looked_back: str = ""  # what the look-back found

    process_id = "supervision_closed_loop"

    @property
    def subject(self) -> str:
        return f"督查：{self.basis}"

    @classmethod
    def of(cls, table: Values) -> Self:
        findings = [Finding(**row) for row in table.get("findings", ())]
        return cls(**{**table, "acts": _acts(table), "findings": findings})


def read() -> list[Story]:
    """Read every story, in the order of their numbers."""
    found: list[Story] = []
    for file in sorted(TEXTS.glob("*.toml")):
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        found.append(Supervised.of(table) if "unit" in table else Suggested.of(table))
    return sorted(found, key=lambda story: story.number)


def _rounds(table: Any) -> list[Values]:
    return table if isinstance(table, list) else [table]


def _of_round(rounds: Sequence[_Part], round_: int) -> _Part:
    return rounds[min(round_, len(rounds)) - 1]


def _acts(table: Values) -> list[Act]:
    return [Act(**row) for row in table.get("acts", ())]
