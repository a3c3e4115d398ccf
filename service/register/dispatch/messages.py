"""What units, deputies and offices are told while a suggestion is given to its units."""

from collections.abc import Iterable, Sequence

from service.operations import Context
from service.register.common import links
from service.register.common.telling import stamp, tell
from service.register.dispatch.status import Duty
from service.register.people import directory as people
from service.register.proposal import suggestions
from service.tables.assignments import Assignment
from service.tables.suggestions import Suggestion


def send(
    context: Context,
    recipients: str | Iterable[str],
    occasion: str,
    text: str,
    business_key: str | None = None,
) -> None:
    """Write a message about this step of this instance, which may come back to the same occasion later.

    A unit is led to the form that waits for it: before it is given the case it may read nothing else of it.
    """
    key = business_key or context.business_key
    tell(
        context,
        recipients,
        f"{occasion}:{context.instance_id}:{stamp(context.at)}",
        text,
        link=links.step(key),
        business_key=key,
    )


def dispatched(context: Context, own: Suggestion, rows: Sequence[Assignment]) -> None:
    """Tell the deputies of a case and of those merged into it which units have it now."""
    names = people.unit_names(context.session, [each.unit for each in rows])
    units = "、".join(f"{names[each.unit]}（{Duty(each.role).label}）" for each in rows)
    for each in suggestions.cluster(context.session, own.id):
        text = f"“{each.title}”已交办：{units}。"
        key = suggestions.business_key(each.id)
        send(context, each.lead_deputy, f"dispatched:{each.id}", text, key)


def signed(context: Context, row: Assignment) -> None:
    """Tell the deputies of a case and of those merged into it that a unit has signed for its duty."""
    own = suggestions.get(context.session, row.suggestion_id)
    name = people.unit_names(context.session, [row.unit])[row.unit]
    text = f"“{own.title}”{name}已签收，将与您联系。"
    for each in suggestions.cluster(context.session, own.id):
        key = suggestions.business_key(each.id)
        send(context, each.lead_deputy, f"signed:{row.id}:{each.id}", text, key)
