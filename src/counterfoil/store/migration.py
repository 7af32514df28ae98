"""Brings a database to the newest numbered migration; only one process at a time does it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import psycopg
import sqlalchemy as sa
from alembic import command, op
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from counterfoil.store.database import ENGINE_SCHEMA, SCHEMA, Database
from counterfoil.store.errors import SchemaTooNewError

ADVISORY_LOCK = 0x436F756E
"""Any number that is the same in all our processes."""


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(str(files("counterfoil.store"))) / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def run_script(name: str, *, schema: str) -> None:
    """Runs one SQL file in a schema of its own; called by the migrations."""
    script = files("counterfoil.store").joinpath("migrations", "sql", name).read_text("utf-8")
    driver = op.get_bind().connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError(type(driver).__name__)
    driver.execute(f"SET LOCAL search_path TO {schema}".encode())
    driver.execute(script.encode())
    driver.execute(f"SET LOCAL search_path TO {SCHEMA}, {ENGINE_SCHEMA}".encode())


def current_revision(connection: sa.Connection) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA})
    return context.get_current_revision()


def migrate(database: Database) -> str:
    """Applies what is missing, all or nothing, and gives the revision reached.

    Raises:
        SchemaTooNewError: a newer program has been here.
    """
    config = alembic_config()
    script = ScriptDirectory.from_config(config)
    head = script.get_current_head() or ""
    with database.transaction() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_LOCK)))
        for schema in (SCHEMA, ENGINE_SCHEMA):
            connection.execute(sa.schema.CreateSchema(schema, if_not_exists=True))
        current = current_revision(connection)
        if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
            raise SchemaTooNewError(current)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return head
