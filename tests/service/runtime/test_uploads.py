"""What was checked is what is deployed: kept under its hash, verified when read, forgotten after a week."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.errors import NotFound
from service.runtime import uploads

FILES = {"a.bpmn": b"\xff\x00", "乙.bpmn": b"<x/>"}


def test_files_come_back_as_they_were_and_the_same_content_has_one_key(tmp_path: Path) -> None:
    at = datetime.now(UTC)

    key = uploads.keep(tmp_path / "new", FILES, at)

    assert uploads.found(tmp_path / "new", key) == FILES
    assert uploads.keep(tmp_path / "new", dict(reversed(FILES.items())), at) == key
    assert len(list((tmp_path / "new").iterdir())) == 1


@pytest.mark.parametrize("key", ["", "../secret", "0" * 64, "A" * 64, "0" * 63 + "\n"])
def test_what_is_no_key_finds_nothing(tmp_path: Path, key: str) -> None:
    (tmp_path / "secret").write_text("x", encoding="ascii")

    with pytest.raises(NotFound, match="重新上传"):
        uploads.found(tmp_path / "uploads", key)


def test_what_was_changed_on_the_disk_is_not_given_out(tmp_path: Path) -> None:
    key = uploads.keep(tmp_path, FILES, datetime.now(UTC))
    (tmp_path / key).write_bytes(b"{}")

    with pytest.raises(NotFound):
        uploads.found(tmp_path, key)


def test_what_nobody_came_back_to_is_forgotten(tmp_path: Path) -> None:
    at = datetime.now(UTC)
    old = uploads.keep(tmp_path, FILES, at)
    then = (at - uploads.KEPT_FOR - timedelta(hours=1)).timestamp()
    os.utime(tmp_path / old, (then, then))

    new = uploads.keep(tmp_path, {"b.bpmn": b"<y/>"}, at)

    assert [path.name for path in tmp_path.iterdir()] == [new]
