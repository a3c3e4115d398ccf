"""One immutable book of everything that decides when a limit ends, and the counting by it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from service.deadlines import inner
from service.deadlines import seed as seeds
from service.deadlines.documents import Doc
from service.deadlines.lateness import NEVER
from service.deadlines.seed import BY_UNIT, Policy
from service.deadlines.standstill import (
    TOWN,
    Closure,
    Extension,
    Pause,
    counted,
    running,
    shifted,
    stood,
    with_days,
)
from service.deadlines.workdays import Calendar, Unit, Week, end_of, local_day
from service.errors import ExpressionFailed


class Within(NamedTuple):
    """The limit a step's own is counted back from, and when the step began."""

    outer_key: str
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """The moment a limit ends, and all it was computed from, so that it can be computed again."""

    moment: datetime
    policy_key: str
    level: str
    base_at: datetime
    cap_on: str | None  # ISO date of the dispatch batch; the earlier wins
    warnings: tuple[datetime, ...] = ()  # in the policy's order; some may already be past
    unit: str = ""  # whose calendar; see `Book.calendar_of`
    within: Within | None = None  # of a step: its own warnings come first, then those of the whole

    @property
    def outer_key(self) -> str | None:
        return self.within.outer_key if self.within else None

    @property
    def begun_at(self) -> datetime | None:
        return self.within.begun_at if self.within else None


class Whole(NamedTuple):
    """A limit with steps inside: when it ends, on which calendar, and on which day each step does."""

    due: Due
    calendar: Calendar
    ends: Mapping[str, date]


