"""A time is said as somebody from the office would say it."""

import pytest

from service.engine.drawn.source import Element, EventSource
from service.engine.telling import times
from tests.service.engine.telling.shown import WORDS


@pytest.mark.parametrize(
    ("timer", "text", "said"),
    [
        ("timeDuration", "P15D", "15 天后"),
        ("timeDuration", "P3M", "3 个月后"),
        ("timeDuration", "P1Y2MT4H5M6S", "1 年 2 个月 4 小时 5 分钟 6 秒后"),
        ("timeDuration", "P2W", "14 天后"),
        ("timeCycle", "R3/PT10M", "每 10 分钟一次，共 3 次"),
        ("timeCycle", "R/P1D", "每天一次，不限次数"),
        (
            "timeCycle",
            "R5/2026-03-01T09:00:00+08:00/P7D",
            "从 2026年3月1日 09:00 起每周一次，共 5 次",
        ),
        ("timeDate", "2026-03-01T09:00:00+08:00", "2026年3月1日 09:00"),
        ("timeDate", "2026-03-01T01:00:00Z", "2026年3月1日 09:00"),
        ("timeDate", 'deadline("review")', "期限“审查”"),
        ("timeDate", '${deadline("unnamed")}', "期限“unnamed”"),
        ("timeDate", "${unit}", "由“主办单位”算出的时间"),
        ("timeDate", "9999-12-31T23:00:00+00:00", "“9999-12-31T23:00:00+00:00”"),
        ("timeDate", "", "没有写时间"),
        ("timeDuration", "P0D", "0 秒后"),
        ("timeDuration", "PT1.5H", "1 小时 30 分钟后"),
        ("timeDuration", "PT0.5S", "0.5 秒后"),
        ("timeCycle", "three times", "“three times”"),
    ],
)
def test_a_time_is_said_in_words(timer: str, text: str, said: str) -> None:
    assert times.time(EventSource("timer", timer=timer, text=text), WORDS) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("R3/P1D", "1 天后"),
        ("R/PT1H30M", "1 小时 30 分钟后"),
        ("R5/2026-03-01T09:00:00+08:00/P7D", "2026年3月1日 09:00"),
        ("R/soon/P1D", "“R/soon/P1D”"),
        ("P2D", "2 天后"),
    ],
)
def test_a_repetition_that_comes_once_is_said_as_its_first(text: str, said: str) -> None:
    event = EventSource("timer", timer="timeCycle" if text[0] == "R" else "timeDuration", text=text)
    interrupts = Element("t", "boundaryEvent", events=(event,))

    assert times.of(interrupts, event, WORDS) == said
