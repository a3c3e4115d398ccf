import json
from pathlib import Path

import pytest
from flask import Flask

from service.handlers import assets
from tests.service.handlers.conftest import Browser


def test_assets_are_named_by_content_and_a_missing_bundle_is_no_address(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with app.test_request_context("/"):
        assert assets.asset("app.css").startswith("/static/app.css?v=")
        monkeypatch.setattr(assets, "STATIC", tmp_path)
        assert assets.asset("htmx.js") == ""
        (tmp_path / "build").mkdir()
        (tmp_path / "build" / "manifest.json").write_text(json.dumps({"htmx.js": "htmx-1.js"}))
        assert assets.asset("htmx.js") == "/static/build/htmx-1.js"


def test_pages_work_without_the_bundles(
    app: Flask, deputy: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path)

    assert deputy.get("/").status_code == 200
    assert "htmx" not in deputy.page.partition("<script")[2]
