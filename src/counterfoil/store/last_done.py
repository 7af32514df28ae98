"""When something was last done that a person or a timer must see to."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

BACKUP = "backup"

IS_KNOWN = sa.text("SELECT to_regclass('last_done') IS NOT NULL")
NOTE = sa.text("""
    INSERT INTO last_done (name, done_at) VALUES (:name, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at
""")
READ = sa.text("SELECT done_at FROM last_done WHERE name = :name")


def note_done(connection: sa.Connection, name: str) -> None:
    """It was done just now, by the database's clock; tables of an earlier release take no note."""
    if connection.execute(IS_KNOWN).scalar_one():
        connection.execute(NOTE, {"name": name})


def last_done(connection: sa.Connection, name: str) -> datetime | None:
    found: datetime | None = connection.execute(READ, {"name": name}).scalar_one_or_none()
    return found
