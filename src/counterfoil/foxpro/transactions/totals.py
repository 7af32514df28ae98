"""Totals of an interrupted transaction: whether our change is in them, and how it goes on top of others'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from counterfoil.foxpro.errors import FoxProError
from counterfoil.foxpro.records.fields import Field
from counterfoil.foxpro.records.record import DELETED_FLAG
from counterfoil.foxpro.table import Table
from counterfoil.foxpro.transactions.changes import RowChange, Tables, Tally
from counterfoil.foxpro.transactions.sightings import Lookout, Sighting
from counterfoil.foxpro.transactions.tallies import Ours, is_part, judge, number, part_of, sum_parts
from counterfoil.foxpro.transactions.verdicts import Belief, Evidence, Seen


class Totals:
    """Asks the tallies of the journal where a row's bytes alone do not tell."""

    def __init__(self, tables: Tables, lookouts: Sequence[Lookout], held: set[str]) -> None:
        self._tables = tables
        self._lookouts = {lookout.change.table: lookout for lookout in lookouts}
        self._held = held
        self._sums: Mapping[Tally, Decimal] | None = None

    def evidence(self, lookout: Lookout, one: Sighting, belief: Belief) -> Evidence:
        """What is known about a changed row beside its bytes."""
        tally = one.row.tally
        is_there = bool(one.found) and one.found[0] != DELETED_FLAG and one.at == one.row.recno
        is_known = bool(one.row.key) or one.seen is not Seen.OTHER
        open_ = one.seen is Seen.OTHER or (one.seen is not Seen.TORN and belief is Belief.UNKNOWN)
        if tally is None or not is_there or not is_known or not open_:
            return Evidence(belief=belief)
        try:
            ours, value = self._ask(lookout.table, tally, one)
            fits = ours is not Ours.UNSURE and _fits(lookout.table, one, ours)
        except FoxProError:  # Somebody wrote what is no value: that is for a person.
            return Evidence(belief=belief)
        return Evidence(belief=belief, ours=ours, value=value, merges=fits)

    def _ask(self, table: Table, tally: Tally, one: Sighting) -> tuple[Ours, Ours]:
        old, new, now = (
            number(table.codec.value(raw, one.row.recno, tally.total), table.name, tally.total)
            for raw in (one.row.before, one.row.after, one.found)
        )
        value = Ours.IN if now == new else Ours.OUT if now == old else Ours.UNSURE
        parts_delta = self._own_delta(tally)
        if parts_delta is None:
            return Ours.UNSURE, value
        return judge(tally.gap, now - self._sum(tally), new - old, parts_delta), value

    def _sum(self, tally: Tally) -> Decimal:
        if self._sums is None:
            rows = (row for lookout in self._lookouts.values() for row in lookout.change.rows)
            self._sums = sum_parts(self._tables, {row.tally for row in rows if row.tally})
        return self._sums[tally]

    def _own_delta(self, tally: Tally) -> Decimal | None:
        """What our own writes have done to the parts; None where others changed one of those rows."""
        if tally.table in self._held:
            return None
        lookout = self._lookouts.get(tally.table)
        total = Decimal(0)
        for one in lookout.sightings if lookout else ():
            if one.seen is Seen.OTHER:
                return None
            parts = self._tables[tally.table]
            found = lookout.found(one.at) if lookout and one.at else b""
            recno = one.at or one.row.recno
            total += _contribution(parts, tally, recno, found)
            total -= _contribution(parts, tally, recno, one.row.old_row)
        return total


def merged(table: Table, row: RowChange, found: bytes) -> bytes | None:
    """Our change on top of a row that somebody else changed, whose other fields stay; None: it cannot be."""
    after = bytearray(found)
    for field in table.storage.header.fields:
        old, new, now = (raw[field.offset : field.end] for raw in (row.before, row.after, found))
        if old == new:
            continue
        if row.tally and field.name in row.tally.added:
            summed = _summed(table, row, found, field)
            after[field.offset : field.end] = summed[field.offset : field.end]
        elif field.is_hidden or now == new:
            return None
        elif now == old:
            after[field.offset : field.end] = new
    return bytes(after)


def _summed(table: Table, row: RowChange, found: bytes, field: Field) -> bytes:
    old, new, now = (
        number(table.codec.value(raw, row.recno, field.name), table.name, field.name)
        for raw in (row.before, row.after, found)
    )
    return table.codec.encode({field.name: now + new - old}, found)


def _fits(table: Table, one: Sighting, ours: Ours) -> bool:
    """Whether the fields that are not added to speak for the same."""
    if ours is Ours.OUT:
        return merged(table, one.row, one.found) is not None
    added = one.row.tally.added if one.row.tally else ()
    changed = (
        field
        for field in table.storage.header.fields
        if field.name not in added
        and one.row.before[field.offset : field.end] != one.row.after[field.offset : field.end]
    )
    return all(
        one.found[field.offset : field.end] != one.row.before[field.offset : field.end] for field in changed
    )


def _contribution(parts: Table, tally: Tally, recno: int, raw: bytes | None) -> Decimal:
    return part_of(parts, raw, tally.part) if raw and is_part(parts, tally, recno, raw) else Decimal(0)
