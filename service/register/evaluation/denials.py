"""A deputy says that a rating is not theirs: it is void, and who gave it is looked into."""

from datetime import datetime

from sqlalchemy.orm import Session

from service import notifications
from service.register.common import links
from service.register.evaluation import evaluations
from service.register.people import directory as people
from service.register.proposal import identity, suggestions
from service.tables.evaluation import Evaluation


def take_back(session: Session, evaluation_id: int, by: str, at: datetime) -> Evaluation:
    """Void the rating and ask the office and the head of supervision to find out who gave it."""
    row = evaluations.deny(session, evaluation_id, by, at)
    suggestion = suggestions.get(session, row.suggestion_id)
    unit = people.unit_names(session, [row.unit])[row.unit]
    key = suggestions.business_key(row.suggestion_id)
    matter = f"否认对{unit}的评价（《{suggestion.title}》）是本人所填，请核查是否有人代填。"
    office = f"town_presidium:{suggestion.town}" if suggestion.town else "deputy_office"
    names = {
        office: people.names(session, [by])[by],
        "gov_supervision_head": identity.names(session, None, suggestion.id, [by])[by],
    }
    for recipient, name in names.items():
        notifications.enqueue(
            session,
            recipient,
            "evaluation_denied",
            f"{name}{matter}",
            at,
            dedupe_key=f"evaluation_denied:{row.id}:{at.isoformat()}",
            link=links.case(key),
            business_key=key,
        )
    return row
