"""Every diagram of ours, opened and saved by the modeller's own code: nothing to publish, nothing to say, the same course."""

import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

from service.database import Database
from service.deadlines import policies
from service.engine.checking import lint
from service.engine.drawn import canonical
from service.runtime import names, outcomes, publishing
from service.simulation import rehearsal
from service.simulation.scenario import Scenario
from tests.conftest import MORNING

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
FRONTEND = ROOT / "frontend"
ESBUILD = FRONTEND / "node_modules" / ".bin" / "esbuild"
ENTRY = 'import Modeler from "bpmn-js/lib/Modeler"; window.Modeler = Modeler;'
SAVE = """async text => {
  const container = document.body.appendChild(document.createElement("div"));
  const modeler = new window.Modeler({ container });
  const { warnings } = await modeler.importXML(text);
  if (warnings.length) throw new Error(warnings.map(one => one.message).join("; "));
  const { xml } = await modeler.saveXML({ format: true });
  modeler.destroy();
  return xml;
}"""


@pytest.fixture(scope="module")
def own() -> Mapping[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((ROOT / "processes").glob("*.bpmn"))}


@pytest.fixture(scope="module")
def saved(chromium: Chromium, own: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Our diagrams as bpmn-js writes them down."""
    if not ESBUILD.exists():
        pytest.skip("the front-end packages are not installed")
    command = [str(ESBUILD), "--bundle", "--format=iife", "--log-level=error"]
    bundle = subprocess.run(
        command,
        input=ENTRY,
        cwd=FRONTEND,
        env=os.environ,
        text=True,
        capture_output=True,
        check=True,
    )
    page = chromium.new_page()
    page.add_script_tag(content=bundle.stdout)
    found = {name: page.evaluate(SAVE, content.decode()).encode() for name, content in own.items()}
    page.close()
    return found


def test_most_files_are_written_down_otherwise_and_all_mean_the_same(
    own: Mapping[str, bytes], saved: Mapping[str, bytes]
) -> None:
    assert sum(saved[name] != content for name, content in own.items()) > len(own) / 2
    changed = [n for n in own if canonical.digest(saved[n]) != canonical.digest(own[n])]
    assert changed == []


def test_what_was_saved_gets_no_new_version_and_its_drawing_is_kept(
    sqlite: Database, own: Mapping[str, bytes], saved: Mapping[str, bytes]
) -> None:
    tables = {one.name: one.read_bytes() for one in (ROOT / "processes").glob("*.dmn")}
    with sqlite.transaction() as session:
        policies.seed(session, MORNING)
        publishing.bring_along(session, {**own, **tables}, MORNING)

    with sqlite.transaction() as session:
        done = publishing.deploy(session, saved, "sheji", MORNING)

    assert not done.is_new
    assert {one.version for one in done.processes} == {1}
    assert len(done.comparison.redrawn) == sum(saved[n] != own[n] for n in own)
    assert any("只动了图形：内容和版本不变" in one for one in outcomes.sentences(done))


def test_what_was_saved_has_no_finding(saved: Mapping[str, bytes]) -> None:
    tables = {one.name: one.read_bytes() for one in (ROOT / "processes").glob("*.dmn")}

    assert lint.check({**saved, **tables}, names.released()) == []


def test_what_was_saved_takes_the_same_course(
    own: Mapping[str, bytes], saved: Mapping[str, bytes]
) -> None:
    tables = {one.name: one.read_bytes() for one in (ROOT / "processes").glob("*.dmn")}
    begun = datetime(2026, 3, 2, 1, tzinfo=UTC)
    for process_id in ("suggestion_main", "supervision_closed_loop"):
        scenario = Scenario(begun, process_id=process_id)
        before, after = (
            rehearsal.simulate({**files, **tables}, scenario) for files in (own, saved)
        )

        assert before.trace
        assert after.trace == before.trace
        assert after.stop == before.stop
