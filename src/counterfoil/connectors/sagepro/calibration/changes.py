"""What happened to a company between two snapshots: rows added, changed and deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from counterfoil.connectors.sagepro.calibration.snapshot import Block, Snapshot
from counterfoil.connectors.sagepro.describing import Fields
from counterfoil.foxpro.records.record import DELETED_FLAG, RecordCodec
from counterfoil.ports.errors import ConfigurationError

ROWS_MAX = 1000
"""What a clerk keys changes a handful of rows; more mean that others worked, or that a table was packed."""

_NOTHING = Block(0, b"", b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDelta:
    """One row that is not as it was; without `before` it is new, without `after` it was deleted."""

    table: str
    record: int
    before: Fields | None
    after: Fields | None

    @property
    def changed(self) -> tuple[str, ...]:
        """The columns of a changed row that hold something else."""
        before, after = self.before or {}, self.after or {}
        return tuple(name for name in after if before.get(name) != after[name])


def changed_rows(before: Snapshot, after: Snapshot) -> tuple[RowDelta, ...]:
    """Every row that differs, table by table.

    Raises:
        ConfigurationError: the snapshots are not of one company in this order, a table was changed in its
            structure or is in one of them only, or far too much differs.
    """
    if before.company != after.company or before.taken_at > after.taken_at:
        raise ConfigurationError("name the earlier and the later snapshot of one company, in this order")
    found: list[RowDelta] = []
    for name in sorted(before.sources.keys() | after.sources.keys()):
        first, second = before.sources.get(name), after.sources.get(name)
        if first is None or second is None:
            where = "first" if second is None else "second"
            raise ConfigurationError(f"table {name} is in the {where} snapshot only: take both anew")
        if first.structure != second.structure or first.unread != second.unread:
            raise ConfigurationError(f"table {name} got other columns between the snapshots: take both anew")
        for delta in _changed(before, after, name):
            found.append(delta)
            if len(found) > ROWS_MAX:
                raise ConfigurationError(
                    f"more than {ROWS_MAX} rows differ, the last in {name}: keep others out, and take both"
                    " snapshots anew around one thing that is keyed"
                )
    return tuple(found)


def _changed(before: Snapshot, after: Snapshot, name: str) -> Iterator[RowDelta]:
    source = before.sources[name]
    codec = source.codec()
    for first, second in zip_longest(before.blocks(name), after.blocks(name), fillvalue=_NOTHING):
        if first.digests != second.digests:
            olds = first.rows(source.record_length) if first.packed else []
            news = second.rows(source.record_length) if second.packed else []
            start = first.first or second.first
            for place, (old, new) in enumerate(zip_longest(olds, news)):
                if old != new:
                    yield from _delta(name, start + place, _live(old), _live(new), codec)


def _live(raw: bytes | None) -> bytes | None:
    return None if raw is None or raw[0] == DELETED_FLAG else raw


def _delta(
    table: str, record: int, old: bytes | None, new: bytes | None, codec: RecordCodec
) -> Iterator[RowDelta]:
    if old != new:
        yield RowDelta(
            table=table,
            record=record,
            before=codec.decode(old, record) if old else None,
            after=codec.decode(new, record) if new else None,
        )
