import pytest

from service.cli import wording
from service.engine.drawn.findings import Finding
from service.errors import DiagramInvalid

WRONG = Finding("x.bpmn", "Task_a", "nobody", "error", "没有人办理。")
ADVICE = Finding("x.bpmn", "", "file-name", "warning", "文件名与流程不同。")
NOTE = Finding("x.bpmn", "Task_a", "ignored", "warning", "监听器不执行。")


def test_a_finding_is_one_line_that_begins_with_how_grave_it_is():
    assert [wording.line(one).split()[0] for one in (WRONG, ADVICE, NOTE)] == [
        "错误",
        "建议",
        "提醒",
    ]
    assert wording.line(WRONG) == "错误  x.bpmn Task_a  没有人办理。（nobody）"


def test_the_verdict_counts_each_kind():
    assert wording.verdict([ADVICE, NOTE, NOTE]) == ("可以部署：没有错误，2 个提醒，1 条画法建议。")
    assert wording.verdict([WRONG, NOTE]).startswith("不能部署：1 个错误，1 个提醒，0 条")


def test_a_command_that_is_refused_writes_findings_and_sentence_and_fails(capsys):
    @wording.refusing
    def command() -> None:
        raise DiagramInvalid([WRONG])

    with pytest.raises(SystemExit) as ended:
        command()

    written = capsys.readouterr().err.splitlines()
    assert ended.value.code == 1
    assert written == [wording.line(WRONG), str(DiagramInvalid([WRONG]))]
