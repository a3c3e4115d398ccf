"""A register with something to lose, behind the interface and the pages, for those who try to break in."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service import clock
from service.database import Database
from service.register.people import tokens
from service.settings import Settings
from tests.service.handlers.city import served, signed_in
from tests.staged import KEEPERS, Staged


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Staged:
    """The city with a case at every stage, as a file to be copied."""
    file = tmp_path_factory.mktemp("furnished") / "city.db"
    shutil.copyfile(sqlite_template, file)
    city = Staged(Database(f"sqlite:///{file}")).at_every_stage()
    city.database.close()
    return city


@pytest.fixture(scope="module")
def staged(furnished: Staged, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    """The same city for all tests of one module."""
    file = tmp_path_factory.mktemp("staged") / "city.db"
    shutil.copyfile(furnished.database.url.database or "", file)
    database = Database(f"sqlite:///{file}")
    yield furnished.copied(database)
    database.close()


@pytest.fixture(scope="module")
def staged_app(staged: Staged, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    settings = Settings.read(
        data=tmp_path_factory.mktemp("var"),
        database_url=staged.database.url.render_as_string(hide_password=False),
        secret_key="a secret that is only good for tests",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: staged.at)
        yield served(staged, settings)


@pytest.fixture(scope="module")
def call(staged_app: Flask, staged: Staged) -> Callable[..., TestResponse]:
    """Ask the interface as somebody, with a token of theirs."""
    issued: dict[str, str] = {}

    def ask(login: str, method: str, path: str, body: Any = None) -> TestResponse:
        if login not in issued:
            with staged.database.transaction() as session:
                issued[login] = tokens.issue(session, login, "测试", staged.at)
        headers = {"Authorization": f"Bearer {issued[login]}"}
        return staged_app.test_client().open(
            f"/api/v1{path}", method=method, json=body, headers=headers
        )

    return ask


@pytest.fixture(scope="module")
def doors(staged_app: Flask, staged: Staged) -> Callable[[], dict[str, int]]:
    """Return what the paper's file and each case answer each keeper."""
    browsers = {login: signed_in(staged_app, login) for login in KEEPERS}
    keys = [key.partition(":") for key in staged.keys.values()]
    pages = ["/files/1", *(f"/{kind}s/{number}" for kind, _, number in keys)]
    pages = [page.replace("/supervisions/", "/s/") for page in pages if "evaluations" not in page]
    return lambda: {
        f"{login} {page}": browser.get(page).status_code
        for login, browser in browsers.items()
        for page in pages
    }
