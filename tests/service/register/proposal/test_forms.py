"""What is handed in is read as the values the register knows."""

import pytest

from service.register.proposal.admission import Requirement
from service.register.proposal.forms import Examination, Proposal, Relation
from tests.proposed import CONTENT


def test_a_proposal_knows_its_category_and_reads_silence_as_no() -> None:
    assert CONTENT.category == "transport"
    assert CONTENT.identity_protected is False


def test_a_proposal_needs_its_title() -> None:
    with pytest.raises(ValueError, match="title"):
        Proposal.model_validate(CONTENT.model_dump(exclude={"title"}))


def test_an_examination_keeps_what_the_register_found_similar() -> None:
    row = {
        "case_no": "B2026-001",
        "title": "护栏",
        "likeness": 90,
        "status": "已立案",
        "relation": "merge",
    }
    form = Examination.model_validate(
        {
            "checklist": ["complete"],
            "negative_hits": [],
            "similar": [row],
            "authority": "own",
            "review_conclusion": "register",
            "review_reason": None,
            "category": None,
            "recommend_key": None,
        }
    )

    assert form.similar[0].relation is Relation.MERGE
    assert form.model_dump(mode="json")["similar"] == [row]
    assert form.checklist == (Requirement.COMPLETE,)
