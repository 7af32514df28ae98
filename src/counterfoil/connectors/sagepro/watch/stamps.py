"""What tells that nobody touched a table since it was last looked at."""

from __future__ import annotations

import os

from counterfoil.foxpro.files.table_storage import TableStorage

_SETTLED_NS = 2_000_000_000
"""Two changes within one tick of the file system's clock look like one: what is so young is not believed."""
_HEADER_LENGTH = 8


def stamp_of(storage: TableStorage, now_ns: int) -> str | None:
    """Identity, size, time of change and header of the file; None where it changed just now."""
    status = os.fstat(storage.dbf.fileno())
    if not now_ns - status.st_mtime_ns >= _SETTLED_NS:
        return None
    header = storage.dbf.read_at(0, _HEADER_LENGTH).hex()
    return f"{status.st_ino}.{status.st_size}.{status.st_mtime_ns}.{header}"
