"""Looks at what a person named as the backup of a company; nothing of it is opened."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

ENTRIES_MAX = 100_000


def backup_put_at(path: Path, name: str) -> datetime | None:
    """When the file, or the one of that name in the folder or below, was put there; None where there is none.

    A copy may keep the time of its original, so that the later of change and arrival counts.
    """
    if path.is_file():
        found = path if path.stat().st_size else None
    elif path.is_dir():
        wanted = name.casefold()
        entries = islice(path.rglob("*"), ENTRIES_MAX)
        found = next(
            (each for each in entries if each.name.casefold() == wanted and each.stat().st_size), None
        )
    else:
        found = None
    if found is None:
        return None
    status = found.stat()
    return datetime.fromtimestamp(max(status.st_mtime_ns, status.st_ctime_ns) // 1_000_000_000, UTC)
