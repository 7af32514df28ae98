"""What people did with stopped runs and with review tasks: a log that is only added to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from counterfoil.ports.run_store import Json
from counterfoil.store.database import Database
from counterfoil.store.json_text import dump_json
from counterfoil.store.schema import act_log as table


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAct:
    """One act on one run or task."""

    run: str | None = None
    task: str | None = None
    environment: str
    order_key: str
    act: str
    """A constant word, such as ``skip``."""
    by: str
    """Empty where no person did it."""
    why: str
    cause: str = ""
    details: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRow(NewAct):
    """One line of the log."""

    id: int
    at: datetime


INSERT = sa.text("""
    INSERT INTO act_log (run, task, environment, order_key, act, done_by, why, cause, details, done_at)
    SELECT run, task, environment, order_key, act, done_by, why, cause, details::jsonb, :now
    FROM unnest(:run ::text[], :task ::text[], :environment ::text[], :order_key ::text[], :act ::text[],
                :done_by ::text[], :why ::text[], :cause ::text[], :details ::text[])
         WITH ORDINALITY
         AS new (run, task, environment, order_key, act, done_by, why, cause, details, place)
    ORDER BY place
""")


def log_acts(connection: sa.Connection, acts: Sequence[NewAct], now: datetime) -> None:
    """Adds lines in the caller's transaction."""
    values = {
        "run": [act.run for act in acts],
        "task": [act.task for act in acts],
        "environment": [act.environment for act in acts],
        "order_key": [act.order_key for act in acts],
        "act": [act.act for act in acts],
        "done_by": [act.by for act in acts],
        "why": [act.why for act in acts],
        "cause": [act.cause for act in acts],
        "details": [dump_json(act.details) for act in acts],
    }
    connection.execute(INSERT, {**values, "now": now})


class Acts:
    """Reads the log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_run(self, run: str) -> list[ActRow]:
        """Oldest first."""
        return self._read(sa.select(table).where(table.c.run == run).order_by(table.c.id))

    def of_task(self, task: str) -> list[ActRow]:
        """Oldest first."""
        return self._read(sa.select(table).where(table.c.task == task).order_by(table.c.id))

    def newest(self, limit: int) -> list[ActRow]:
        """Newest first."""
        return self._read(sa.select(table).order_by(table.c.id.desc()).limit(limit))

    def _read(self, query: sa.Select[tuple[object, ...]]) -> list[ActRow]:
        with self._database.autocommit() as connection:
            return [_row(row) for row in connection.execute(query).mappings()]


def _row(row: sa.RowMapping) -> ActRow:
    told = dict(row)
    return ActRow(by=told.pop("done_by"), at=told.pop("done_at"), **told)
