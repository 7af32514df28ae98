"""Which rows are new, changed or gone between two looks at a table; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import TypeVar

from counterfoil.connectors.sagepro.describing import text_of
from counterfoil.connectors.sagepro.records import Row
from counterfoil.connectors.sagepro.watch.columns import Watched
from counterfoil.ports.changes import Change, Happened
from counterfoil.ports.erp import FieldChange
from counterfoil.security.card_guard import scrub_text

_T = TypeVar("_T", bound=Hashable)
Pair = tuple[Row | None, Row | None]
"""A row as it was and as it is; None where it was or is not there."""


def pair(olds: Sequence[_T], news: Sequence[_T]) -> Iterator[tuple[_T | None, _T | None]]:
    """Rows of one key: what only moved falls away, the rest is paired in the order of the table."""
    moved = Counter(olds) & Counter(news)
    return zip_longest(_without(olds, moved), _without(news, moved))


def values_of(watched: Watched, row: Row) -> tuple[str, ...]:
    """What of the row is compared."""
    return tuple(_shown(row, name) for name in watched.columns)


def _without(rows: Sequence[_T], moved: Counter[_T]) -> Iterator[_T]:
    left = Counter(moved)
    for row in rows:
        if left[row] > 0:
            left[row] -= 1
        else:
            yield row


def change_of(watched: Watched, rows: Pair, seen_at: datetime) -> Change | None:
    """The change in words; None where nothing that matters differs."""
    old, new = rows
    fields = tuple(_differences(watched, old, new))
    row = new or old
    if row is None or not fields:
        return None
    return Change(
        subject=watched.subject,
        happened=Happened.NEW if old is None else Happened.GONE if new is None else Happened.CHANGED,
        number=scrub_text(row.text("number")),
        customer=scrub_text(row.text("customer" if "customer" in watched.key else "number")),
        fields=fields,
        seen_at=seen_at,
    )


def _differences(watched: Watched, old: Row | None, new: Row | None) -> Iterator[FieldChange]:
    for name in watched.columns:
        before, after = (_shown(row, name) for row in (old, new))
        if before != after:
            yield FieldChange(field=name, before=scrub_text(before), after=scrub_text(after))


def _shown(row: Row | None, name: str) -> str:
    """What the row holds, as text; a flag that is not set is nothing."""
    value = row.values.get(name) if row is not None else None
    return "" if value is False else text_of(value)
