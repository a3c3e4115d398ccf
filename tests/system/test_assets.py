"""The bundles: skipped when up to date, done without when there is no Node, and light enough."""

import gzip
import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent.parent
BUILD = ROOT / "service" / "static" / "build"
KILOBYTE = 1024


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The build script, with a build folder and a service folder of the test's own."""
    spec = importlib.util.spec_from_file_location("assets", ROOT / "frontend" / "assets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "frontend").mkdir()
    (tmp_path / "service" / "templates").mkdir(parents=True)
    (tmp_path / "service" / "static" / "build").mkdir(parents=True)
    (tmp_path / "frontend" / "package.json").write_text("{}")
    (tmp_path / "service" / "templates" / "a.html").write_text("<p class='card'>")
    monkeypatch.setattr(module, "HERE", tmp_path / "frontend")
    monkeypatch.setattr(module, "SERVICE", tmp_path / "service")
    monkeypatch.setattr(module, "TARGET", tmp_path / "service" / "static" / "build")
    monkeypatch.setattr(module, "STAMP", module.TARGET / ".inputs")
    return module


def test_nothing_is_built_while_nothing_changed(
    assets: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    (assets.TARGET / "manifest.json").write_text("{}")
    assets.STAMP.write_text(assets.digest())
    monkeypatch.setattr(assets, "_npm", lambda: pytest.fail("npm was looked for"))

    assert assets.main() == 0


def test_a_new_class_in_a_template_is_a_reason_to_build(assets: ModuleType) -> None:
    before = assets.digest()

    (assets.SERVICE / "templates" / "a.html").write_text("<p class='badge'>")

    assert assets.digest() != before


def test_without_node_the_pages_are_plainer_and_only_ci_stops(
    assets: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(assets, "_npm", lambda: None)
    monkeypatch.delenv("CI", raising=False)
    assert assets.main() == 0
    assert "页面仍然可以使用" in capsys.readouterr().err

    monkeypatch.setenv("CI", "true")
    assert assets.main() == 1


def test_a_build_that_fails_says_why(
    assets: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(assets, "_npm", lambda: ["/nowhere/npm"])
    monkeypatch.setenv("CI", "true")

    assert assets.main() == 1
    assert "构建前端资源失败" in capsys.readouterr().err
    assert not assets.STAMP.exists()


def test_the_lock_file_pins_without_addresses() -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text())
    wanted = json.loads((ROOT / "frontend" / "package.json").read_text())

    assert not any("resolved" in package for package in lock["packages"].values())
    for name, version in {**wanted["dependencies"], **wanted["devDependencies"]}.items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version


def test_what_every_page_loads_is_light() -> None:
    manifest = BUILD / "manifest.json"
    if not manifest.is_file():
        pytest.skip("the front-end bundles are not built: make assets")
    built = json.loads(manifest.read_text())
    everywhere = [BUILD / built["htmx.js"], BUILD / built["tabler.css"]]
    everywhere += [
        ROOT / "service" / "static" / name for name in ("app.css", "app.js", "conditions.js")
    ]

    sent = sum(len(gzip.compress(path.read_bytes())) for path in everywhere)

    assert sent < 50 * KILOBYTE
