"""What proposing and reviewing give to a diagram: the variables by name, and what each is."""

from datetime import datetime
from typing import Annotated, TypedDict

from service.register.proposal.status import Outcome
from service.register.proposal.suggestions import Office, SuggestionId


class Opened(TypedDict):
    """The routing variables a case starts with."""

    suggestion: SuggestionId
    level: Annotated[str, "层级"]
    office: Office
    delegation: Annotated[str, "代表团"]
    lead_deputy: Annotated[str, "领衔代表"]
    co_signers: Annotated[list[str], "请其联名的代表"]
    in_session: Annotated[bool, "是否在大会期间提出"]
    submitted_at: Annotated[datetime, "提交时间"]
    session_closed_at: Annotated[datetime | None, "大会闭幕时间"]
    round: Annotated[int, "第几轮办理"]
    is_hard: Annotated[bool, "是否难件"]
    is_key: Annotated[bool, "是否重点建议"]
    pre_dispatch: Annotated[bool, "是否先征求承办单位意见"]


class SentBack(TypedDict, total=False):
    """Given where the suggestion went back to its deputy."""

    returned_for_edit_at: Annotated[datetime, "退代表修改的时间"]


class Registered(TypedDict):
    """How the review ended, with a number."""

    review_outcome: Annotated[Outcome, "审查结果"]
    registered_at: Annotated[datetime, "立案时间"]


class Reviewed(TypedDict):
    """How the review ended."""

    review_outcome: Annotated[Outcome, "审查结果"]


class Answered(TypedDict, total=False):
    """How the review ended, or when the suggestion went back to its deputy."""

    review_outcome: Annotated[Outcome, "审查结果"]
    returned_for_edit_at: Annotated[datetime, "退代表修改的时间"]
