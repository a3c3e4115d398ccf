"""The order of the story is the order a token would take."""

from tests.service.engine.diagrams import end, message, path, start, sub, user
from tests.service.engine.telling.shown import lines
from tests.service.engine.telling.test_events import event_part


def test_an_event_subprocess_says_what_starts_it_and_is_told_with_its_inside() -> None:
    found = lines(start(), user("a"), end(), path("s", "a", "e"), event_part(message("M"), "false"))

    assert found["x"].text.startswith("进行期间，如果收到消息“已下发”（t），")
    assert found["x"].text.endswith("“撤回处理”这一段。")
    assert [found[key].number for key in ("x", "t", "w", "f")] == [4, 5, 6, 7]
    assert [found[key].depth for key in ("x", "t", "w")] == [0, 1, 1]


def test_a_part_without_a_start_event_is_told_from_what_nothing_leads_to() -> None:
    found = lines(
        start(), sub("x", user("b"), user("a"), path("a", "b")), end(), path("s", "x", "e")
    )

    assert found["a"].number < found["b"].number
