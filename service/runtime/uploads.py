"""Files a designer has handed in to be checked, kept under the hash of what they say until they are deployed.

Between check and deployment nothing depends on the browser: the address holds the hash, and the hash is verified.
"""

import hashlib
import json
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from service.errors import NotFound

KEPT_FOR = timedelta(days=7)
_KEY = re.compile(r"[0-9a-f]{64}")


def keep(folder: Path, files: Mapping[str, bytes], at: datetime) -> str:
    """Keep these files together and return their key, the same for the same content; forget what is old."""
    folder.mkdir(parents=True, exist_ok=True)
    _forget(folder, at)
    content = _packed(files)
    key = hashlib.sha256(content).hexdigest()
    draft = folder / f".{key}.{secrets.token_hex(4)}"
    draft.write_bytes(content)
    draft.replace(folder / key)
    return key


def found(folder: Path, key: str) -> dict[str, bytes]:
    """Return the files kept under a key, or say that they have to be handed in again."""
    gone = NotFound("这次上传的文件已经清除，或地址不完整。请返回流程设计页面重新上传。")
    if not _KEY.fullmatch(key):
        raise gone
    try:
        content = (folder / key).read_bytes()
    except OSError as error:
        raise gone from error
    if hashlib.sha256(content).hexdigest() != key:
        raise gone
    return {name: b64decode(packed) for name, packed in json.loads(content).items()}


def _packed(files: Mapping[str, bytes]) -> bytes:
    packed = {name: b64encode(content).decode() for name, content in sorted(files.items())}
    return json.dumps(packed).encode()


def _forget(folder: Path, at: datetime) -> None:
    """Remove what nobody has come back to; another process may be doing the same."""
    for path in folder.iterdir():
        try:
            if path.stat().st_mtime < (at - KEPT_FOR).timestamp():
                path.unlink()
        except FileNotFoundError:
            continue
