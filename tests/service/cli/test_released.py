import json
import subprocess
import sys

import pytest

from service.cli import released
from service.runtime import names


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    file = tmp_path / "kept" / "released.json"
    monkeypatch.setattr(released, "_FILE", file)
    return file


def test_what_was_kept_equals_what_is_collected(shelf):
    first = released.names()

    assert shelf.exists()
    assert released.names() == first
    assert first.plain() == names.released().plain()


def test_what_was_kept_of_other_sources_is_collected_again(shelf):
    released.names()
    kept = json.loads(shelf.read_text(encoding="utf-8"))
    kept["known"]["operations"] = ["gone"]
    shelf.write_text(json.dumps({**kept, "stamp": "of another release"}), encoding="utf-8")

    assert "gone" not in released.names().operations
    assert json.loads(shelf.read_text(encoding="utf-8"))["stamp"] != "of another release"


@pytest.mark.parametrize("content", ["", "[]", "{", '{"stamp": 1}'])
def test_what_cannot_be_read_is_collected_again(shelf, content):
    shelf.parent.mkdir()
    shelf.write_text(content, encoding="utf-8")

    assert released.names().operations == names.released().operations


def test_where_nothing_may_be_written_it_is_collected_every_time(tmp_path, monkeypatch):
    (tmp_path / "kept").write_text("a file where the folder would be", encoding="utf-8")
    monkeypatch.setattr(released, "_FILE", tmp_path / "kept" / "released.json")

    assert released.names().operations == names.released().operations


def test_a_second_check_loads_no_operation_and_no_database():
    loaded = (
        "print(sorted(one for one in sys.modules if one in ('sqlalchemy', 'service.operations')))"
    )
    code = f"import sys\nfrom service.cli import checking, released\nreleased.names()\n{loaded}"

    for _ in range(2):
        answer = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )

    assert answer.stdout.strip() == "[]"
