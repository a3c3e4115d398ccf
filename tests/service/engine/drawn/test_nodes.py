"""Names in a list are told apart."""

from service.engine.drawn import nodes


def test_a_list_is_split_in_time_that_grows_with_its_length() -> None:
    assert nodes.split("a,${b,c},#{d(1,2)}x,, e ") == ["a", "${b,c}", "#{d(1,2)}x", "e"]
    assert nodes.split("${" * 200_000) == ["${" * 200_000]
