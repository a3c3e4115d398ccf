"""What a person who fills in a form of a story knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.deadlines.workdays import Calendar, local_day
from service.demo.story import Desk, Help, Meeting, Plan, Story, Suggested, Supervised


@dataclass(frozen=True)
class Scene:
    """One form in front of one person, and the story it belongs to."""

    story: Story
    task: str
    login: str
    unit: str
    at: datetime
    times: int  # how often they have done this in this story
    variables: Mapping[str, Any]
    shown: Mapping[str, Any]  # what the form proposes
    calendar: Calendar
    case_nos: Mapping[int, str]  # of other stories' suggestions
    suggestion_ids: Mapping[int, int]

    def day(self, workdays: int = 0) -> str:
        """Return the day so many workdays from now, as a form takes it."""
        return self.calendar.add(local_day(self.at), workdays).isoformat()

    @property
    def suggested(self) -> Suggested:
        """The story, of a suggestion."""
        assert isinstance(self.story, Suggested)
        return self.story

    @property
    def supervised(self) -> Supervised:
        """The story, of a supervision."""
        assert isinstance(self.story, Supervised)
        return self.story

    @property
    def round(self) -> int:
        """Which time the units handle the suggestion; the first unless the case says another."""
        return int(self.variables.get("round") or 1)

    @property
    def plan(self) -> Plan:
        """Whom the story gives the suggestion to."""
        return self.suggested.plan

    @property
    def desk(self) -> Desk:
        """What the unit at hand does in this round."""
        return self.suggested.desk(self.unit, self.round)

    @property
    def help(self) -> Help:
        """What the unit at hand does to assist in this round."""
        return self.suggested.help(self.unit, self.round)

    @property
    def meeting(self) -> Meeting:
        """The deliberation meeting of this round."""
        return self.suggested.meeting(self.round)
