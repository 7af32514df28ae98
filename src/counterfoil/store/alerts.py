"""Alerts, silences and settings as rows; what they mean is said by `counterfoil.monitor`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.ports.clock import Clock
from counterfoil.ports.run_store import Json
from counterfoil.store.alert_tables import alert as table
from counterfoil.store.alert_tables import alert_setting, alert_silence
from counterfoil.store.database import Database

ADVISORY_LOCK = 0x416C6572
"""Any number that is the same in all our processes."""
KEY = ("environment", "rule", "subject")
WIDE = ""
"""The rule under which an environment's own settings stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """One alert."""

    environment: str
    rule: str
    subject: str
    phase: str
    value: int
    words: str
    since: datetime
    raised_at: datetime | None
    good_since: datetime | None
    resolved_at: datetime | None
    told: str
    told_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceRow:
    """One silence."""

    id: str
    rule: str
    subject: str
    until: datetime
    by: str
    why: str


class AlertStore:
    """Reads and writes alerts; who writes holds the turn."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Whether this process may judge and tell now: of all processes one at a time.

        The lock is the session's, so that it ends with a process that dies.
        """
        with self._database.autocommit() as connection:
            key = {"key": ADVISORY_LOCK}
            mine = connection.execute(sa.text("SELECT pg_try_advisory_lock(:key)"), key).scalar_one()
            try:
                yield bool(mine)
            finally:
                if mine:
                    connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), key)

    def all(self) -> list[AlertRow]:
        query = sa.select(table).order_by(*(table.c[name] for name in KEY))
        with self._database.autocommit() as connection:
            return [AlertRow(**row) for row in connection.execute(query).mappings()]

    def put(self, rows: Sequence[AlertRow]) -> None:
        """Adds alerts, or gives those that are known their new state."""
        if not rows:
            return
        statement = insert(table).values([asdict(row) for row in rows])
        kept = {name: statement.excluded[name] for name in table.c.keys() if name not in KEY}  # noqa: SIM118 - columns by name
        with self._database.autocommit() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=KEY, set_=kept))

    def forget(self, keys: Iterable[tuple[str, str, str]]) -> None:
        wanted = list(keys)
        if wanted:
            found = sa.tuple_(*(table.c[name] for name in KEY)).in_(wanted)
            with self._database.autocommit() as connection:
                connection.execute(sa.delete(table).where(found))

    def silences(self) -> list[SilenceRow]:
        """Those that have not ended."""
        column = alert_silence.c
        query = sa.select(*(column[name] for name in SilenceRow.__dataclass_fields__))
        query = query.where(column.until > self._clock.now()).order_by(column.until)
        with self._database.autocommit() as connection:
            return [SilenceRow(**row) for row in connection.execute(query).mappings()]

    def silence(self, row: SilenceRow) -> None:
        values = asdict(row) | {"made_at": self._clock.now()}
        with self._database.autocommit() as connection:
            connection.execute(insert(alert_silence).values(values))

    def end_silence(self, silence: str) -> bool:
        """Whether there was one that had not ended."""
        column, now = alert_silence.c, self._clock.now()
        change = sa.update(alert_silence).where(column.id == silence, column.until > now).values(until=now)
        with self._database.autocommit() as connection:
            return connection.execute(change).rowcount == 1

    def settings(self) -> dict[tuple[str, str], Json]:
        """By environment and rule."""
        query = sa.select(alert_setting.c.environment, alert_setting.c.rule, alert_setting.c.settings)
        with self._database.autocommit() as connection:
            return {(row.environment, row.rule): row.settings for row in connection.execute(query)}

    def set(self, environment: str, rule: str, settings: Mapping[str, object]) -> None:
        values = {
            "environment": environment,
            "rule": rule,
            "settings": dict(settings),
            "changed_at": self._clock.now(),
        }
        statement = insert(alert_setting).values(values)
        kept = {"settings": statement.excluded.settings, "changed_at": statement.excluded.changed_at}
        with self._database.autocommit() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=("environment", "rule"), set_=kept)
            )
