"""Connections: settings and sealed secrets by which outside systems are reached."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.ports.clock import Clock
from counterfoil.ports.run_store import Json
from counterfoil.security.secrets import KeyRing, Secret, UnsealError
from counterfoil.store.database import Database
from counterfoil.store.errors import RowMissingError, SecretsClosedError
from counterfoil.store.schema import connection as table

Secrets = Mapping[str, Secret]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRow:
    """One external system in one environment; its secrets are read apart."""

    id: str
    environment: str
    name: str
    kind: str
    company: str
    mode: str
    """``test`` or ``live``."""
    enabled: bool = False
    settings: Json = field(default_factory=dict)


COLUMNS = tuple(table.c[name] for name in ConnectionRow.__dataclass_fields__)

LOOK_AGAIN = sa.text("""
    UPDATE run SET due_at = :now
    WHERE environment = :environment AND status = 'parked' AND problem = 'configure' AND behind IS NULL
""")


def place(connection: str) -> str:
    """What a sealed text is bound to: moved to another connection it does not open."""
    return f"connection/{connection}"


def sealed_count(database: Database) -> int:
    """How many connections have secrets."""
    query = sa.select(sa.func.count()).select_from(table).where(table.c.secrets.is_not(None))
    with database.autocommit() as connection:
        return connection.execute(query).scalar_one()


def rewrap(database: Database, keys: KeyRing) -> int:
    """Moves all secrets under the ring's newest key, each in a commit of its own; how many moved.

    Raises:
        UnsealError: one was sealed with a key that is not in the ring.
    """
    with database.autocommit() as connection:
        query = sa.select(table.c.id, table.c.secrets).where(table.c.secrets.is_not(None))
        moved = 0
        for row in connection.execute(query).all():
            again = keys.rewrap(row.secrets, place(row.id))
            same = sa.and_(table.c.id == row.id, table.c.secrets == row.secrets)
            if again != row.secrets:
                moved += connection.execute(sa.update(table).where(same).values(secrets=again)).rowcount
    return moved


class Connections:
    """Connections as rows; secrets leave this class as `Secret` only and are stored sealed."""

    def __init__(self, database: Database, keys: KeyRing, clock: Clock) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock

    def put(self, row: ConnectionRow, secrets: Secrets) -> None:
        """Adds a connection or replaces the one with its id, secrets included.

        What waits for something to be set up in its environment is looked at again at once.
        """
        now = self._clock.now()
        values = {name: getattr(row, name) for name in ConnectionRow.__dataclass_fields__}
        values |= {"settings": dict(row.settings), "secrets": self._seal(row.id, secrets), "updated_at": now}
        statement = insert(table).values(**values, created_at=now)
        with self._database.transaction() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
            connection.execute(LOOK_AGAIN, {"environment": row.environment, "now": now})

    def find(self, connection_id: str) -> ConnectionRow | None:
        rows = self._read(sa.select(*COLUMNS).where(table.c.id == connection_id))
        return rows[0] if rows else None

    def all(self, environment: str | None = None) -> list[ConnectionRow]:
        query = sa.select(*COLUMNS).order_by(table.c.environment, table.c.name)
        return self._read(query if environment is None else query.where(table.c.environment == environment))

    def secrets(self, connection_id: str) -> Secrets:
        """The connection's secrets by name.

        Raises:
            RowMissingError: there is no such connection.
            SecretsClosedError: the key file does not fit; put the right one back or enter the secrets again.
        """
        with self._database.autocommit() as connection:
            query = sa.select(table.c.secrets).where(table.c.id == connection_id)
            row = connection.execute(query).one_or_none()
        if row is None:
            raise RowMissingError("connection", connection_id)
        if row.secrets is None:
            return {}
        try:
            opened = json.loads(self._keys.unseal(row.secrets, place(connection_id)).reveal())
        except UnsealError as error:
            raise SecretsClosedError(str(error)) from error
        return {str(name): Secret(str(text)) for name, text in opened.items()}

    def _seal(self, connection_id: str, secrets: Secrets) -> str | None:
        if not secrets:
            return None
        opened = json.dumps({name: secret.reveal() for name, secret in secrets.items()})
        return self._keys.seal(Secret(opened), place(connection_id))

    def _read(self, query: sa.Select[*tuple[object, ...]]) -> list[ConnectionRow]:
        with self._database.autocommit() as connection:
            return [ConnectionRow(**row) for row in connection.execute(query).mappings()]
