import json
import sqlite3
from pathlib import Path

from service.database import Database

PROCESSES = Path(__file__).parents[3] / "processes"
TABLES = Path(__file__).parents[2] / "diagrams" / "dmn"


def test_the_tables_of_the_folder_are_deployed_with_its_diagrams(run, monkeypatch):
    monkeypatch.setenv("TIBANPING_PROCESSES", str(TABLES / "bound"))

    assert run("init").exit_code == 0

    again = json.loads(run("deploy", "--json", *sorted((TABLES / "bound").iterdir())).output)
    assert not again["is_new"]
    assert [one["decision_id"] for one in again["decisions"]] == ["grade"]


def test_an_invalid_setting_is_named(run, monkeypatch):
    monkeypatch.setenv("TIBANPING_PORT", "seven")

    answer = run("init")

    assert answer.exit_code == 1
    assert "TIBANPING_PORT" in answer.output


def test_a_missing_folder_of_diagrams_is_named(run, monkeypatch, tmp_path):
    monkeypatch.setenv("TIBANPING_PROCESSES", str(tmp_path / "nowhere"))

    answer = run("init")

    assert answer.exit_code == 1
    assert "TIBANPING_PROCESSES" in answer.output


def test_a_database_of_a_newer_release_is_refused_in_words(run, tmp_path):
    assert run("init").exit_code == 0
    [file] = (tmp_path / "var").glob("*.db")
    Database(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    answer = run("init")

    assert answer.exit_code == 1
    assert "升级程序" in answer.output
