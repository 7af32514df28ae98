"""What the FoxPro engine raises, in the words of the ports: once, here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from counterfoil.foxpro.errors import (
    BusyError,
    FoxProError,
    StorageError,
    UnfinishedError,
    VerificationError,
)
from counterfoil.ports.errors import ConfigurationError, CounterfoilError, TransientError


def translate(error: FoxProError) -> CounterfoilError:
    """Locks, disks and unfinished work pass with time; everything else is for whoever keeps the site."""
    if isinstance(error, BusyError | StorageError | UnfinishedError | VerificationError):
        return TransientError(str(error))
    return ConfigurationError(str(error))


@contextmanager
def translated() -> Iterator[None]:
    """Work on tables, with the engine's errors turned into ours.

    Raises:
        TransientError: a table is locked, the disk is full or does not answer.
        ConfigurationError: a table, column or tag is missing, damaged or of a kind that we do not write.
    """
    try:
        yield
    except FoxProError as error:
        raise translate(error) from error
