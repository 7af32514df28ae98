"""Backup of the hub's database into one file, and back; with PostgreSQL's own programs.

The key file of the connections' secrets is not in the backup and must be kept apart from it.
"""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from counterfoil.store.database import ENGINE_SCHEMA, SCHEMA
from counterfoil.store.errors import RestoreTargetError, StoreUnavailableError
from counterfoil.store.server_programs import Programs


def without_password(conninfo: str) -> tuple[str, str]:
    """The connection string as others on the machine see it among the processes, and the password."""
    parts = {name: str(value) for name, value in conninfo_to_dict(conninfo).items() if value is not None}
    password = parts.pop("password", "")
    return make_conninfo(**parts), password


def back_up(conninfo: str, path: Path, programs: Programs | None = None) -> None:
    """Writes everything of ours into a file that only its owner reads; the server keeps working.

    An earlier file of the name is replaced in one move, and only by a whole backup.

    Raises:
        ServerProgramError: the backup failed; carries what PostgreSQL said.
    """
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    shown, password = without_password(conninfo)
    try:
        (programs or Programs()).run(
            "pg_dump",
            f"--dbname={shown}",
            "--no-password",
            f"--file={draft}",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--schema={SCHEMA}",
            f"--schema={ENGINE_SCHEMA}",
            PGPASSWORD=password,
        )
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def restore(conninfo: str, path: Path, programs: Programs | None = None) -> None:
    """Reads a backup into an empty database, all or nothing; migrate it afterwards.

    Raises:
        RestoreTargetError: the database holds our tables already; nothing was changed.
        ServerProgramError: the restore failed; carries what PostgreSQL said.
    """
    try:
        with psycopg.connect(conninfo) as connection:
            query = "SELECT 1 FROM pg_namespace WHERE nspname IN (%s, %s)"
            if connection.execute(query, (SCHEMA, ENGINE_SCHEMA)).fetchone() is not None:
                raise RestoreTargetError
    except psycopg.OperationalError as error:
        raise StoreUnavailableError("the database does not answer: see that its server runs") from error
    shown, password = without_password(conninfo)
    (programs or Programs()).run(
        "pg_restore",
        f"--dbname={shown}",
        "--no-password",
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        str(path),
        PGPASSWORD=password,
    )
