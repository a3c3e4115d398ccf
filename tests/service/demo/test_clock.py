from datetime import timedelta

from service.demo import clock


def test_a_folder_whose_clock_was_never_moved_is_not_ahead(tmp_path):
    assert clock.ahead(tmp_path / "var") == timedelta()


def test_how_far_ahead_is_kept_with_the_data(tmp_path):
    clock.set_ahead(tmp_path / "var", timedelta(days=15))

    assert clock.ahead(tmp_path / "var") == timedelta(days=15)
    assert clock.ahead(tmp_path) == timedelta()
