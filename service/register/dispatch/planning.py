"""Who is to do what in a case: the plan of units and duties, and which combinations can work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.errors import NotAllowed
from service.register.dispatch.status import Duty, Mode

DUTIES: Mapping[str, str] = {
    Duty.SOLE: "全面负责办理，书面答复代表。",
    Duty.LEAD: "牵头办理，汇总协办意见，书面答复代表。",
    Duty.ASSIST: "按职责办理，向主办单位提出书面协办意见。",
    Duty.SEPARATE: "按职责办理，单独书面答复代表。",
}
"""The usual words for each duty."""


@dataclass(frozen=True)
class Planned:
    """A unit the plan names, in which role, for which part of the work."""

    unit: str
    role: Duty
    duties: str = ""


def planned(
    handling_mode: Mode,
    lead_unit: str | None,
    assist_units: Sequence[str],
    separate_units: Sequence[str],
) -> list[Planned]:
    """Return who is to do what in this mode, with the usual words for each duty; refuse a plan that cannot work."""
    if handling_mode == Mode.SEPARATE:
        if len(set(separate_units)) < 2:
            raise NotAllowed("分办至少要选两个单位。只有一个单位时，请改为“独办”。")
        return [Planned(unit, Duty.SEPARATE, DUTIES[Duty.SEPARATE]) for unit in separate_units]
    if not lead_unit:
        raise NotAllowed("请选择主办单位。")
    if handling_mode == Mode.SOLE:
        return [Planned(lead_unit, Duty.SOLE, DUTIES[Duty.SOLE])]
    assists = [unit for unit in assist_units if unit != lead_unit]
    if not assists:
        raise NotAllowed("主协办要在主办单位之外再选协办单位。没有协办单位时，请改为“独办”。")
    return [
        Planned(lead_unit, Duty.LEAD, DUTIES[Duty.LEAD]),
        *(Planned(unit, Duty.ASSIST, DUTIES[Duty.ASSIST]) for unit in assists),
    ]


def mode_of(plan: Sequence[Planned]) -> Mode:
    """Return the handling mode these duties amount to; refuse what no mode allows."""
    if len({each.unit for each in plan}) < len(plan):
        raise NotAllowed("同一个单位出现了两次，请删去一行。")
    roles = sorted(each.role for each in plan)
    if roles == [Duty.SOLE]:
        return Mode.SOLE
    if roles.count(Duty.LEAD) == 1 and roles.count(Duty.ASSIST) == len(roles) - 1 >= 1:
        return Mode.LEAD_ASSIST
    if roles.count(Duty.SEPARATE) == len(roles) >= 2:
        return Mode.SEPARATE
    raise NotAllowed("各单位的角色配不上：独办只有一个单位；主办一个、协办至少一个；分办至少两个。")
