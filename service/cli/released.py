"""The names this release brings along, for a check that touches no store.

To collect them, every operation has to be loaded, which takes ten times as long as checking a diagram. What was
collected is therefore kept beside the compiled code, as the interpreter keeps that, until a file of the service changes.
"""

import hashlib
import json
import logging
import os
import sys
from contextlib import suppress
from importlib import import_module
from importlib.util import cache_from_source
from pathlib import Path

import service
from service.engine.checking.known import Known

_SOURCES = Path(service.__file__).parent
_FILE = Path(cache_from_source(service.__file__)).with_name("released.json")

log = logging.getLogger("tibanping.check")


def names() -> Known:
    """Return the names a diagram may use where there is no database, as `runtime.names.released` collects them."""
    stamp = _stamp()
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(_FILE.read_bytes())
        if kept["stamp"] == stamp:
            return Known.of(kept["known"])
    known: Known = import_module("service.runtime.names").released()
    _keep({"stamp": stamp, "known": known.plain()})
    return known


def _keep(kept: object) -> None:
    """Put it in place whole; where nothing may be written, it is collected every time."""
    draft = _FILE.with_suffix(f".{os.getpid()}")
    try:
        _FILE.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        draft.replace(_FILE)
    except OSError as error:
        log.debug("released names not kept", extra={"reason": str(error)})


def _stamp() -> str:
    """Return what changes whenever a file of the service does, or the interpreter that reads it."""
    whole = hashlib.sha256(sys.version.encode())
    for file in sorted(_SOURCES.rglob("*.py")):
        facts = file.stat()
        whole.update(f"{file.relative_to(_SOURCES)}:{facts.st_size}:{facts.st_mtime_ns};".encode())
    return whole.hexdigest()
