"""Make a small store of a demo: some cases with all that hangs on them, and nothing of the others.

python tests/system/previous/shrink.py demo.db store.sql.xz suggestion:19 supervision:10 …
"""

import lzma
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path


def shrink(source: Path, target: Path, keys: Sequence[str]) -> int:
    """Write what builds a store with only these cases, compressed; returns its size."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.db"
        store = sqlite3.connect(small, isolation_level=None)
        sqlite3.connect(source).backup(store)
        store.execute("CREATE TEMP TABLE wanted (key TEXT)")
        store.executemany("INSERT INTO wanted VALUES (?)", [(key,) for key in keys])
        for statement in _STATEMENTS:
            store.execute(statement)
        orphans = list(_orphans(store))
        while sum(store.execute(statement).rowcount for statement in orphans):
            pass
        script = "\n".join(store.iterdump())
        store.close()
    target.write_bytes(lzma.compress(script.encode(), preset=9 | lzma.PRESET_EXTREME))
    return target.stat().st_size


_STATEMENTS = (
    "DELETE FROM notifications",
    "DELETE FROM process_instances WHERE business_key NOT IN (SELECT key FROM wanted)",
    "DELETE FROM supervision_cases WHERE 'supervision:' || id NOT IN (SELECT key FROM wanted)",
    "DELETE FROM suggestions WHERE 'suggestion:' || id NOT IN (SELECT key FROM wanted)"
    " AND id NOT IN (SELECT suggestion_id FROM supervision_cases WHERE suggestion_id > 0)",
)


def _orphans(store: sqlite3.Connection) -> Iterator[str]:
    """Yield what deletes the rows of each table that point at rows which are gone."""
    tables = store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        for _, _, parent, column, key, *_ in store.execute(f'PRAGMA foreign_key_list("{table}")'):
            yield (
                f'DELETE FROM "{table}" WHERE "{column}" IS NOT NULL'
                f' AND "{column}" NOT IN (SELECT "{key}" FROM "{parent}")'
            )


if __name__ == "__main__":
    demo, target, *keys = sys.argv[1:]
    print(f"{shrink(Path(demo), Path(target), keys)} bytes")