@dataclass(frozen=True)
class Book:
    """Every limit at one stamp, and all that says when one runs: the calendar, closures, office hours, pauses, extensions."""

    policies: Mapping[tuple[str, str], tuple[Policy, ...]]  # by key and level, oldest first
    calendar: Calendar
    stamp: str = ""
    closures: tuple[Closure, ...] = ()
    pauses: Mapping[str, tuple[Pause, ...]] = field(default_factory=dict)  # by case, in order
    extensions: Mapping[str, tuple[Extension, ...]] = field(default_factory=dict)  # by case
    hours: Mapping[str, Week] = field(default_factory=dict)  # by unit's code; "" is everybody else
    docs: tuple[Doc, ...] = field(default=(), compare=False, repr=False)  # the rows it was made of
    _calendars: dict[str, Calendar] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset(key for key, _ in self.policies)

    def policy(self, key: str, level: str, on: date) -> Policy:
        """Return the limit in force on that day; the level's own wins over the general one."""
        for rows in (self.policies.get((key, level), ()), self.policies.get((key, ""), ())):
            in_force = [row for row in rows if row.effective_from <= on]
            if in_force:
                return in_force[-1]
        for rows in (self.policies.get((key, ""), ()), self.policies.get((key, level), ())):
            if rows:
                return rows[0]
        raise ExpressionFailed(
            f"流程用到了没有登记的期限“{key}”。请流程设计员改用“期限与规则”的“期限”里列出的名称，"
            "再重试这一步。",
            cause=f"unknown deadline {key!r}",
        )

    @cached_property
    def cases(self) -> frozenset[str]:
        """The cases whose clock differs from others'."""
        return frozenset({*self.pauses, *self.extensions})

    @cached_property
    def steps(self) -> Mapping[str, frozenset[str]]:
        """The limits counted back from the end of another, by the start event that names it."""
        found: dict[str, set[str]] = {event: set() for event in seeds.INSIDE}
        for (key, _), rows in self.policies.items():
            for row in rows:
                if row.start_event in found:
                    found[row.start_event].add(key)
        return {event: frozenset(keys) for event, keys in found.items()}

    def is_step(self, key: str, level: str, base_at: datetime) -> bool:
        """Whether a limit lay inside another when that one began."""
        return self.policy(key, level, local_day(base_at)).start_event in seeds.INSIDE

    def moved_with(self, keys: Iterable[str]) -> frozenset[str]:
        """Return the limits that may move when these change: themselves, the steps inside them and beside them."""
        moved = set(keys)
        for event, steps in self.steps.items():
            if not moved.isdisjoint(steps | self.wholes(seeds.INSIDE[event])):
                moved |= steps
        return frozenset(moved)

    def wholes(self, family: str) -> frozenset[str]:
        """Return every limit that a step of this family may be counted back from."""
        named = {family, seeds.AFTER_REASSIGNMENT.get(family), seeds.ON_REPEAT.get(family)}
        variants = {
            key for key in self.keys if key.rpartition(".")[0] == family and is_variant(key)
        }
        return frozenset(key for key in named | variants if key is not None)

    def calendar_of(self, place: str) -> Calendar:
        """Return on which calendar a unit works, by its code; `town:` and a code is a town's, empty the city's."""
        found = self._calendars.get(place)
        if found is None:
            closed = [day for one in self.closures if one.concerns(place) for day in one.days]
            found = with_days(self.calendar, closed) if closed else self.calendar
            hours = self.hours.get(place) or self.hours.get("")
            if hours is not None:
                found = replace(found, hours=hours)
            self._calendars[place] = found
        return found

    def place(self, policy: Policy, unit: str) -> str:
        """Return whose calendar a limit is counted on where this unit has the case."""
        return unit if policy.counted_on == BY_UNIT or unit.startswith(TOWN) else ""

    def whole(
        self,
        key: str,
        base_at: datetime,
        level: str = "",
        cap_on: str | None = None,
        unit: str = "",
        case: str | None = None,
    ) -> Whole:
        """Return a limit in which steps lie, and the days on which they end."""
        on = local_day(base_at)
        policy = self.policy(key, level, on)
        moment, calendar = self._ends(policy, base_at, cap_on, unit, case)
        warnings = _warnings(calendar, policy, moment)
        due = Due(moment, key, level, base_at, cap_on, warnings, unit)
        if moment == NEVER:
            return Whole(due, calendar, {})
        steps = (
            self.policy(step, level, on)
            for event, keys in self.steps.items()
            if key in self.wholes(seeds.INSIDE[event])
            for step in keys
        )
        counted_back = (step for step in steps if step.start_event in seeds.INSIDE)
        return Whole(due, calendar, inner.days(calendar, local_day(moment), counted_back))

    def step(self, key: str, whole: Whole, begun_at: datetime) -> inner.Step:
        """Return how a step that began then ends, inside a whole that ends so."""
        return inner.end(whole.calendar, whole.due.moment, begun_at, key, whole.ends)

    def step_due(self, key: str, whole: Whole, within: Within) -> Due:
        """Return when a step is due; while the clock of its whole stands, never."""
        level, base_at = whole.due.level, whole.due.base_at
        moment = whole.due.moment
        if moment != NEVER:
            moment = self.step(key, whole, within.begun_at).moment
        policy = self.policy(key, level, local_day(base_at))
        warnings = (*_warnings(whole.calendar, policy, moment), *whole.due.warnings)
        return Due(moment, key, level, base_at, whole.due.cap_on, warnings, whole.due.unit, within)

    def due(
        self,
        key: str,
        base_at: datetime,
        level: str = "",
        cap_on: str | None = None,
        unit: str = "",
        case: str | None = None,
        within: Within | None = None,
    ) -> Due:
        """Return when a limit ends: of a unit, where it is counted on the unit's calendar, and of a case, for its pauses.

        A step's is counted back from the limit it lies in, which starts at `base_at`.
        """
        policy = self.policy(key, level, local_day(base_at))
        if within is not None and self.is_step(key, level, base_at):
            whole = self.whole(within.outer_key, base_at, level, cap_on, unit, case)
            return self.step_due(key, whole, within)
        if policy.unit is Unit.TIMES:
            raise ExpressionFailed(
                f"“{key}”是次数，不是期限，不能用来计算到期时间。请流程设计员改用期限类参数。",
                cause=f"{key!r} is not a limit of time",
            )
        moment, calendar = self._ends(policy, base_at, cap_on, unit, case)
        warnings = _warnings(calendar, policy, moment)
        return Due(moment, key, level, base_at, cap_on, warnings, unit)

    def calendar_in(
        self, policy: Policy, base_at: datetime, cap_on: str | None, unit: str, case: str | None
    ) -> Calendar:
        """Return the calendar a limit is counted on, without the days on which the clock of the case stood."""
        return self._ends(policy, base_at, cap_on, unit, case)[1]

    def _ends(
        self, policy: Policy, base_at: datetime, cap_on: str | None, unit: str, case: str | None
    ) -> tuple[datetime, Calendar]:
        calendar = self.calendar_of(self.place(policy, unit))
        if case in self.cases:
            return self._in_case(policy, calendar, base_at, cap_on, unit, case or "")[:2]
        moment = calendar.due(base_at, policy.amount, policy.unit)
        cap = _cap(policy, base_at, cap_on)
        return moment if cap is None else min(cap, moment), calendar

    def met(
        self, policy: Policy, base_at: datetime, cap_on: str | None, unit: str, case: str | None
    ) -> tuple[Pause, ...]:
        """Return the pauses that a limit of this case met."""
        calendar = self.calendar_of(self.place(policy, unit))
        return self._in_case(policy, calendar, base_at, cap_on, unit, case or "")[2]

    def calendar_lived(self, case: str | None, at: datetime) -> Calendar:
        """Return the city's calendar for counting how late a case is: days on which its clock stood are none of it."""
        pauses = self.pauses.get(case or "", ())
        return with_days(self.calendar, stood(pauses, local_day(at))) if pauses else self.calendar

    def stands_since(self, case: str | None) -> datetime | None:
        """Return since when the clock of a case stands, if it does."""
        pauses = self.pauses.get(case or "", ())
        return pauses[-1].from_at if pauses and pauses[-1].until_at is None else None

    def extension(self, key: str, unit: str, case: str | None) -> Extension | None:
        """Return the day a case has been given for its reply; one of the unit's own wins."""
        if key not in seeds.EXTENDED:
            return None
        granted = {one.unit: one for one in self.extensions.get(case or "", ())}
        return granted.get(unit) or granted.get("")

    def _in_case(
        self,
        policy: Policy,
        calendar: Calendar,
        base_at: datetime,
        cap_on: str | None,
        unit: str,
        case: str,
    ) -> tuple[datetime, Calendar, tuple[Pause, ...]]:
        """Return when a limit ends in a case of its own clock, the calendar it then has, and the pauses it met."""
        extension = self.extension(policy.key, unit, case)
        cap = _cap(policy, base_at, cap_on)

        def ends(pauses: Sequence[Pause]) -> datetime:
            if extension is not None:
                day, granted_at = extension.until, extension.granted_at
                later = [pause for pause in pauses if pause.from_at > granted_at]
                return shifted(calendar, day, granted_at, later)
            counted_ = counted(calendar, base_at, policy.amount, policy.unit, pauses)
            if cap is None or cap >= counted_:
                return counted_
            return min(counted_, shifted(calendar, local_day(cap), base_at, pauses))

        moment, met = running(ends, base_at, self.pauses.get(case, ()))
        stood = (day for pause in met if pause.until_at is not None for day in pause.days)
        return moment, with_days(calendar, stood) if met else calendar, met

    def whole_of(self, policy: Policy, variables: Mapping[str, Any]) -> str | None:
        """Return the limit this one lies in for a case with these variables, if it lies in one."""
        family = seeds.INSIDE.get(policy.start_event)
        if family is None:
            return None
        if family in seeds.ON_REPEAT and (variables.get("opinion_round") or 1) > 1:
            return seeds.ON_REPEAT[family]
        return self.resolve(family, variables)

    def resolve(self, key: str, variables: Mapping[str, Any]) -> str:
        """Return the limit meant by a family name: `ft.accept` is `ft.accept.urgent` where the case is urgent."""
        if variables.get("reassigned_at") and key in seeds.AFTER_REASSIGNMENT:
            return seeds.AFTER_REASSIGNMENT[key]
        for variable, variants in seeds.VARIANTS.items():
            suffix = variants.get(variables.get(variable))
            if suffix is not None and f"{key}.{suffix}" in self.keys:
                return f"{key}.{suffix}"
        if key not in self.keys and f"{key}.normal" in self.keys:
            return f"{key}.normal"
        return key


def within(outer_key: str | None, begun_at: datetime | None) -> Within | None:
    """Return what a row says of the limit its own lies in."""
    return Within(outer_key, begun_at) if outer_key and begun_at else None


def is_variant(key: str) -> bool:
    """Whether a limit is one of a family's, by the variable that decides among them."""
    return any(key.rpartition(".")[2] in variants.values() for variants in seeds.VARIANTS.values())


def _warnings(calendar: Calendar, policy: Policy, moment: datetime) -> tuple[datetime, ...]:
    if moment == NEVER:
        return (NEVER,) * len(policy.warnings)
    return tuple(calendar.warning(moment, one.amount, one.unit) for one in policy.warnings)


def _cap(policy: Policy, base_at: datetime, cap_on: str | None) -> datetime | None:
    """A batch date before the limit even starts caps nothing: the case joined the batch late."""
    if not policy.capped_by_batch or not cap_on:
        return None
    cap = end_of(date.fromisoformat(cap_on))
    return cap if cap > base_at else None
