"""Rows as lines of text: CSV or one JSON object a line, with what looks like card data masked."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import isfinite

from counterfoil.foxpro.fields import Value
from counterfoil.foxpro.record import Record
from counterfoil.security.card_guard import CARD_MARK, SECRET_MARK, clean_object

_QUOTED = frozenset('",\r\n')


class Format(StrEnum):
    """How a row is written."""

    CSV = "csv"
    JSONL = "jsonl"


def heading(form: Format, fields: Sequence[str], *, deleted: bool) -> str:
    """What stands above the rows."""
    if form is Format.JSONL:
        return ""
    return _csv_line(["recno", *(["deleted"] if deleted else []), *fields])


def line_of(form: Format, record: Record, fields: Sequence[str], *, deleted: bool) -> str:
    """One row."""
    values = [record.values[name] for name in fields]
    if form is Format.CSV:
        return _csv_line([record.recno, *([record.deleted] if deleted else []), *values])
    named = {name: _json_value(value) for name, value in zip(fields, values, strict=True)}
    row = {"recno": record.recno, "deleted": record.deleted, "values": named}
    return json.dumps(row, ensure_ascii=False) + "\n"


def masked(record: Record) -> Record:
    """The row without card numbers, and without what stands in fields that are named after card secrets."""
    values = {name: _searchable(value) for name, value in record.values.items()}
    seen, _ = clean_object(values, people_write=values)
    kept: dict[str, Value] = {}
    for name, value in record.values.items():
        result = seen.get(name, SECRET_MARK)
        kept[name] = value if result == values[name] else _mark_of(value, result)
    return Record(record.recno, record.deleted, kept)


def _searchable(value: Value) -> object:
    """Numbers and bytes as the text in which a card number would be seen."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, float) and isfinite(value):
        return Decimal(value)
    return value


def _mark_of(value: Value, result: object) -> str:
    """Bytes are masked whole: what is left of them would no longer be what it was."""
    return result if isinstance(result, str) and not isinstance(value, bytes) else CARD_MARK


def _csv_line(cells: Sequence[Value]) -> str:
    return ",".join(map(_csv_cell, cells)) + "\n"


def _csv_cell(value: Value) -> str:
    """A null is nothing at all, an empty text two quotation marks."""
    if value is None:
        return ""
    text = _text(value)
    if not text or _QUOTED & set(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _text(value: Value) -> str:
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    return str(value)


def _json_value(value: Value) -> object:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float) and isfinite(value):
        return value
    return _text(value)


_WRITERS: tuple[tuple[type, Callable[..., str]], ...] = (
    (bool, lambda value: "true" if value else "false"),
    (Decimal, lambda value: format(value, "f")),
    (date, lambda value: value.isoformat()),
    (bytes, lambda value: base64.b64encode(value).decode("ascii")),
    (float, repr),
)
