"""The pictures that pages show are taken by a command, and no picture is kept that nobody looks at."""

import re

from docs.pictures import IMAGES, PICTURES
from tests.docs.blocks import PAGES

_SHOWN = re.compile(r"!\[[^\]]+\]\([^)]*images/([\w-]+\.png)\)")


def test_every_picture_is_taken_kept_and_shown() -> None:
    shown = {name for page in PAGES for name in _SHOWN.findall(page.read_text(encoding="utf-8"))}
    taken = [picture.name for picture in PICTURES]

    assert sorted(taken) == sorted(shown)
    assert {path.name for path in IMAGES.iterdir()} == shown
