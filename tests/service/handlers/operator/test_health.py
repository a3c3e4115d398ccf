from datetime import timedelta

from scheduler import jobs
from tests.conftest import MORNING


def test_the_process_says_it_lives_without_asking_anybody(browser, queries):
    answer = browser.get("/healthz")

    assert answer.get_json() == {"status": "ok"}
    assert queries == []


def test_without_a_clock_it_is_not_ready(browser):
    answer = browser.get("/readyz")

    assert answer.status_code == 503
    assert answer.get_json()["schedulers"] == 0


def test_with_a_beating_clock_it_is_ready(browser, office, now):
    jobs.beat(office, "one", MORNING, timedelta(seconds=10))

    answer = browser.get("/readyz")

    assert answer.status_code == 200
    assert answer.get_json()["schedulers"] == 1


def test_figures_are_for_prometheus_and_name_nobody(browser, visit):
    text = browser.get("/metrics").get_data(as_text=True)

    assert "tibanping_open_tasks 1.0" in text
    assert "tibanping_timer_lag_seconds" in text
    assert "走访白崖村" not in text
