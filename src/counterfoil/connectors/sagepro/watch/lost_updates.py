"""Whether a row holds again what stood there before postings of ours; pure.

A screen of Sage Pro that was opened before a posting and saved after it may write its whole old row back.
Then the rows that the posting added stand, and the sums that it changed do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from counterfoil.connectors.sagepro.describing import text_of
from counterfoil.connectors.sagepro.entries import ChangedRow
from counterfoil.connectors.sagepro.records import Row, Value
from counterfoil.domain.facts.keys import PostingKey

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """What one posting did to a row: by how much it changed sums, and what they held before."""

    posting: PostingKey
    row: ChangedRow
    before: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """Postings whose changes of a row are not in it, and what it should hold, by our columns."""

    postings: tuple[PostingKey, ...]
    expected: Mapping[str, Value]


def undone(touches: Sequence[Touch], row: Row, gap: Decimal | None) -> Undone | None:
    """The last postings that touched the row and are not in it; None where nothing tells of any.

    `gap` is by how much the row's balance is higher than other rows say, None where no rule is known. A gap
    that is exactly what our last postings took off names them. Without a rule, or where books miss it by
    some other amount, the row must hold exactly what stood there before them.
    """
    if gap == ZERO:
        return None
    tails = list(_tails(touches))
    by_rule = (tail for tail in tails if gap is not None and gap == -_sum(tail, "balance"))
    by_value = (tail for tail in tails if _stands_as_before(tail, row))
    tail = next(chain(by_rule, by_value), None)
    return None if tail is None else _undone(tail, row)


def shown(undone: Undone, row: Row, fields: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Each field by the site's name, what it should hold and what it holds."""
    for column, value in undone.expected.items():
        if column in fields:
            yield fields[column], text_of(value), text_of(row.values.get(column))


def _tails(touches: Sequence[Touch]) -> Iterator[Sequence[Touch]]:
    """The last posting, the last two, and so on."""
    return (touches[first:] for first in range(len(touches) - 1, -1, -1))


def _sum(touches: Sequence[Touch], column: str) -> Decimal:
    return sum((touch.row.added.get(column, ZERO) for touch in touches), ZERO)


def _columns(touches: Sequence[Touch]) -> list[str]:
    """The sums that the postings together changed."""
    names = dict.fromkeys(name for touch in touches for name in touch.row.added)
    return [name for name in names if _sum(touches, name)]


def _stands_as_before(touches: Sequence[Touch], row: Row) -> bool:
    columns = _columns(touches)
    return bool(columns) and all(
        row.money(name) == _before(touches, name) for name in columns if name in row.values
    )


def _before(touches: Sequence[Touch], column: str) -> Decimal | None:
    """What the column held before the first of them that changed it."""
    return next((touch.before.get(column) for touch in touches if column in touch.row.added), None)


def _undone(touches: Sequence[Touch], row: Row) -> Undone:
    expected: dict[str, Value] = {
        name: row.money(name) + _sum(touches, name) for name in _columns(touches) if name in row.values
    }
    for touch in touches:
        for name, (before, after) in touch.row.replaced.items():
            if row.values.get(name) == before:
                expected[name] = after
    return Undone(postings=tuple(touch.posting for touch in touches), expected=expected)
