"""Effects: writes to the outside world, whose intent is stored before and whose outcome after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.ports.clock import Clock
from counterfoil.ports.run_store import Json
from counterfoil.store.database import Database
from counterfoil.store.errors import RowMissingError
from counterfoil.store.schema import effect as table

Ending = Literal["done", "unknown", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """The intent is stored and this caller alone may send now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Somebody may have sent it before and the outcome is not known: ask the other side, never send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """It was done before, with this result."""

    result: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherContent:
    """The key was used for something else: a person must look."""


Intent = Send | Ask | Done | OtherContent


class Effects:
    """One row per key; it happens once."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def intend(self, key: str, kind: str, digest: str, *, run: str | None = None) -> Intent:
        """Commits the intent; a certain failure before lets the same content be sent again."""
        now = self._clock.now()
        new = insert(table).values(
            key=key, kind=kind, state="sending", digest=digest, run=run, intent_at=now, updated_at=now
        )
        again = new.on_conflict_do_update(
            index_elements=["key"],
            set_={"state": "sending", "intent_at": now, "updated_at": now, "result": None},
            where=sa.and_(table.c.state == "failed", table.c.digest == digest),
        )
        with self._database.transaction() as connection:
            if connection.execute(again.returning(table.c.key)).scalar_one_or_none() is not None:
                return Send()
            query = sa.select(table.c.state, table.c.digest, table.c.result).where(table.c.key == key)
            known = connection.execute(query).one()
        if known.digest != digest:
            return OtherContent()
        return Done(result=known.result or {}) if known.state == "done" else Ask()

    def end(self, key: str, state: Ending, result: Json) -> None:
        """Stores what became of it. What is done or has failed for certain stays so."""
        change = (
            sa.update(table)
            .where(table.c.key == key, table.c.state.in_(("sending", "unknown")))
            .values(state=state, result=dict(result), updated_at=self._clock.now())
        )
        with self._database.transaction() as connection:
            if connection.execute(change).rowcount == 0:
                query = sa.select(table.c.key).where(table.c.key == key)
                if connection.execute(query).scalar_one_or_none() is None:
                    raise RowMissingError("effect", key)
