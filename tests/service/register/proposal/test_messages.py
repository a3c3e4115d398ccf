"""Messages about a suggestion name it, and are filed under it."""

from sqlalchemy import select

from service.database import Database
from service.operations import Context
from service.register.proposal import suggestions
from service.register.proposal.messages import about
from service.tables.people import Notification
from tests.conftest import MORNING
from tests.proposed import CONTENT
from tests.world import populate


def test_a_message_begins_with_the_title_and_belongs_to_the_suggestion(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        populate(session, MORNING)
        own = suggestions.submit(session, CONTENT, "代表甲", (), 1, MORNING)
        step = Context(session, MORNING, "代工委", 1, "suggestion:999", "main", "Task")

        about(step, own, ["代表甲", "代表甲"], "closed", "已办结归档。")

        [message] = session.scalars(select(Notification))
        assert message.text == f"“{CONTENT.title}”已办结归档。"
        assert (message.kind, message.business_key) == ("closed", f"suggestion:{own.id}")
