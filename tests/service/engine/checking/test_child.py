"""The child that checks has nothing it could do harm with."""

import socket
from pathlib import Path

import pytest

from service.engine.checking import guarded
from service.engine.checking.guarded import Limits
from tests.service.engine.checking.test_guarded import NOBODY, SMALL, child


def test_the_kernel_ends_a_child_that_never_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = child(
        "sys.path[:] = json.loads(sys.argv[1])",
        "from service.engine.checking import child",
        "child.confine(child.Limits(seconds=0.1))",
        "while True: pass",
    )
    monkeypatch.setattr(guarded, "_COMMAND", endless)

    [finding] = guarded.check({"p.bpmn": SMALL}, NOBODY, Limits(seconds=20))

    assert finding.code == "check-limit"


def test_the_child_has_no_socket_no_secret_and_cannot_write(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TIBANPING_DATABASE_URL", "postgresql://secret")
    told = child(
        "sys.path[:] = json.loads(sys.argv[1])",
        "from service.engine.checking import child",
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)",
        "child.confine(child.Limits())",
        "names = [os.readlink(f'/proc/self/fd/{n}') for n in range(3, 30) if os.path.exists(f'/proc/self/fd/{n}')]",
        "names += [name for name in os.environ if name.startswith('TIBANPING')]",
        "try:",
        f"    os.write(os.open({str(tmp_path / 'x')!r}, os.O_CREAT | os.O_WRONLY), b'x')",
        "    names.append('written')",
        "except OSError: pass",
        "print(json.dumps([dict(file=n, element='', code='', severity='error', message='') for n in names]))",
    )
    monkeypatch.setattr(guarded, "_COMMAND", told)
    with socket.create_server(("127.0.0.1", 0)), open(tmp_path / "open", "w", encoding="ascii"):
        assert guarded.check({"p.bpmn": SMALL}, NOBODY) == []
