"""An entry of the outbox: one posting as lines that a FoxPro program can carry out.

Head: what it is. Then for each row one line `row` and, below it, the row's lines:

append   put      a field of the new row and its value
change   known    a field by which the row is known; its record number may have changed meanwhile
         guard    what a field must hold, or nothing of the entry is written
         add      by how much a number rises
         set      the new value of a field that is guarded
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counterfoil.connectors.sagepro.binding import BoundTable
from counterfoil.connectors.sagepro.describing import Binder, changed_columns, of_row, touched
from counterfoil.connectors.sagepro.entries import ROW_KEYS
from counterfoil.connectors.sagepro.operations import Add, Append, RowId, apply_operations
from counterfoil.connectors.sagepro.outbox.lines import CODE_PAGE, DamagedFileError, Line, seal, unseal
from counterfoil.connectors.sagepro.outbox.values import value_parts
from counterfoil.connectors.sagepro.planning import Planned
from counterfoil.connectors.sagepro.records import TableName

TITLE, VERSION = "counterfoil-outbox", "1"

ASSUMED = (
    *("number", "customer", "ship_to", "item", "location", "store"),
    *("kind", "status", "twin", "flags", "open_quantity", "lock_state"),
)
"""What a plan may have taken for granted of a row, beside the columns that it changes."""
FREE_SUMS = frozenset({TableName.CUSTOMERS, TableName.LOCATIONS, TableName.STORES})
"""Sums that go up and down all day without harm: the amount is added to whatever stands there.

Elsewhere a sum must be as it was when it was planned."""
_MEMO = "M"
"""What a memo says is no guard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the agent knows of an entry, beside its rows."""

    number: int
    key: str
    content: str
    """The fact's digest: what a repeat under the same key must say the same."""
    company: str
    handed_at: datetime
    summary: str
    after: Sequence[int]
    """Entries that touch the same rows and must be answered first."""
    record: dict[str, Any]
    """What the posting ledger keeps, so that it can be healed from the file."""


def render_entry(head: Head, planned: Planned, bound: Binder) -> str:
    """The text of the entry's file.

    Raises:
        UnfitValueError: FoxPro cannot hold a number exactly.
        UnwritableTextError: a text has characters that the outbox's code page lacks.
    """
    rows = list(_rows(planned, bound))
    return seal([*_head_lines(head), ("rows", str(len(rows))), *_numbered(rows)])


def parse_head(text: str) -> Head:
    """The head of an entry's file.

    Raises:
        DamagedFileError: it is not whole, or of another version.
    """
    lines = unseal(text)
    if not lines or lines[0] != [TITLE, VERSION]:
        raise DamagedFileError(f"it is no entry of version {VERSION}")
    values = {line[0]: line[1] for line in lines if len(line) == 2 and line[0] != "after"}  # noqa: PLR2004
    try:
        return Head(
            number=int(values["entry"]),
            key=values["key"],
            content=values["content"],
            company=values["company"],
            handed_at=datetime.fromisoformat(values["at"]),
            summary=values["what"],
            after=tuple(int(line[1]) for line in lines if line[0] == "after"),
            record=json.loads(values["ledger"]),
        )
    except (KeyError, ValueError) as error:
        raise DamagedFileError(f"its head is incomplete ({error})") from error


def _head_lines(head: Head) -> Iterator[Line]:
    yield TITLE, VERSION
    yield "entry", str(head.number)
    yield "key", head.key
    yield "content", head.content
    yield "company", head.company
    yield "at", head.handed_at.isoformat()
    yield "what", head.summary
    yield "codepage", CODE_PAGE.removeprefix("cp")
    for number in head.after:
        yield "after", str(number)
    yield "ledger", json.dumps(head.record, ensure_ascii=True)


def _numbered(rows: Sequence[Sequence[Line]]) -> Iterator[Line]:
    for place, (first, *others) in enumerate(rows, start=1):
        yield "row", str(place), *first
        yield from others


def _rows(planned: Planned, bound: Binder) -> Iterator[list[Line]]:
    for operation in planned.plan.operations:
        if isinstance(operation, Append):
            yield _new_row(bound(operation.table), operation)
    for row_id in touched(planned.plan):
        yield [*_changed_row(planned, row_id, bound(row_id[0]))]


def _new_row(bound: BoundTable, operation: Append) -> list[Line]:
    shapes = {shape.name: shape for shape in bound.shapes.values()}
    values = bound.render(operation.values)
    lines = [("put", name, *value_parts(bound.file, shapes[name], value)) for name, value in values.items()]
    return [("append", bound.file), *lines]


def _changed_row(planned: Planned, row_id: RowId, bound: BoundTable) -> Iterator[Line]:
    """Guards before what changes; all by the site's own names."""
    table, record = row_id
    fields, shapes = planned.fields[row_id], bound.shapes
    changed = changed_columns(planned.plan, row_id)
    added = {one.column: one.delta for one in of_row(planned.plan, row_id) if isinstance(one, Add)}
    yield "change", bound.file, str(record)
    guarded = [name for name in changed if name not in added or table not in FREE_SUMS]
    for word, names in (("known", ROW_KEYS[table]), ("guard", (*ASSUMED, *guarded))):
        for name in dict.fromkeys(names):
            if name in shapes and shapes[name].type != _MEMO:
                shape = shapes[name]
                yield word, shape.name, *value_parts(bound.file, shape, fields[shape.name])
    for name, delta in added.items():
        yield "add", shapes[name].name, *value_parts(bound.file, shapes[name], delta)
    after = apply_operations(planned.rows, planned.plan.operations)[row_id]
    for field, value in bound.render({name: after.values[name] for name in changed}).items():
        column = next(name for name in changed if shapes[name].name == field)
        if column not in added:
            yield "set", field, *value_parts(bound.file, shapes[column], value)
