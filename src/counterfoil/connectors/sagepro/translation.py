"""What the FoxPro engine raises, in the words of the ports: once, here."""

from __future__ import annotations

import sqlite3
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

Failure = FoxProError | sqlite3.Error | OSError
FAILURES = (FoxProError, sqlite3.Error, OSError)
"""What work on the tables and the ledger may raise beside our own errors."""


def translate(error: Failure) -> CounterfoilError:
    """Locks, disks and unfinished work pass with time; everything else is for whoever keeps the site."""
    match error:
        case BusyError() | StorageError() | UnfinishedError() | VerificationError():
            return TransientError(str(error))
        case FoxProError():
            return ConfigurationError(str(error))
        case sqlite3.Error():
            return TransientError(f"the posting ledger does not answer ({error}); try again")
        case OSError():
            return TransientError(f"the company's folder fails ({error}): check disk and permissions")


@contextmanager
def translated() -> Iterator[None]:
    """Work on tables and ledger, with the errors beneath turned into ours.

    Raises:
        TransientError: a table is locked, the disk is full or does not answer.
        ConfigurationError: a table, column or tag is missing, damaged or of a kind that we do not write.
    """
    try:
        yield
    except FAILURES as error:
        raise translate(error) from error
