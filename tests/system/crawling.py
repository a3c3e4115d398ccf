"""Every address there is that can be read."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask, url_for

# What tells nothing of a case: sign-in, files of the program, the health of the service.
ELSEWHERE = ("session.", "static", "health.", "api.openapi", "start.")


def addresses(app: Flask, known: Mapping[str, Sequence[Any]]) -> list[str]:
    """Return every address of a route that is read, with each of the values known for what it names."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint.startswith(ELSEWHERE):
                continue
            choices = [known.get(name, []) for name in sorted(rule.arguments)]
            for values in itertools.product(*choices):
                named = dict(zip(sorted(rule.arguments), values, strict=True))
                found.append(url_for(rule.endpoint, **named))
    return sorted(found)
