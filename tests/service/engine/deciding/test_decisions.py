"""Tables answer by their hit policy, required decisions first; what has no answer names table, rule and column."""

from service.engine.deciding import dmn
from service.engine.deciding.decisions import Answer
from tests.service.engine.deciding.test_asking import HITS
from tests.service.engine.tables import decision, file, literal, rule, table


def test_a_required_decision_is_asked_first_and_only_once() -> None:
    content = file(
        decision("grade", table(rule("> 5", '"大"'), rule("<= 5", '"小"'), name="grade")),
        decision("twice", literal('grade + "二"', "twice"), "grade"),
        decision("all", literal('grade + twice + "三"', "all"), "grade", "twice"),
    )

    answer = dmn.read("d.dmn", content).decisions["all"].answer({"size": 6, "grade": "旧"})

    assert answer == Answer(({"all": "大大二三"},), False, ("all",))


def test_several_results_of_a_required_decision_are_a_list() -> None:
    content = file(
        decision("marks", table(*HITS, hitPolicy="COLLECT", name="mark")),
        decision("count", literal("len(mark) * 10 + len(marks)", "count"), "marks"),
    )
    count = dmn.read("d.dmn", content).decisions["count"]

    assert [count.answer({"size": size}).rows[0]["count"] for size in (0, 1, 10)] == [0, 11, 33]


def test_a_required_decision_without_a_result_is_no_value_rather_than_an_old_variable() -> None:
    content = file(
        decision("grade", table(rule("> 5", '"大"'), name="grade")),
        decision("told", literal('if empty grade then "无" else grade', "told"), "grade"),
    )

    answer = dmn.read("d.dmn", content).decisions["told"].answer({"size": 1, "grade": "旧"})

    assert answer.rows[0]["told"] == "无"
