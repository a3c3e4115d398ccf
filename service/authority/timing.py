"""Who may ask that a case take longer, and who may stop or move its clock."""

from service.deadlines.documents import TABLE
from service.errors import NotAllowed, StaleVersion
from service.register.people import posts
from service.register.people.directory import Actor
from service.register.people.roles import Role
from service.tables.assignments import Assignment
from service.tables.deadlines import DeadlineChange, DeadlineExtension

_APPLICANTS = (Role.UNIT_HANDLER, Role.UNIT_LIAISON)


def may_apply(person: Actor, duty: Assignment) -> bool:
    """May this person apply for a later day for the reply that this duty asks for? Only those of its own unit."""
    return any(role.of(duty.unit) in person.groups for role in _APPLICANTS)


def refuse_application(person: Actor, duty: Assignment) -> None:
    """Refuse an application for, or by, another unit."""
    if not may_apply(person, duty):
        raise NotAllowed("只有承办这件建议的单位的联络员和承办人可以申请延期或撤回申请。")


def may_hold(person: Actor, town: str | None) -> bool:
    """May this person hold and resume the clock of a suggestion of this town, or of the city where none is named?

    Only the congress body that handles it: whether the deputy agreed is for nobody else to judge.
    """
    return posts.office_of(town) in person.groups


def refuse_hold(person: Actor, town: str | None) -> None:
    """Refuse to hold or resume the clock for somebody who may not."""
    if not may_hold(person, town):
        raise NotAllowed("只有办理这件建议的人大机关可以暂停和恢复计时。请联系代表工委。")


def may_redate(person: Actor, town: str | None) -> bool:
    """May this person set one date of a suggestion by hand? The congress body that handles it, and administrators."""
    return Role.ADMIN in person.groups or may_hold(person, town)


def refuse_redate(person: Actor, town: str | None) -> None:
    """Refuse to set a date for somebody who may not."""
    if not may_redate(person, town):
        raise NotAllowed("只有系统管理员和办理这件建议的人大机关可以另定日期。请联系他们。")


def refuse_undoing(change: DeadlineChange) -> None:
    """Refuse to take back a granted extension: the deputy and the unit have been told, and the register says so."""
    if any(doc[TABLE] == DeadlineExtension.__tablename__ for doc in change.after):
        raise StaleVersion(
            "延期批准以后已经告知代表和单位，不能撤销。需要改动的，请在“个案”里另定日期并写明理由。"
        )
