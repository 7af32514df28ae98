"""An embedded database server for tests: one per session and process, stopped by its process id."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from counterfoil.store.database import Database
from counterfoil.store.migration import migrate
from counterfoil.store.server import EmbeddedServer

TEMPLATE = "migrated"
numbers = itertools.count(1)


@contextmanager
def running_server() -> Iterator[EmbeddedServer]:
    """A server in a new folder with a short path; the folder goes with it."""
    root = Path(tempfile.mkdtemp(prefix="counterfoil-test-"))
    server = EmbeddedServer(root)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(root, ignore_errors=True)


def execute(server: EmbeddedServer, statement: str, **names: str) -> None:
    with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
        quoted = {key: sql.Identifier(name) for key, name in names.items()}
        connection.execute(sql.SQL(statement.encode().decode()).format(**quoted))


def make_template(server: EmbeddedServer) -> str:
    execute(server, "CREATE DATABASE {name} TEMPLATE template0", name=TEMPLATE)
    database = Database(server.conninfo(TEMPLATE))
    migrate(database)
    database.close()
    return TEMPLATE


@contextmanager
def new_database(server: EmbeddedServer, template: str) -> Iterator[Database]:
    name = f"test_{next(numbers)}"
    execute(server, "CREATE DATABASE {name} TEMPLATE {template}", name=name, template=template)
    database = Database(server.conninfo(name))
    try:
        yield database
    finally:
        database.close()
        execute(server, "DROP DATABASE {name} WITH (FORCE)", name=name)
