"""What may be a suggestion is said before it is reviewed."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service import rulebook
from service.database import Database
from service.register.proposal import admission, suggestions
from service.register.proposal.admission import NEGATIVE, Excluded
from tests.conftest import MORNING
from tests.listed import lists_of
from tests.proposed import CONTENT


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with lists_of(sqlite) as lists:
        yield lists.session


def test_a_word_that_is_added_would_remind_the_reviewer_of_what_waits_today(
    session: Session,
) -> None:
    suggestions.submit(session, CONTENT, "代表甲", (), 2, MORNING)
    before = admission.excluded(session)
    after = (*before, Excluded(code="N13", text="护栏另有渠道。", words=("护栏",)))

    found = NEGATIVE.consequences(session, before, after, MORNING)

    assert {(one.before, one.after) for one in found} == {("没有提示", "N13（护栏）")}
    assert rulebook.faults(session, NEGATIVE, after) == []
    short = (*before, Excluded(code="N13", text="太短。", words=("路",)))
    assert "太短" in rulebook.faults(session, NEGATIVE, short)[0].sentence


def test_a_code_that_is_not_on_the_list_is_named(session: Session) -> None:
    assert admission.unknown(session, ["N1", "N12"]) == ""
    assert "N99" in admission.unknown(session, ["N1", "N99"])


def test_words_remind_of_the_negative_list(session: Session) -> None:
    found = admission.suspicions(session, "关于某民事纠纷判决执行的意见", "本人宅基地办证")

    assert {one.code: words for one, words in found.items()} == {
        "N1": "本人、宅基地办证",
        "N3": "判决",
    }


def test_a_plain_matter_reminds_of_nothing(session: Session) -> None:
    assert (
        admission.suspicions(
            session, CONTENT.title, CONTENT.situation, *(item.text for item in CONTENT.items)
        )
        == {}
    )


@pytest.mark.parametrize(
    ("title", "fault"),
    [
        ("关于加装护栏的建议", ""),
        ("关于窗口服务的批评", ""),
        ("加装护栏的建议", "关于……的建议"),
        ("关于加装护栏的报告", "关于……的建议"),
        ("关于加装护栏的建议和关于清淤的建议", "一事一议"),
        ("关于加装护栏；清理河道的建议", "一事一议"),
    ],
)
def test_titles(title: str, fault: str) -> None:
    found = admission.title_fault(title)

    assert fault in found
    assert bool(found) == bool(fault)
