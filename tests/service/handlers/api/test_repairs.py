"""A program of an operator looks at what stands still, mends it and runs it again; every refusal is a sentence."""

from base64 import b64encode

import pytest

from tests.service.handlers.api.calls import tasks_of
from tests.service.runtime import mended


def deploy(call, **files):
    body = [
        {"name": f"{name}.bpmn", "content": b64encode(drawn).decode()}
        for name, drawn in files.items()
    ]
    answer = call("设计员", "POST", "/deployments", {"files": body})
    assert answer.status_code in {200, 201}, answer.get_json()


@pytest.fixture
def failed(call, world):
    """A case that stands before a question nobody can answer, begun by the operator; returns its address and incident."""

    def fail(drawn=None, **variables):
        # Nobody of the world holds this post, so a keeper does its tasks.
        drawn = (drawn or mended.question()).replace(b"unit_handler", b"deptLeader")
        deploy(call, question=drawn)
        body = {"process_id": "question", "variables": variables}
        started = call("运维", "POST", "/process-instances", body).get_json()
        [task] = tasks_of(call, "运维", started["id"])
        done = call("运维", "POST", f"/user-tasks/{task['id']}/complete", {"values": {}})
        assert done.status_code == 500
        path = f"/process-instances/{started['id']}"
        [incident] = call("运维", "GET", f"{path}/incidents").get_json()["incidents"]
        return path, incident

    return fail


def version_of(call, path):
    return call("运维", "GET", f"{path}/variables").get_json()["instance_version"]


def put(call, path, by="运维", **body):
    given = {
        "name": "n",
        "value": 5,
        "reason": "现场核实",
        "instance_version": version_of(call, path),
    }
    return call(by, "PUT", f"{path}/variables", {**given, **body})


def test_a_value_is_set_and_the_incident_run_again(call, failed):
    path, incident = failed()
    assert (
        incident["name"],
        incident["element_id"],
        incident["version"],
        incident["can_retry"],
    ) == (
        "水位高吗?",
        "Gateway_high",
        1,
        True,
    )
    before = call("运维", "GET", f"{path}/variables").get_json()
    assert before["needed"] == ["n"]
    refused = call("运维", "POST", f"/incidents/{incident['id']}/retry")
    assert refused.status_code == 409
    assert "又试了一次，仍然没有成功" in refused.get_json()["detail"]

    answer = put(call, path)
    again = call("运维", "POST", f"/incidents/{incident['id']}/retry", {"reason": "已补水位"})

    assert answer.status_code == 200
    assert answer.get_json()["places"][0]["variables"] == {"n": 5}
    assert answer.get_json()["instance_version"] == before["instance_version"] + 1
    assert again.status_code == 200
    assert call("运维", "GET", path).get_json()["end_event"] == "End_high"
    history = call("运维", "GET", f"{path}/history").get_json()
    names = [event["name"] for event in history["events"]]
    assert "设置变量：n（现场核实）" in names
    assert "重试：水位高吗?（已补水位）" in names
    assert history["intact"]


def test_a_case_is_taken_to_the_corrected_version_after_its_effect_was_seen(call, failed):
    path, incident = failed(mended.question("m > 3"), n=5)
    corrected = mended.question("n > 3").replace(b"unit_handler", b"deptLeader")
    deploy(call, question=corrected)

    seen = call("运维", "POST", f"{path}/migration/effect", {}).get_json()
    assert version_of(call, path) == seen["instance_version"]
    body = {"to": 2, "reason": "条件写错", "instance_version": seen["instance_version"]}
    moved = call("运维", "POST", f"{path}/migration", body)
    again = call("运维", "POST", f"/incidents/{incident['id']}/retry")

    assert (seen["possible"], seen["before"], seen["after"]) == (True, 1, 2)
    assert [one["element_id"] for one in seen["stands_at"]] == ["Task_measure"]
    assert seen["bound"] == [{"process_id": "question", "name": "量水位", "before": 1, "after": 2}]
    assert (moved.status_code, again.status_code) == (200, 200)
    assert call("运维", "GET", path).get_json()["end_event"] == "End_high"
    assert call("运维", "POST", f"{path}/migration", body).status_code == 409


def test_a_version_without_the_element_is_refused_in_words(call, failed):
    path, _ = failed()
    other = mended.question().replace(b"Task_measure", b"Task_gone")
    deploy(call, question=other.replace(b"unit_handler", b"deptLeader"))
    version = version_of(call, path)

    seen = call("运维", "POST", f"{path}/migration/effect", {}).get_json()
    body = {"reason": "试试", "instance_version": version}
    refused = call("运维", "POST", f"{path}/migration", body)

    assert not seen["possible"]
    assert refused.status_code == 409
    assert "没有这个环节" in refused.get_json()["detail"]
    assert version_of(call, path) == version


@pytest.mark.parametrize("who", ["设计员", "代工委甲", "代表甲", "审计员", None])
def test_nobody_but_an_operator_mends(call, failed, who):
    path, incident = failed()
    status = 401 if who is None else 403
    body = {"reason": "试试", "instance_version": 1}

    assert call(who, "GET", f"{path}/variables").status_code == status
    assert put(call, path, who).status_code == status
    assert call(who, "POST", f"{path}/migration", body).status_code == status
    assert call(who, "POST", f"{path}/migration/effect", {}).status_code == status
    assert call(who, "POST", f"/incidents/{incident['id']}/retry").status_code == status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"instance_version": 0}, 409),
        ({"instance_version": "x"}, 422),
        ({"reason": ""}, 422),
        ({"reason": "  "}, 422),
        ({"reason": "长" * 501}, 422),
        ({"name": "a b"}, 422),
        ({"value": "长" * 9_000}, 422),
        ({"place": "nowhere"}, 409),
        ({"process_id": "another"}, 422),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_changed(call, failed, body, status):
    path, _ = failed()
    version = version_of(call, path)

    answer = put(call, path, **body)

    assert answer.status_code == status
    assert version_of(call, path) == version


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"to": 9}, 404),
        ({"to": 0}, 422),
        ({"to": 1}, 409),
        ({"process_id": "another"}, 422),
        ({"reason": " "}, 422),
    ],
)
def test_a_version_that_cannot_be_is_refused(call, failed, body, status):
    path, _ = failed()
    given = {"reason": "试试", "instance_version": version_of(call, path)}

    assert call("运维", "POST", f"{path}/migration", {**given, **body}).status_code == status


def test_an_instance_that_is_not_there_is_not_found(call, world):
    body = {"reason": "试试", "instance_version": 1}

    assert call("运维", "GET", "/process-instances/999/variables").status_code == 404
    assert call("运维", "POST", "/process-instances/999/migration", body).status_code == 404


def test_an_instance_does_not_tell_how_often_it_was_changed(call, failed):
    """While deputies rate, the number would tell that one has; it is shown only to those who may mend the case."""
    path, _ = failed()

    assert "version" not in call("运维", "GET", path).get_json()


def test_a_dismissal_says_what_remains(call, failed):
    _, incident = failed()

    answer = call("运维", "POST", f"/incidents/{incident['id']}/dismiss", {"reason": "会重办"})

    assert answer.get_json()["instance_status"] == "running"
    assert "任务“测量水位”还等人办理" in answer.get_json()["remains"]
    assert call("运维", "POST", f"/incidents/{incident['id']}/retry").status_code == 404
