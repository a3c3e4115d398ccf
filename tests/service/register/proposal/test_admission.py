"""What may be a suggestion is said before it is reviewed."""

import pytest

from service.register.proposal import admission
from tests.proposed import CONTENT


def test_words_remind_of_the_negative_list() -> None:
    found = admission.suspicions("关于某民事纠纷判决执行的意见", "本人宅基地办证")

    assert found == {"N1": "本人、宅基地办证", "N3": "判决"}


def test_a_plain_matter_reminds_of_nothing() -> None:
    assert (
        admission.suspicions(
            CONTENT.title, CONTENT.situation, *(item.text for item in CONTENT.items)
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
