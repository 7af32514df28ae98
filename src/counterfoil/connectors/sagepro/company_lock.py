"""One writer per company: a lock on a file beside the company's tables, held for the life of the process.

The file is found through the tables themselves, so that two agents meet at it whatever else their settings
say: another spelling of the company's code, another way to the same folder, another own folder.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Self

from counterfoil.foxpro.errors import FoxProError
from counterfoil.foxpro.files.table_file import find_file
from counterfoil.foxpro.system.platforms import PLATFORM_LOCKS
from counterfoil.foxpro.system.ranges import Range
from counterfoil.ports.errors import ConfigurationError

FOLDER = "counterfoil"
"""Stands beside the tables of the receivables."""
_HELD = Range(1 << 20)
"""A byte behind the line in the file, which others may read meanwhile, on Windows too."""
_LINE_MAX = 4096


class HeldError(ConfigurationError):
    """Another process writes the company."""


class CompanyLock:
    """Held from construction until closed; the operating system lets go when the process dies."""

    def __init__(self, path: Path, own_folder: Path) -> None:
        """Takes the lock on that file.

        Raises:
            HeldError: another agent holds it.
            ConfigurationError: the folder cannot be written, or the books belong to another own folder.
        """
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            own_folder.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
        except OSError as error:
            raise ConfigurationError(f"{path.parent} cannot be written: {error}") from error
        try:
            self._take(path)
            self._own(path, own_folder)
        except ConfigurationError:
            self.close()
            raise

    @property
    def is_in_place(self) -> bool:
        """Whether others who open the file meet this lock; a restore may have put another file there."""
        try:
            return os.path.samestat(os.fstat(self._descriptor), self._path.stat())
        except OSError:
            return False

    def close(self) -> None:
        """Let go."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take(self, path: Path) -> None:
        if not PLATFORM_LOCKS.take(self._descriptor, _HELD, exclusive=True):
            holder = PLATFORM_LOCKS.holder(self._descriptor, _HELD)
            raise HeldError(
                f"another agent writes the company whose tables lie in {path.parents[1]} already: {holder}."
                " Stop one of the two."
            )

    def _own(self, path: Path, own_folder: Path) -> None:
        """Notes beside the tables which own folder, and so which ledger, is theirs; refuses another."""
        mine = os.path.relpath(own_folder.resolve(), path.parents[1]).replace(os.sep, "/")
        noted = os.read(self._descriptor, _LINE_MAX).decode("utf-8", "replace").strip()
        if not noted:
            os.write(self._descriptor, f"{mine}\n".encode())
            os.fsync(self._descriptor)
        elif noted != mine:
            raise ConfigurationError(
                f"the tables in {path.parents[1]} belong to the posting ledger in {noted}, as {path.name}"
                f" says, not to the one in {mine}: two ledgers would post twice. Give the profile the company"
                " code as the folder is called; if the ledger was moved on purpose, change that line"
            )


def lock_beside(table: Path) -> Path:
    """The lock of a company: beside its table, where that truly lies, whatever the case of its name."""
    try:
        real = find_file(table).resolve()
    except FoxProError:
        real = table.resolve()
    return real.parent / FOLDER / f"{real.stem.lower()}.lock"
