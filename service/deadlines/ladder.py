"""Who may be reminded of a limit: a closed list, resolved from the task and its case when a rung is reached."""

from collections.abc import Iterable

from service.labels import Labelled


class Recipient(Labelled):
    """Whom a rung reminds, by what they are to the task; the words are those of the administrator's page."""

    @property
    def short(self) -> str:
        """The words without the explanation in brackets, for a list of several."""
        return self.label.partition("（")[0]

    HOLDER = "holder", "承办人（任务在谁手里就提醒谁）"
    UNIT_LIAISON = "unit_liaison", "单位联络员"
    UNIT_DEPUTY_HEAD = "unit_deputy_head", "单位分管领导"
    UNIT_HEAD = "unit_head", "单位主要负责人"
    CONGRESS = "congress", "代工委（镇级建议为镇人大主席团）"
    COMMITTEE = "committee", "对口工委"
    SUPERVISION = "supervision", "督查室（按单位归口）"
    GOV_OFFICE = "gov_office", "政府办"
    VICE_MAYOR = "vice_mayor", "分管副市长"
    DEPUTY = "deputy", "代表本人（领衔代表）"


def recipients(told: Iterable[str]) -> tuple[Recipient, ...]:
    """Return whom a rung reminds; one that names nobody reminds the holder of the task."""
    return tuple(Recipient(each) for each in told) or (Recipient.HOLDER,)
