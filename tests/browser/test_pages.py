"""Pages in a real browser: nothing sticks out, nothing is out of reach, and comfort is only comfort."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WIDTHS, Opener, overflow, violations
from tests.service.handlers.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", ["normal", "large"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_out_of_reach_or_out_of_the_window(
    opened: Opener, visit: Visit, width: int, size: str
) -> None:
    page = opened("wang_fang", width)
    if size == "large":
        page.get_by_role("button", name="大字版").click()
    faults = {}
    for path in ("/", "/done", "/notices", visit.path, "/nowhere"):
        page.goto(path)
        faults[path] = (violations(page), overflow(page))
    page.goto(visit.path)
    page.get_by_role("button", name="完成：审查走访").click()
    page.wait_for_selector("#error-summary")
    faults["error"] = (violations(page), overflow(page))
    page.get_by_role("button", name="退出").click()
    faults["/login"] = (violations(page), overflow(page))

    assert {path: fault for path, fault in faults.items() if fault != ([], 0)} == {}


def test_no_page_breaks_its_own_rules_about_what_it_may_load(opened: Opener, visit: Visit) -> None:
    page = opened("wang_fang")
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url))

    for path in ("/", "/done", "/notices", visit.path):
        page.goto(path)

    assert page.complaints == []  # type: ignore[attr-defined]
    assert {url for url in elsewhere if "127.0.0.1" not in url} == set()


def test_a_field_that_does_not_apply_is_hidden_until_it_does(opened: Opener, visit: Visit) -> None:
    page = opened("wang_fang")
    page.goto(visit.path)
    reason = page.get_by_label("不予登记的理由")

    expect(reason).to_be_hidden()
    page.get_by_label("不予登记", exact=True).check()
    expect(reason).to_be_visible()
    page.get_by_label("予以登记", exact=True).check()
    expect(reason).to_be_hidden()


def test_letters_are_counted_while_they_are_written(opened: Opener, visit: Visit) -> None:
    page = opened("wang_fang")
    page.goto(visit.path)
    page.get_by_label("不予登记", exact=True).check()

    page.get_by_label("不予登记的理由").fill("没有写明时间")
    expect(page.get_by_text("已写 6 个字。")).to_be_visible()
    page.get_by_label("不予登记的理由").fill("字" * 301)
    expect(page.get_by_text("已写 301 个字，多了 1 个字。")).to_be_visible()


def test_what_is_typed_is_saved_without_being_asked(opened: Opener, visit: Visit) -> None:
    page = opened("wang_fang")
    page.goto(visit.path)
    if not page.evaluate("typeof htmx !== 'undefined'"):
        pytest.skip("the front-end bundles are not built")

    page.get_by_label("走访人数").fill("12")

    expect(page.get_by_text("草稿已自动保存")).to_be_visible(timeout=8000)
    page.goto(visit.path)
    expect(page.get_by_label("走访人数")).to_have_value("12")


def test_a_mistake_takes_the_reader_to_the_summary_and_from_there_to_the_field(
    opened: Opener, visit: Visit
) -> None:
    page = opened("wang_fang")
    page.goto(visit.path)
    page.get_by_label("走访人数").fill("几个")
    page.get_by_label("走访人数").press("Enter")

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name=re.compile("走访人数")).click()
    expect(page.get_by_label("走访人数")).to_be_focused()


def test_a_task_is_done_by_keyboard_alone(opened: Opener, visit: Visit) -> None:
    page = opened("wang_fang")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.get_by_role("link", name="审查走访").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{visit.path}")
    page.get_by_label("予以登记", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_label("走访人数").focus()
    page.keyboard.type("5")
    page.keyboard.press("Enter")

    expect(page.get_by_text("已完成：审查走访。")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_everything_works_without_script(opened: Opener, visit: Visit, width: int) -> None:
    page = opened("wang_fang", width, script=False)
    page.get_by_role("link", name="审查走访").click()

    page.get_by_label("第 3 行事项").fill("路灯不亮")
    page.get_by_role("button", name="增加一行").click()
    expect(page.get_by_label("第 1 行事项")).to_have_value("路灯不亮")
    expect(page.get_by_label("第 4 行事项")).to_be_visible()
    page.get_by_label("第 1 行类别").select_option("道路")
    expect(page.get_by_label("不予登记的理由")).to_be_visible()
    page.get_by_label("予以登记", exact=True).check()
    page.get_by_role("button", name="完成：审查走访").click()

    expect(page.get_by_text("已完成：审查走访。")).to_be_visible()


def test_the_menu_folds_on_a_phone(opened: Opener) -> None:
    page = opened("wang_fang", 360)

    expect(page.get_by_role("navigation", name="主菜单", exact=True)).to_be_hidden()
    page.get_by_text("菜单", exact=True).click()
    page.get_by_role("navigation", name="主菜单（手机）").get_by_role("link", name="待办").click()
    page.wait_for_url("**/")


def test_targets_are_large_enough_for_a_thumb(opened: Opener, visit: Visit) -> None:
    page = opened("wang_fang", 360)
    page.goto(visit.path)

    heights = page.eval_on_selector_all(
        "main .btn, main input:not([type=hidden]):not([type=radio]):not([type=checkbox]),"
        " main select, main .form-check, header button, header summary",
        "all => all.map(e => [e.textContent.trim().slice(0, 20), e.getBoundingClientRect().height])",
    )

    assert [each for each in heights if each[1] < 44] == []
