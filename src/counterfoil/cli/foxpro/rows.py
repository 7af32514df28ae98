"""Rows as lines of text: CSV or one JSON object a line, with what looks like card data masked."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import isfinite

from counterfoil.foxpro.records.fields import Value
from counterfoil.foxpro.records.record import Record
from counterfoil.security.card_guard import CARD_MARK, SECRET_MARK, clean_object

_SHORT = 12
"""A card number has 13 digits or more; a shorter text can only hold a secret beside its name."""
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


class Mask:
    """Takes card numbers out of rows, and what stands in fields that are named after card or bank secrets."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._secret = frozenset(name for name in fields if name not in clean_object({name: "x"})[0])

    def __call__(self, record: Record) -> Record:
        values = record.values
        doubtful = {name: _searchable(value) for name, value in values.items() if _is_doubtful(value)}
        seen, _ = clean_object(doubtful, people_write=doubtful) if doubtful else ({}, False)
        masks: dict[str, Value] = {
            name: _mask_of(values[name], seen.get(name, SECRET_MARK))
            for name in doubtful
            if seen.get(name) != doubtful[name]
        }
        masks |= dict.fromkeys(self._secret & values.keys(), SECRET_MARK)
        return Record(record.recno, record.deleted, values | masks) if masks else record


def _is_doubtful(value: Value) -> bool:
    """Not whether it holds card data, only whether it could: dates and what is short and plain could not."""
    if value is None or isinstance(value, bool | date):
        return False
    if isinstance(value, str):
        return bool(value) and (len(value) >= _SHORT or not value.isalnum())
    return isinstance(value, bytes) or len(str(value)) >= _SHORT


def _searchable(value: Value) -> object:
    """Numbers and bytes as the text in which a card number would be seen."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, float) and isfinite(value):
        return Decimal(value)
    return value


def _mask_of(value: Value, seen: object) -> str:
    """Bytes are masked whole: what is left of them would no longer be what it was."""
    return seen if isinstance(seen, str) and not isinstance(value, bytes) else CARD_MARK


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
