"""What no round could settle the chairpersons' meeting decides."""

from sqlalchemy.orm import Session

from service.register.deliberation import disposals
from service.register.deliberation.forms import Disposing
from service.register.deliberation.outcomes import Disposal
from tests.replied_case import RepliedCase
from tests.service.register.deliberation.scene import HELD


def test_the_chairpersons_have_the_last_word(session: Session, case: RepliedCase) -> None:
    assert disposals.disposal(session, case.suggestion.id) is None

    decided = Disposing(disposal=Disposal.NEXT_YEAR, disposal_reason="资金明年列入")
    disposals.dispose(session, case.suggestion.id, decided, "主任会议", HELD)

    row = disposals.disposal(session, case.suggestion.id)
    assert row is not None
    assert (row.decision, row.reason) == ("next_year", "资金明年列入")
