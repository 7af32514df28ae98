"""Backup, restore and upgrade of the hub's database, embedded or the user's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from counterfoil.bootstrap import key_file
from counterfoil.bootstrap.purging import kept_by
from counterfoil.bootstrap.workspace import server_folder
from counterfoil.config import Settings
from counterfoil.ports.errors import ConfigurationError
from counterfoil.store import backup, upgrade
from counterfoil.store.database import Database
from counterfoil.store.last_done import BACKUP, note_done
from counterfoil.store.migration import migrate
from counterfoil.store.purge import Purge
from counterfoil.store.server import EmbeddedServer
from counterfoil.store.server_clock import ServerClock

BY_HAND = timedelta(hours=12)
"""How long a purge may take that a person asked for."""


@contextmanager
def reachable(settings: Settings) -> Iterator[str]:
    """How the database is reached; an embedded server that was not running runs for as long as this lasts."""
    if settings.database_url:
        yield settings.database_url
        return
    server = EmbeddedServer(server_folder(settings))
    ran = server.find_process() is not None
    server.start()
    try:
        yield server.conninfo()
    finally:
        if not ran:
            server.stop()


def back_up(settings: Settings, path: Path) -> None:
    """Writes a backup; the hub may go on working."""
    _require_database(settings)
    with reachable(settings) as conninfo:
        backup.back_up(conninfo, path)
        _note_backup(conninfo)


def _note_backup(conninfo: str) -> None:
    database = Database(conninfo)
    with database.autocommit() as connection:
        note_done(connection, BACKUP)
    database.close()


def restore(settings: Settings, path: Path) -> None:
    """Reads a backup into an empty data folder or database, and brings it to this program's tables."""
    if not path.is_file():
        raise ConfigurationError(f"there is no backup {path}")
    with reachable(settings) as conninfo:
        backup.restore(conninfo, path)
        database = Database(conninfo)
        migrate(database)
        database.close()


def drop_old_keys(settings: Settings) -> int:
    """Keeps the newest key of the connections' secrets only, while hub and workers go on; how many moved."""
    with opened(settings) as database:
        return key_file.drop_older(settings.key_ring, database)


def purge(settings: Settings, *, dry_run: bool) -> Mapping[str, int]:
    """Lets go of what is older than the settings keep it, or counts it; how many of each kind."""
    with opened(settings) as database:
        kept, purge = kept_by(settings), Purge(database, ServerClock(database))
        return purge.count(kept) if dry_run else purge.purge(kept, BY_HAND)


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database of a hub, with this program's tables.

    Raises:
        ConfigurationError: there is none.
    """
    _require_database(settings)
    with reachable(settings) as conninfo:
        database = Database(conninfo)
        try:
            migrate(database)
            yield database
        finally:
            database.close()


def _require_database(settings: Settings) -> None:
    if not settings.database_url and not server_folder(settings).exists():
        raise ConfigurationError(f"there is no database in {settings.data}: name the data folder with --data")


def upgrade_server(settings: Settings, old_programs: Path) -> None:
    """Moves the embedded database to the PostgreSQL that this program brings."""
    if settings.database_url:
        raise ConfigurationError("the database is a server of your own: upgrade it with its own means")
    if not (old_programs / "pg_ctl").exists() and not (old_programs / "pg_ctl.exe").exists():
        raise ConfigurationError(f"{old_programs} does not hold PostgreSQL's programs (pg_ctl, postgres)")
    upgrade.upgrade(server_folder(settings), old_programs)
