"""Commands run in an installation of their own, and diagrams to run them on."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from tests.drawing import diagram, timer, user

PROCESSES = Path(__file__).parents[3] / "processes"


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """Give commands a store of their own and passwords that cost nothing; returned for those in another process."""
    monkeypatch.setenv("TIBANPING_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("TIBANPING_PASSWORD_PASSES", "1")
    monkeypatch.setenv("TIBANPING_PASSWORD_MEMORY_KIB", "1024")
    return dict(os.environ)


@pytest.fixture
def run(environment):
    """Run a command in an installation of its own."""

    def command(*words: object, **given: object) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], **given)

    return command


@pytest.fixture
def broken(tmp_path):
    file = tmp_path / "broken.bpmn"
    text = (PROCESSES / "co_handling.bpmn").read_text(encoding="utf-8")
    file.write_text(text.replace('calledElement="unit_handling"', 'calledElement="nothing"'))
    return file


@pytest.fixture
def leave(tmp_path):
    """A leave request drawn elsewhere: no forms, a group this system does not know."""
    file = tmp_path / "leave.bpmn"
    elements = (
        '<startEvent id="Start_a" name="已申请"/>'
        + user("Task_b", "部门审批", candidateGroups="deptLeader")
        + timer("Timer_late", "超时", "Task_b", "timeDuration", "P3D", True)
        + '<exclusiveGateway id="Gateway_ok" name="同意吗?"/>'
        + '<endEvent id="End_yes" name="已批准"/><endEvent id="End_no" name="未批准"/>'
    )
    flows = [("Start_a", "Task_b"), ("Task_b", "Gateway_ok"), ("Timer_late", "End_no")]
    flows += [("Gateway_ok", "End_yes", "同意", "${days <= 3}")]
    flows += [("Gateway_ok", "End_no", "不同意")]
    file.write_bytes(diagram("leave", "请假", elements, flows))
    return file
