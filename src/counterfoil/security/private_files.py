"""Files for their owner alone: written whole or not at all, and refused when others may read them."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

OTHERS = 0o077
_OWNER = 0o600


class PrivateFileError(Exception):
    """A file that should be its owner's alone is missing or open to others; names it, never what is in it."""


def write_private(path: Path, content: bytes) -> None:
    """Writes a file so that only its owner reads it; the old or the new one stands, never a half."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def require_private(path: Path) -> None:
    """Looks at a file before its content counts. On Windows its access list is its owner's to see to.

    Raises:
        PrivateFileError: it is missing or others may read it.
    """
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise PrivateFileError(f"{path} cannot be read: {error.strerror}") from None
    if sys.platform != "win32" and stat.S_IMODE(mode) & OTHERS:
        raise PrivateFileError(
            f"{path} can be read by others: run chmod 600 on it, then replace what it holds"
        )
