"""Settings come from the environment, and a wrong one is named in a sentence."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.errors import SettingInvalid
from service.settings import Settings


def test_without_any_setting_everything_lives_in_the_data_folder():
    settings = Settings.read()

    assert settings.database_url == "sqlite:///var/tibanping.db"
    assert settings.attachments == Path("var/attachments")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)


def test_the_environment_decides(monkeypatch, tmp_path):
    monkeypatch.setenv("TIBANPING_DATA", str(tmp_path))
    monkeypatch.setenv("TIBANPING_DATABASE_URL", "postgresql://app@db/tibanping")
    monkeypatch.setenv("TIBANPING_PORT", "8123")
    monkeypatch.setenv("TIBANPING_LOG_LEVEL", "warning")

    settings = Settings.read()

    assert settings.data == tmp_path
    assert settings.database_url == "postgresql://app@db/tibanping"
    assert settings.port == 8123
    assert settings.log_level == "WARNING"


def test_the_database_follows_the_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("TIBANPING_DATA", str(tmp_path))

    assert Settings.read().database_url == f"sqlite:///{tmp_path}/tibanping.db"


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("TIBANPING_PORT", "eighty", "0 到 65535 之间的整数"),
        ("TIBANPING_PORT", "70000", "0 到 65535 之间的整数"),
        ("TIBANPING_PORT", "tcp://10.0.0.7:8000", "0 到 65535 之间的整数"),
        ("TIBANPING_LOG_LEVEL", "LOUD", "DEBUG、INFO、WARNING 或 ERROR"),
        ("TIBANPING_MAX_UPLOAD_MB", "0", "1 到 500"),
        ("TIBANPING_SECURE_COOKIES", "perhaps", "true 或 false"),
        ("TIBANPING_HOST", "", "监听的地址"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(monkeypatch, name, value, remedy):
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingInvalid) as refused:
        Settings.read()

    assert name in str(refused.value)
    assert remedy in str(refused.value)
    assert repr(value) in str(refused.value)


def test_a_short_secret_is_refused_without_being_repeated(monkeypatch):
    monkeypatch.setenv("TIBANPING_SECRET_KEY", "hunter2")

    with pytest.raises(SettingInvalid) as refused:
        Settings.read()

    assert "TIBANPING_SECRET_KEY" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_settings_shown_in_a_log_hold_no_secret():
    settings = Settings.read(secret_key="x" * 40)

    assert "xxxx" not in repr(settings)


def test_the_secret_is_made_once_and_readable_by_its_owner_only(tmp_path):
    settings = Settings.read(data=tmp_path / "var")

    first = settings.signing_key()

    assert len(first) >= 32
    assert Settings.read(data=tmp_path / "var").signing_key() == first
    assert stat.S_IMODE(os.stat(tmp_path / "var" / "secret_key").st_mode) == 0o600
    assert [file.name for file in (tmp_path / "var").iterdir()] == ["secret_key"]


def test_processes_that_start_together_agree_on_the_secret(tmp_path):
    settings = Settings.read(data=tmp_path)

    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: settings.signing_key(), range(32)))

    assert len(keys) == 1


def test_a_given_secret_wins_over_the_kept_one(tmp_path):
    Settings.read(data=tmp_path).signing_key()

    assert Settings.read(data=tmp_path, secret_key="y" * 32).signing_key() == "y" * 32


def test_a_damaged_secret_says_what_to_do(tmp_path):
    (tmp_path / "secret_key").write_text("short")

    with pytest.raises(SettingInvalid, match="请删除它后重新启动"):
        Settings.read(data=tmp_path).signing_key()


def test_a_data_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingInvalid, match="TIBANPING_DATA"):
        Settings.read(data=tmp_path / "file").signing_key()


def test_diagrams_come_from_the_set_folder(tmp_path):
    assert Settings.read(processes=tmp_path).diagrams() == tmp_path


def test_diagrams_come_from_the_repository_otherwise():
    assert Settings.read().diagrams() == Path(__file__).parents[2] / "processes"


def test_a_missing_folder_of_diagrams_is_named(tmp_path):
    with pytest.raises(SettingInvalid, match="TIBANPING_PROCESSES"):
        Settings.read(processes=tmp_path / "nowhere").diagrams()
