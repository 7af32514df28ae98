"""What the system table says: which modules which company has, and where their folders are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PureWindowsPath

from counterfoil.connectors.sagepro.records import (
    DRIVE_FOLDER,
    SYSTEM_DRIVE,
    SYSTEM_FLAGS,
    SYSTEM_MODULE,
    SYSTEM_TABLE,
)
from counterfoil.foxpro.records.fields import Value
from counterfoil.foxpro.table import Table

ROWS_MAX = 10_000
_DELETED = "D"
_MODULE_LENGTH = 2


@dataclass(frozen=True, slots=True)
class SystemRow:
    """One module of one company; `written` is its folder as Sage Pro writes it."""

    module: str
    company: str
    is_deleted: bool
    written: str


def read_system_table(folder: Path, code_page: str | None = None) -> list[SystemRow]:
    """The live rows of the system table in a folder.

    Raises:
        FoxProError: it is missing, damaged or held by another program.
    """
    with Table.open(folder / f"{SYSTEM_TABLE}.dbf", code_page=code_page) as table:
        return [_row(row.values) for row in islice(table.records(), ROWS_MAX)]


def _row(fields: Mapping[str, Value]) -> SystemRow:
    name = str(fields.get(SYSTEM_MODULE) or "").strip()
    written = str(fields.get(SYSTEM_DRIVE) or "").ljust(DRIVE_FOLDER.stop)[DRIVE_FOLDER].strip()
    deleted = str(fields.get(SYSTEM_FLAGS) or "").startswith(_DELETED)
    return SystemRow(name[:_MODULE_LENGTH].upper(), name[_MODULE_LENGTH:], deleted, written)


def walk(folder: Path, written: str) -> Path:
    """Goes down by name without regard to case; a name that does not exist is left as written."""
    for part in PureWindowsPath(written.lstrip("\\/")).parts:
        folder = next(
            (child for child in _children(folder) if child.name.casefold() == part.casefold()), folder / part
        )
    return folder


def _children(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from folder.iterdir()
