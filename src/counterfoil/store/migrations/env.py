"""Runs the migrations inside the caller's transaction."""

from __future__ import annotations

from alembic import context

from counterfoil.store.database import SCHEMA

context.configure(connection=context.config.attributes["connection"], version_table_schema=SCHEMA)
with context.begin_transaction():
    context.run_migrations()
