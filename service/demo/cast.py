"""The people of 清沅市 as a story calls on them: who acts for a group, and how they are named."""

from collections.abc import Mapping, Sequence
from functools import cache

from service.demo import city
from service.demo.city import Citizen

_ACTING = {
    "deputy_office": "dgw_ganshi",
    "gov_office": "zfb_guzhang",
    "gov_supervision": "dc_ganshi",
    "gov_supervision_head": "dc_zhuren",
    "vice_mayor": "fsz_cheng",
    "director_meeting": "rd_fuzhuren1",
}


def first(group: str) -> str:
    """Return who usually acts for a group."""
    return _ACTING.get(group) or _holders()[group][0]


def name(login: str) -> str:
    """Return a person's name."""
    return _citizens()[login].name


def titled(login: str) -> str:
    """Return a person with their post: 李明（交通局联络员）."""
    return f"{name(login)}（{_citizens()[login].title}）"


def phone(login: str) -> str:
    """Return a person's number."""
    return _citizens()[login].phone


def unit_of(login: str) -> str:
    """Return the unit a person works for, "" for deputies and offices."""
    groups = _citizens()[login].groups if login in _citizens() else ()
    return next((group.partition(":")[2] for group in groups if group.startswith("unit_")), "")


def is_deputy(login: str) -> bool:
    """Tell whether a person is a deputy."""
    return login in _citizens() and _citizens()[login].deputy is not None


@cache
def _citizens() -> Mapping[str, Citizen]:
    return {citizen.login: citizen for citizen in city.citizens()}


@cache
def _holders() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for login, citizen in _citizens().items():
        for group in citizen.groups:
            found.setdefault(group, []).append(login)
    return found
