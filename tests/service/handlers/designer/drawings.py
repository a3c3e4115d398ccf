"""What a designer hands in, and how."""

import io
import re
from typing import Any

from werkzeug.test import TestResponse

from tests.service.engine.diagrams import call, document, end, path, process, start, user
from tests.service.handlers.conftest import Browser


def drawing(id: str = "leave", task: str = "批假", **broken: str) -> bytes:
    given = {"camunda__candidateGroups": "deputy_office", **broken}
    return document(
        process(
            id,
            start("Start_x"),
            user("Task_a", name=task, **given),
            end("End_x"),
            path("Start_x", "Task_a", "End_x"),
            name="请假",
        )
    )


def hand_in(browser: Browser, **files: bytes) -> TestResponse:
    """Upload files as the form does and follow to the result."""
    browser.get("/x")
    sent: list[tuple[str, Any]] = [("csrf_token", browser.token)]
    data: dict[str, Any] = {"csrf_token": sent[0][1]}
    data["files"] = [(io.BytesIO(content), f"{name}.bpmn") for name, content in files.items()]
    answer = browser.client.post("/x/uploads", data=data, content_type="multipart/form-data")
    if answer.status_code == 303:
        return browser.get(answer.headers["Location"])
    return browser._seen(answer)


def calling(id: str, called: str) -> bytes:
    return document(
        process(
            id,
            start("Start_x"),
            call("Call_part", called),
            end("End_x"),
            path("Start_x", "Call_part", "End_x"),
            name="出差",
        )
    )


def deploy(browser: Browser, note: str = "", with_callers: bool = True) -> TestResponse:
    """Confirm the deployment of what was checked, with those who call it as the page offers."""
    [address] = re.findall(r'action="(/x/uploads/[0-9a-f]+/deploy)"', browser.page)
    answer = browser.post(address, {"note": note, "with_callers": "yes" if with_callers else ""})
    if answer.status_code == 303:
        browser.get(answer.headers["Location"])
    return answer
