"""The file with the keys of the connections' secrets, shared by all processes of one database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.followed_keys import FollowedKeyRing
from counterfoil.security.secrets import (
    KeyRing,
    SecretError,
    add_key,
    drop_old_keys,
    open_key_ring,
    read_keys,
)
from counterfoil.store.connections import rewrap, sealed_count
from counterfoil.store.database import Database


class KeyFile:
    """Looked at before the database is; made by the first start, and never where it would open nothing.

    Raises, when made: ConfigurationError, if the file is there and cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        if path.exists():
            self._followed()

    def open(self, database: Database) -> KeyRing:
        """The ring of the file, which goes by the file as long as it lives.

        Raises:
            ConfigurationError: the file is missing, and secrets are in the database that it alone opens.
        """
        if not self._path.exists() and (count := sealed_count(database)):
            raise ConfigurationError(
                f"the key file {self._path} is missing, and alone opens the secrets of {count} connections:"
                " copy it from where the hub was first started, or from your own copy, and name it with"
                " COUNTERFOIL_KEYS_FILE; is it lost, make a new one (counterfoil database keys --make) and"
                " connect everything again"
            )
        if not self._path.exists():
            make_keys(self._path)
        return self._followed()

    def _followed(self) -> KeyRing:
        with _told():
            return FollowedKeyRing(self._path)


def make_keys(path: Path) -> Sequence[str]:
    """A new key file; the names of its keys.

    Raises:
        ConfigurationError: there is one, or it cannot be written.
    """
    if path.exists():
        raise ConfigurationError(f"{path} is there already")
    with _told():
        return open_key_ring(path).names


def key_names(path: Path) -> Sequence[str]:
    """The keys of the file, oldest first; the last one seals.

    Raises:
        ConfigurationError: the file cannot be used.
    """
    with _told():
        return [key.name for key in read_keys(path)]


def add_newest(path: Path) -> None:
    """Adds a key, which seals from now on; what is sealed stays as it is.

    Raises:
        ConfigurationError: the file cannot be used.
    """
    with _told():
        add_key(path)


def drop_older(path: Path, database: Database) -> int:
    """Moves every secret under the newest key, and drops the others; how many moved.

    Raises:
        ConfigurationError: a secret was sealed with a key that is not in the file; nothing was dropped.
    """
    with _told():
        moved = rewrap(database, KeyRing(read_keys(path)))
        drop_old_keys(path)
    return moved


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except SecretError as error:
        raise ConfigurationError(str(error)) from error
