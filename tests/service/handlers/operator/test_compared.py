"""What a change has kept is shown line by line, under words a reader knows."""

import pytest

from service.handlers.operator.compared import MOST, Difference, Names, differences, mentioned

LIMIT = {"table": "deadline_policies", "id": 3, "name": "答复", "amount": 3, "unit": "CM"}


def test_only_what_differs_is_shown_and_no_bookkeeping() -> None:
    found = differences(
        {"change": 7, "before": [LIMIT], "after": [{**LIMIT, "id": 9, "amount": 60, "unit": "CD"}]}
    )

    assert found == [
        Difference("数量", "3", "60"),
        Difference("单位", "个月", "日"),
        Difference("修改编号", "", "7"),
    ]


def test_days_are_compared_by_their_date() -> None:
    first, second = ({"day": f"2027-01-0{n}", "kind": "holiday"} for n in (1, 2))

    found = differences(
        {"before": [first, second], "after": [second, {**first, "kind": "workday"}]}
    )

    assert found == [Difference("2027-01-01 类型", "放假", "上班")]


def test_what_has_no_before_is_listed_as_it_is() -> None:
    assert differences({"files": ["a.bpmn", "b.dmn"], "confirmed": True, "note": ""}) == [
        Difference("文件", "", "a.bpmn、b.dmn"),
        Difference("已确认", "", "是"),
    ]


def test_an_extension_is_read_without_codes() -> None:
    granted = {
        "table": "deadline_extensions",
        "business_key": "suggestion:26",
        "until": "2027-04-15",
        "by": "dgw_jia",
        "at": "2026-11-30T22:43:19.696293+00:00",
    }

    assert differences({"before": [], "after": [granted]}) == [
        Difference("截至", "", "2027年4月15日（周四）")
    ]


def test_moments_are_written_as_people_read_them() -> None:
    moved = {"before": [{"due_at": "2026-11-30T10:00:00+00:00"}], "after": []}

    assert differences(moved) == [Difference("到期时间", "2026年11月30日（周一）18:00", "")]


def test_a_long_change_is_cut() -> None:
    assert len(differences({str(n): n for n in range(MOST + 5)})) == MOST


def test_a_change_that_has_compared_by_itself_is_read_as_it_says() -> None:
    told = [["第 3 条规则", "颜色", "白牌", "黄牌"]]

    assert differences({"version": 4, "before": 3, "differences": told}) == [
        Difference("第 3 条规则 颜色", "白牌", "黄牌")
    ]


def test_reminders_are_told_in_words() -> None:
    rungs = [{"amount": 1, "unit": "WD", "tell": ["unit_head"]}, {"amount": 3, "unit": "CD"}]

    assert differences({"after": [{"warnings": rungs}]}) == [
        Difference("提醒 1 数量", "", "1"),
        Difference("提醒 1 单位", "", "个工作日"),
        Difference("提醒 1 提醒谁", "", "单位主要负责人"),
        Difference("提醒 2 数量", "", "3"),
        Difference("提醒 2 单位", "", "日"),
    ]


NAMES = Names({"JT": "交通局"}, {"unit_head:JT": "交通局负责人"}, {4: "同意书.pdf"})


def test_units_posts_and_files_are_called_by_their_names() -> None:
    closed = {"scope": "unit", "place": "JT"}
    granted = {"unit": "JT", "posts": ["unit_head:JT", "unknown:X"]}

    assert differences({"after": [{**closed, "name": "防汛"}]}, NAMES) == [
        Difference("范围", "", "一个单位"),
        Difference("地点", "", "交通局"),
        Difference("名称", "", "防汛"),
    ]
    assert differences({"after": [granted]}, NAMES) == [
        Difference("单位", "", "交通局"),
        Difference("岗位", "", "交通局负责人、unknown:X"),
    ]


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        ([4], "同意书.pdf"),
        ([4, 5], "同意书.pdf、另有 1 个文件，您不能查看"),
        ([5, 6], "2 个文件，您不能查看"),
    ],
)
def test_of_files_a_reader_may_not_see_it_is_said_how_many(ids: list[int], words: str) -> None:
    assert differences({"after": [{"attachments": ids}]}, NAMES) == [Difference("附件", "", words)]


def test_what_is_mentioned_is_found_however_deep() -> None:
    data = {"before": [], "after": [{"attachments": [4, 5]}, {"more": {"attachments": 6}}]}

    assert list(mentioned(data, "attachments")) == [4, 5, 6]
