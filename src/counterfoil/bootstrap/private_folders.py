"""Folders of ours alone: of sockets, keys and certificates."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from counterfoil.ports.errors import ConfigurationError

_PRIVATE = 0o700
_OTHERS = 0o077


def make_private(folder: Path) -> None:
    """Makes the folder; one that is there already must be ours and closed to others.

    Raises:
        ConfigurationError: it is not: who may write there could answer in the agent's place.
    """
    folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    if sys.platform == "win32":
        return
    found = folder.lstat()
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    if not is_ours or found.st_mode & _OTHERS:
        raise ConfigurationError(
            f"the agent's folder {folder} must be yours alone: name one that does not exist,"
            " or close it to others (chmod 700)"
        )
