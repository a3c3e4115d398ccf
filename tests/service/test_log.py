import json
import logging

from service.log import Lines


def line(**extra: object) -> dict[str, str]:
    record = logging.makeLogRecord({"msg": "timer fired", "levelname": "INFO", **extra})
    return json.loads(Lines().format(record))


def test_an_event_is_one_line_with_its_fields():
    told = line(instance=17, element="Timer_due")

    assert told["event"] == "timer fired"
    assert (told["instance"], told["element"]) == ("17", "Timer_due")


def test_a_failure_keeps_its_traceback_on_the_same_line():
    try:
        raise ValueError("坏值")
    except ValueError as error:
        told = line(exc_info=(type(error), error, error.__traceback__))

    assert "ValueError: 坏值" in told["traceback"]
