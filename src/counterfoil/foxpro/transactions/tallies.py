"""Totals and the parts that they are the sum of: as they stand before a posting, and after a crash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from itertools import islice

from counterfoil.foxpro.errors import FieldValueError, TagMissingError
from counterfoil.foxpro.expressions.search_keys import key_for
from counterfoil.foxpro.records.fields import Value
from counterfoil.foxpro.records.record import DELETED_FLAG
from counterfoil.foxpro.table import Table
from counterfoil.foxpro.transactions.changes import Tables, Tally
from counterfoil.foxpro.transactions.operations import Add

PARTS_MAX = 200
"""A total of more parts is not tallied: reading them would keep the locks too long."""


EXACT_TYPES = frozenset("NFIY")


class Ours(Enum):
    """Whether our own change is in a total that others wrote to."""

    IN = "in"
    OUT = "out"
    UNSURE = "unsure"


def judge(gap_before: Decimal, gap_now: Decimal, delta: Decimal, parts_delta: Decimal) -> Ours:
    """Whether `delta` is in the total, by the gap between the total and the sum of its parts.

    `parts_delta` is what our own writes have done to the parts so far. What others post moves total and parts
    alike and leaves the gap as it is. A gap before that is exactly what somebody half-way through our very
    amount, or back, would have left tells nothing.
    """
    if not delta or abs(gap_before) == abs(delta):
        return Ours.UNSURE
    without = gap_before - parts_delta
    if gap_now == without + delta:
        return Ours.IN
    return Ours.OUT if gap_now == without else Ours.UNSURE


def take_tally(parts: Table, add: Add, total: Value) -> Tally | None:
    """The total and its parts as they stand; the caller holds the locks of both tables' indexes."""
    rule = add.sum
    if rule is None or parts.index is None or rule.total not in add.deltas:
        return None
    if parts.codec.field(rule.part)[0].type not in EXACT_TYPES:
        return None
    tag = parts.index.tag(rule.tag)
    if tag.key is None:
        raise TagMissingError(parts.name, f"{rule.tag} ({tag.refusal})")
    prefix = key_for(tag.key, *rule.key)
    recnos = list(islice(tag.matching(prefix), PARTS_MAX + 1)) if prefix is not None else []
    if prefix is None or len(recnos) > PARTS_MAX:
        return None
    rows = (parts.raw(recno) for recno in recnos)
    gap = number(total, add.table, rule.total) - sum(
        (part_of(parts, raw, rule.part) for raw in rows), Decimal(0)
    )
    return Tally(rule.total, rule.table, rule.tag, prefix, rule.part, gap, tuple(add.deltas))


def sum_parts(tables: Tables, tallies: Iterable[Tally]) -> dict[Tally, Decimal]:
    """The sums of the parts as they stand now, without trust in an index; each table is read once."""
    sums = dict.fromkeys(tallies, Decimal(0))
    for name, tag in sorted({(tally.table, tally.tag) for tally in sums}):
        parts = tables[name]
        sought: dict[bytes, list[Tally]] = {}
        for tally in sums:
            if (tally.table, tally.tag) == (name, tag):
                sought.setdefault(tally.prefix, []).append(tally)
        lengths = sorted({len(prefix) for prefix in sought})
        for recno, raw in parts.storage.raws():
            key = None if raw[0] == DELETED_FLAG else parts.tags[tag.lower()].key_of(recno, raw)
            for tally in _with_prefix(sought, lengths, key):
                sums[tally] += part_of(parts, raw, tally.part)
    return sums


def _with_prefix(
    sought: Mapping[bytes, list[Tally]], lengths: Sequence[int], key: bytes | None
) -> Iterator[Tally]:
    for length in lengths if key is not None else ():
        yield from sought.get(key[:length] if key else b"", ())


def is_part(parts: Table, tally: Tally, recno: int, raw: bytes) -> bool:
    """Whether a row's bytes belong to the total."""
    key = parts.tags[tally.tag.lower()].key_of(recno, raw)
    return key is not None and key.startswith(tally.prefix)


def part_of(parts: Table, raw: bytes, field: str) -> Decimal:
    """What a row's bytes contribute."""
    if raw[0] == DELETED_FLAG:
        return Decimal(0)
    return number(parts.codec.value(raw, 0, field), parts.name, field)


def number(value: Value, table: str, field: str) -> Decimal:
    """An exact number; nothing counts as 0. Raises FieldValueError where a number overflowed."""
    if value is None:
        return Decimal(0)
    if not isinstance(value, int | Decimal):
        raise FieldValueError(table, field, f"holds {value!r}, which is no number; repair it in FoxPro")
    return Decimal(value)
