"""Moves an embedded database to the version of PostgreSQL at hand, with the old version's programs.

The new cluster is made beside the old one and takes its place only when it holds everything; the old one
is kept. An upgrade that was cut short is finished, or begun again, by running it again.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import structlog

from counterfoil.store.backup import back_up, restore
from counterfoil.store.errors import ServerError
from counterfoil.store.server import EmbeddedServer
from counterfoil.store.server_folder import write_private

log = structlog.get_logger()


def upgrade(root: Path, old_programs: Path) -> None:
    """Upgrades the server in a folder; its database must not be in use.

    Raises:
        ServerError: the old server runs, or one of the steps failed; the old cluster stands as it was.
    """
    new = EmbeddedServer(root)
    folder = new.folder
    old_version = EmbeddedServer(root, programs_folder=old_programs).programs.major_version()
    kept = folder.root / f"cluster.{old_version}"
    beside = EmbeddedServer(folder.root / "upgrade")
    if folder.cluster.exists():
        if new.find_process() is not None:
            raise ServerError(f"the database in {root} is running: stop Counterfoil first")
        copy_into(beside, root, old_programs)
        folder.cluster.rename(kept)
    if not folder.cluster.exists() and kept.exists() and beside.folder.cluster.exists():
        beside.folder.cluster.rename(folder.cluster)
    shutil.rmtree(beside.folder.root, ignore_errors=True)
    log.info("database_upgraded", folder=str(root), before=old_version, kept=str(kept))


def copy_into(beside: EmbeddedServer, root: Path, old_programs: Path) -> None:
    """Makes the new cluster with the same password and brings everything over."""
    old = EmbeddedServer(root, programs_folder=old_programs)
    dump = old.folder.root / "upgrade.dump"
    old.start()
    try:
        back_up(old.conninfo(), dump)
    finally:
        old.stop()
    shutil.rmtree(beside.folder.root, ignore_errors=True)
    beside.folder.prepare(beside.account)
    write_private(beside.folder.password_file, old.folder.read_password(), beside.account)
    beside.start()
    try:
        restore(beside.conninfo(), dump)
    finally:
        beside.stop()
    dump.unlink()
