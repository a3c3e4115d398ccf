"""A step tells people what it did: each of them once for one occasion, in the transaction of the step."""

from collections.abc import Iterable
from datetime import datetime

from service import notifications
from service.operations import Context
from service.register.common import links


def tell(
    context: Context,
    recipients: str | Iterable[str],
    occasion: str,
    text: str,
    *,
    kind: str = "",
    link: str = "",
    business_key: str | None = None,
) -> None:
    """Write the message to each login or candidate group, unless it was written for this occasion before.

    The occasion is the whole key that tells one message from the next, "signed:17:1"; its first word is the
    kind of the message unless `kind` names another. The case is the instance's unless `business_key` names one, and
    the message leads to its page unless `link` names another.
    """
    key = business_key or context.business_key
    named = [recipients] if isinstance(recipients, str) else recipients
    for recipient in dict.fromkeys(named):
        notifications.enqueue(
            context.session,
            recipient,
            kind or occasion.partition(":")[0],
            text,
            context.at,
            dedupe_key=occasion,
            link=link or links.case(key),
            business_key=key,
        )


def stamp(at: datetime) -> str:
    """Return a moment as a part of an occasion, for what may happen to one case several times."""
    return f"{at:%Y%m%d%H%M%S%f}"
