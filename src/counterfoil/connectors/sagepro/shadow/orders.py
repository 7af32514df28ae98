"""An order that a clerk entered beside the one that we planned, differences explained; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from counterfoil.connectors.sagepro.calibration.comparing import text_of
from counterfoil.connectors.sagepro.entries import Entry
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.connectors.sagepro.shadow.comparing import PERSONAL, Keyed, compared, other_columns

_HEAD_APART = PERSONAL | {"number", "entered_on", "lock_state", "twin", "status"}
"""The number and the day of entry are each one's own; how it stands by now was not planned."""
_TOLD = {"open_quantity", "price"}
_LINE_APART = _HEAD_APART | _TOLD | {"line", "sequence"}


def compare_order(entry: Entry, head: Row, lines: Sequence[Row], *, is_void: bool) -> Keyed:
    """Head against head, and the lines item by item, in whatever order they stand."""
    void = ("the order is void by now",) if is_void else ()
    (planned,) = (row.values for row in entry.new if row.table is TableName.ORDERS)
    ours = [row.values for row in entry.new if row.table is TableName.ORDER_LINES]
    found = (*void, *other_columns(TableName.ORDERS, planned, head, _HEAD_APART), *_lines(ours, lines))
    return compared(entry.fact, [head], found)


def _lines(ours: Sequence[Mapping[str, Value]], theirs: Sequence[Row]) -> Iterator[str]:
    planned: dict[str, list[Mapping[str, Value]]] = defaultdict(list)
    for values in ours:
        planned[str(values["item"])].append(values)
    for row in theirs:
        item = row.text("item")
        if not planned[item]:
            yield f"item {item}: keyed {_words(row.values)}, not planned"
            continue
        same = next((each for each in planned[item] if _sums(each) == _sums(row.values)), planned[item][0])
        planned[item].remove(same)
        if _sums(same) != _sums(row.values):
            yield f"item {item}: keyed {_words(row.values)}, planned {_words(same)}"
        yield from (
            f"item {item}, {why}" for why in other_columns(TableName.ORDER_LINES, same, row, _LINE_APART)
        )
    for item, left in planned.items():
        yield from (f"item {item}: not keyed, planned {_words(values)}" for values in left)


def _sums(values: Mapping[str, Value]) -> tuple[Decimal, ...]:
    found = (values.get(name) for name in sorted(_TOLD))
    return tuple(value if isinstance(value, Decimal) else Decimal(0) for value in found)


def _words(values: Mapping[str, Value]) -> str:
    return f"{text_of(values.get('open_quantity'))} at {text_of(values.get('price'))}"
