"""Whether a `.git` folder may be opened: plain files alone, and a configuration that leads nowhere else.

A repository that somebody hands over as a folder may hold links, pipes or a configuration that reads other
files. What is damaged in it ends in words, whichever of git's readers met it.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from pathlib import Path

from dulwich.errors import FileFormatException, MissingCommitError, NotGitRepository, RefFormatError
from dulwich.index import UnsupportedIndexFormat
from dulwich.refs import SymrefLoop
from dulwich.repo import UnsupportedExtension, UnsupportedVersion

from counterfoil.ports.errors import ConfigurationError

DAMAGES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    FileFormatException,
    LookupError,
    MissingCommitError,
    NotGitRepository,
    RecursionError,
    RefFormatError,
    SymrefLoop,
    TypeError,
    UnsupportedExtension,
    UnsupportedIndexFormat,
    UnsupportedVersion,
    ValueError,
    struct.error,
    zlib.error,
)
"""What git's readers raise on bytes that are none of git's."""
_CONFIG_BYTES_MAX = 1_000_000
_INCLUDE = re.compile(rb"\[\s*include(if)?[\s\].\"]", re.IGNORECASE)
_ELSEWHERE = ("commondir", "objects/info/alternates")
"""Where git is told that what it needs lies in another repository."""
_READ = ("objects", "refs")
_FILES = ("HEAD", "config", "config.worktree", "index", "packed-refs")
_WHY_MAX = 200


class RepositoryError(ConfigurationError):
    """A folder that is no workspace, or a revision that is not in it."""


def require_plain(folder: Path) -> None:
    """Looks at the `.git` in a folder before anything of it is opened.

    Raises:
        RepositoryError: it is none, holds links or pipes, or reads other files or another repository.
    """
    place = folder / ".git"
    if place.is_symlink() or not place.is_dir():
        raise RepositoryError(
            f"{folder} is no workspace of flows: counterfoil flows init makes one, --workspace names one"
        )
    if any((place / name).exists() for name in _ELSEWHERE):
        raise RepositoryError(f"{place} is a part of another repository: clone that, and work there")
    for name in _FILES:
        _require_file(place / name)
    for name in _READ:
        for inside, folders, files in os.walk(place / name):
            for each in (*folders, *files):
                path = Path(inside) / each
                if path.is_symlink() or not (path.is_file() or path.is_dir()):
                    raise _no_plain(path)
    _require_config(place / "config")


def damaged(folder: Path, error: Exception) -> RepositoryError:
    """In words, what a reader of git met."""
    why = f"{type(error).__name__}: {error}"[:_WHY_MAX]
    return RepositoryError(f"{folder}: git cannot be read, look with git fsck: {why}")


def _require_file(path: Path) -> None:
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise _no_plain(path)


def _require_config(path: Path) -> None:
    if not path.exists():
        return
    if path.stat().st_size > _CONFIG_BYTES_MAX or _INCLUDE.search(path.read_bytes()):
        raise RepositoryError(f"{path} reads other files or is too large: a workspace's git includes nothing")


def _no_plain(path: Path) -> RepositoryError:
    return RepositoryError(f"{path} is a link or no plain file: a workspace's git holds plain files")
