"""Somebody with a form before them knows the day, the round and their own part of the story."""

from tests.service.demo.scenes import scene


def test_days_are_counted_in_workdays_as_a_form_takes_them() -> None:
    found = scene(1, "办前沟通", "jt_chengban")

    assert (found.day(), found.day(5)) == ("2026-03-02", "2026-03-09")


def test_a_unit_finds_its_own_desk_and_one_that_assists_its_own_help() -> None:
    assert scene(1, "办前沟通", "jt_chengban").desk.section == "公路养护股"
    assert "限速" in scene(1, "起草协办意见", "ga_chengban").help.progress


def test_the_first_round_is_meant_until_the_case_says_another() -> None:
    assert scene(1, "起草答复", "jt_chengban").round == 1
    assert scene(1, "起草答复", "jt_chengban", round=2).round == 2
