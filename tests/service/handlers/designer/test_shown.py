"""What a check says stands where a designer looks for it."""

import re

import pytest

from service.handlers.designer import shown
from tests.service.handlers.conftest import Browser
from tests.service.handlers.designer.drawings import drawing, hand_in


def test_errors_stand_before_advice_and_elements_have_their_names(sun_li: Browser) -> None:
    hand_in(sun_li, leave=drawing(camunda__candidateGroups="deputy_offise"))

    assert sun_li.page.index("is-error") < sun_li.page.index("is-advice")
    link = '<a href="#drawing" data-shows="Task_a"><strong>批假</strong></a> <code>Task_a</code>'
    assert link in sun_li.page
    assert 'id="drawing"' in sun_li.page
    assert "<strong>【有错误】</strong>" in sun_li.page


def test_a_page_shows_no_more_findings_than_anybody_mends_at_once(
    sun_li: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "MOST_SHOWN", 1)

    hand_in(sun_li, leave=drawing())

    assert "条没有列出" in sun_li.page
    assert sun_li.page.count('class="is-advice"') <= 2  # one of each kind


def test_advice_on_style_stands_apart_from_what_changes_how_it_runs(sun_li: Browser) -> None:
    hand_in(sun_li, leave=drawing())

    assert "画法建议" in sun_li.page
    assert "可以部署：没有错误" in sun_li.page


def test_several_files_are_told_apart_and_the_one_with_the_error_is_shown_first(
    sun_li: Browser,
) -> None:
    hand_in(sun_li, a=drawing("a"), b=b"no diagram", c=drawing("c"))

    assert "b.bpmn（1 个错误）" in sun_li.page
    assert "文件不是 XML" in sun_li.page
    addresses = re.findall(r'href="(/x/uploads/[^"]+file=2)"', sun_li.page)
    sun_li.get(addresses[0])
    assert '<h2 id="said">c.bpmn</h2>' in sun_li.page
