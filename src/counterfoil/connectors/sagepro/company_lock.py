"""One writer per company: a lock on a file in the company's folder, held for the life of the process."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Self

from counterfoil.foxpro.system.platforms import PLATFORM_LOCKS
from counterfoil.foxpro.system.ranges import Range
from counterfoil.ports.errors import ConfigurationError

FILE = "writer.lock"
_WHOLE = Range(0)


class CompanyLock:
    """Held from construction until closed; the operating system lets go when the process dies."""

    def __init__(self, folder: Path) -> None:
        """Takes the lock.

        Raises:
            ConfigurationError: another agent holds it, or the folder cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o640)
        except OSError as error:
            raise ConfigurationError(f"{folder} cannot be written: {error}") from error
        if not PLATFORM_LOCKS.take(self._descriptor, _WHOLE, exclusive=True):
            holder = PLATFORM_LOCKS.holder(self._descriptor, _WHOLE)
            self.close()
            raise ConfigurationError(
                f"another agent writes the company of {folder} already: {holder}. Stop one of the two."
            )

    def close(self) -> None:
        """Let go."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
