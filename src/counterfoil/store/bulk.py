"""Works in many parts, as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from typing_extensions import override

from counterfoil.ports.bulk import BulkStatus, BulkStore, BulkWork
from counterfoil.ports.clock import Clock
from counterfoil.store.database import Database
from counterfoil.store.schema import bulk_work as table

_ENDED = (BulkStatus.CANCELLED.value, BulkStatus.DONE.value)


class StoredBulk(BulkStore):
    """Progress and people's words on it; a part that two processes did counts once."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def ask(
        self, kind: str, connection: str, arguments: Mapping[str, str], *, parts: int, by: str, why: str
    ) -> int:
        """Begins a work; gives its number."""
        now = self._clock.now()
        row = sa.insert(table).values(
            kind=kind,
            connection=connection,
            arguments=dict(arguments),
            status=BulkStatus.GOING.value,
            parts=parts,
            asked_by=by,
            why=why,
            asked_at=now,
            changed_by=by,
            changed_at=now,
        )
        with self._database.autocommit() as session:
            return int(session.execute(row.returning(table.c.id)).scalar_one())

    def all(self) -> list[BulkWork]:
        """Every work, newest first."""
        return self._read(sa.select(table).order_by(table.c.id.desc()))

    def find(self, work: int) -> BulkWork | None:
        found = self._read(sa.select(table).where(table.c.id == work))
        return found[0] if found else None

    def set_status(self, work: int, status: BulkStatus, *, by: str) -> bool:
        """Whether it was changed: what has ended stays as it is."""
        change = (
            sa.update(table)
            .where(table.c.id == work, table.c.status.not_in(_ENDED), table.c.status != status.value)
            .values(status=status.value, trouble="", changed_by=by, changed_at=self._clock.now())
        )
        with self._database.autocommit() as session:
            return session.execute(change).rowcount == 1

    @override
    def going(self) -> Sequence[BulkWork]:
        going = sa.select(table).where(table.c.status == BulkStatus.GOING.value)
        return self._read(going.order_by(table.c.id))

    @override
    def reach(self, work: BulkWork, *, read: int, new: int) -> bool:
        is_last = work.reached + 1 >= work.parts
        change = (
            sa.update(table)
            .where(
                table.c.id == work.id,
                table.c.status == BulkStatus.GOING.value,
                table.c.reached == work.reached,
            )
            .values(
                reached=work.reached + 1,
                read=table.c.read + read,
                new=table.c.new + new,
                trouble="",
                status=(BulkStatus.DONE if is_last else BulkStatus.GOING).value,
            )
        )
        with self._database.autocommit() as session:
            return session.execute(change).rowcount == 1 and not is_last

    @override
    def hinder(self, work: BulkWork, trouble: str) -> None:
        change = sa.update(table).where(table.c.id == work.id, table.c.status == BulkStatus.GOING.value)
        with self._database.autocommit() as session:
            session.execute(change.values(trouble=trouble))

    def _read(self, query: sa.Select[tuple[object, ...]]) -> list[BulkWork]:
        with self._database.autocommit() as session:
            return [_work(row) for row in session.execute(query).mappings()]


def _work(row: sa.RowMapping) -> BulkWork:
    return BulkWork(**{**row, "status": BulkStatus(row["status"])})
