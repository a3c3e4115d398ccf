"""Every message about a suggestion begins with its title and is filed under its case."""

from collections.abc import Iterable

from service.operations import Context
from service.register.common import links
from service.register.common.telling import stamp, tell
from service.register.proposal import suggestions
from service.tables.suggestions import Suggestion


def about(
    context: Context,
    suggestion: Suggestion,
    recipients: str | Iterable[str],
    kind: str,
    text: str,
) -> None:
    """Tell each recipient what this step did with the suggestion; `text` goes on after the title."""
    key = suggestions.business_key(suggestion.id)
    tell(
        context,
        recipients,
        f"{kind}:{suggestion.id}:{stamp(context.at)}",
        f"“{suggestion.title}”{text}",
        link=links.step(key),
        business_key=key,
    )
