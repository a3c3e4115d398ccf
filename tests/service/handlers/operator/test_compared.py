"""What a change has kept is shown line by line, under words a reader knows."""

from service.handlers.operator.compared import MOST, Difference, differences

LIMIT = {"table": "deadline_policies", "id": 3, "name": "答复", "amount": 3, "unit": "CM"}


def test_only_what_differs_is_shown_and_no_bookkeeping() -> None:
    found = differences(
        {"change": 7, "before": [LIMIT], "after": [{**LIMIT, "id": 9, "amount": 60, "unit": "CD"}]}
    )

    assert found == [
        Difference("数量", "3", "60"),
        Difference("单位", "CM", "CD"),
        Difference("修改编号", "", "7"),
    ]


def test_days_are_compared_by_their_date() -> None:
    first, second = ({"day": f"2027-01-0{n}", "kind": "holiday"} for n in (1, 2))

    found = differences({"before": [first, second], "after": [second, {**first, "kind": "work"}]})

    assert found == [Difference("2027-01-01 类型", "holiday", "work")]


def test_what_has_no_before_is_listed_as_it_is() -> None:
    assert differences({"files": ["a.bpmn", "b.dmn"], "confirmed": True, "note": ""}) == [
        Difference("文件", "", "a.bpmn、b.dmn"),
        Difference("已确认", "", "是"),
    ]


def test_a_long_change_is_cut() -> None:
    assert len(differences({str(n): n for n in range(MOST + 5)})) == MOST
