"""The web service as it is joined: every route has its policy."""

# ruff: noqa: F401, F811 — the fixtures of the pages' tests

import logging

import pytest
from flask import Flask

from service.errors import DatabaseUnavailable, ServiceError
from service.handlers import web
from tests.service.handlers.conftest import (
    Browser,
    Visit,
    app,
    browser,
    clerk,
    deputy,
    now,
    office,
    stranger,
    visit,
)


def test_every_error_has_a_status_and_a_sentence() -> None:
    classes = [ServiceError]
    for cls in classes:
        classes.extend(cls.__subclasses__())
    for cls in classes:
        assert 400 <= cls.status < 600, cls
        assert cls.sentence.endswith("。"), cls


def test_every_route_has_a_policy(app: Flask) -> None:
    bare = [name for name in app.view_functions if web.policy_of(app, name) is None]

    assert bare == []
