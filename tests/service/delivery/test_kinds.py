"""Officials decide for each kind of notice how it leaves the house."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.delivery import kinds
from service.delivery.channels import Name
from service.delivery.kinds import Kind, Rule
from service.tables.people import Notification
from tests.service.delivery.conftest import tell


def test_what_nobody_listed_is_another_notice() -> None:
    assert kinds.of("warning") is Kind.REMINDER
    assert kinds.of("nobody_knows") is Kind.OTHER


def test_hours_and_denials_do_not_wait_for_the_morning() -> None:
    assert {kind for kind, rule in kinds.DEFAULTS.items() if rule.at_once} == {
        Kind.URGENT,
        Kind.DENIED,
    }


def test_a_changed_rule_holds_and_the_others_stay(session: Session) -> None:
    quiet = Rule(frozenset(), False)
    kinds.put(session, {Kind.PROGRESS: quiet, Kind.REMINDER: kinds.DEFAULTS[Kind.REMINDER]})

    assert kinds.rules(session) == {**kinds.DEFAULTS, Kind.PROGRESS: quiet}

    again = Rule(frozenset({Name.SMS}), True)
    kinds.put(session, {Kind.PROGRESS: again})
    assert kinds.rules(session)[Kind.PROGRESS] == again


def test_notices_are_found_by_kind_also_those_nobody_listed(session: Session) -> None:
    for kind in ("warning", "evaluation_denied", "nobody_knows"):
        tell(session, "wang", kind, kind=kind)

    def found(*chosen: Kind) -> list[str]:
        condition = kinds.condition(Notification.kind, chosen)
        return list(session.scalars(select(Notification.kind).where(condition)))

    assert found(Kind.DENIED) == ["evaluation_denied"]
    assert found(Kind.OTHER) == ["nobody_knows"]
    assert found(Kind.OTHER, Kind.REMINDER) == ["warning", "nobody_knows"]
    assert found() == []
