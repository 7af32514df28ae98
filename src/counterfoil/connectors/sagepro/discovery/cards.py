"""Counts what looks like card numbers in a company's tables; no value ever leaves this file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from counterfoil.connectors.sagepro.discovery.rows import read_blocks
from counterfoil.connectors.sagepro.discovery.tables import open_table
from counterfoil.foxpro.errors import FoxProError
from counterfoil.foxpro.records.fields import Field
from counterfoil.foxpro.table import Table
from counterfoil.security.card_guard import clean_object
from counterfoil.security.card_numbers import find_card_numbers

_SHORTEST = 13
"""A card number has 13 digits at least."""
_DIGITS = re.compile(rb"\d(?:[ -]?\d){12}")


@dataclass(frozen=True, slots=True)
class CardColumn:
    """A column that holds what looks like card numbers, or is named after them and not empty."""

    table: str
    column: str
    populated: int
    looked_at: int
    is_named_so: bool


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was found, and which tables could not be looked at."""

    columns: tuple[CardColumn, ...]
    rows: int
    unread: tuple[str, ...]


def scan_cards(folders: list[Path], company: str, rows_max: int) -> Scanned:
    """Looks at live and deleted rows of every table of the company; memos are not looked at."""
    columns: list[CardColumn] = []
    unread: list[str] = []
    rows = 0
    for path in _tables(folders, company):
        try:
            with open_table(path) as table:
                found, looked_at = _counted(table, rows_max)
        except (FoxProError, OSError) as error:
            unread.append(f"{path.stem.lower()}: {error}")
            continue
        columns += found
        rows += looked_at
    return Scanned(tuple(columns), rows, tuple(unread))


def card_columns(table: Table) -> frozenset[str]:
    """The columns that look like card numbers in any row, or are named after them; no memos."""
    named = {field.name for field in table.fields if field.type in "CV" and _is_named_so(field.name)}
    found, _ = _counted(table, table.record_count)
    return frozenset({column.column for column in found} | named)


def _tables(folders: list[Path], company: str) -> Iterator[Path]:
    ending = f"{company}.dbf".casefold()
    for folder in folders:
        yield from sorted(path for path in folder.iterdir() if path.name.casefold().endswith(ending))


def _counted(table: Table, rows_max: int) -> tuple[list[CardColumn], int]:
    texts = [field for field in table.storage.header.fields if field.type in "CV" and not field.is_hidden]
    named = {field.name for field in texts if _is_named_so(field.name)}
    wide = [field for field in texts if field.width >= _SHORTEST and field.name not in named]
    counts: Counter[str] = Counter()
    looked_at = 0
    for _, raw in read_blocks(table, rows_max):
        looked_at += 1
        counts.update(name for name in _named_in(raw, texts, named))
        if _DIGITS.search(raw):
            counts.update(field.name for field in wide if _has_number(raw, field))
    return (
        [CardColumn(table.name, name, count, looked_at, name in named) for name, count in counts.items()],
        looked_at,
    )


def _is_named_so(name: str) -> bool:
    return name not in clean_object({name: "x"})[0]


def _named_in(raw: bytes, fields: list[Field], named: set[str]) -> Iterator[str]:
    for field in fields:
        if field.name in named and raw[field.offset : field.end].strip(b" \0"):
            yield field.name


def _has_number(raw: bytes, field: Field) -> bool:
    """Digits are the same bytes in every code page."""
    return any(find_card_numbers(raw[field.offset : field.end].decode("latin-1"), everywhere=False))
