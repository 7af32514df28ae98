"""New tables: rows written in one go, companions beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path

from counterfoil.foxpro.code_pages import DEFAULT, MARKS
from counterfoil.foxpro.errors import StorageError, TableFormatError
from counterfoil.foxpro.fields import Field, Value
from counterfoil.foxpro.files import storage_error
from counterfoil.foxpro.header import VFP, build_header, new_header
from counterfoil.foxpro.memo import new_memo_file
from counterfoil.foxpro.storage import END_OF_FILE
from counterfoil.foxpro.table import Table

ROWS_AT_ONCE = 1000


def create_table(
    path: Path,
    fields: Sequence[Field],
    *,
    version: int = VFP,
    code_page: str = DEFAULT,
    rows: Iterable[Mapping[str, Value]] = (),
    today: date | None = None,
) -> None:
    """Make a table with its companions and fill it; files that exist are never touched."""
    name = path.stem.lower()
    if code_page not in MARKS:
        raise TableFormatError(
            name, f"code page {code_page} has no mark; use one of {', '.join(sorted(MARKS))}"
        )
    header = new_header(name, version, fields, MARKS[code_page], today)
    _create_file(path, build_header(header) + END_OF_FILE)
    if header.has_memo:
        _create_file(path.with_suffix(".fpt"), new_memo_file())
    with Table.open(path, writable=True) as table:
        _fill(table, rows)


def _create_file(path: Path, data: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError as error:
        raise StorageError(str(path), "exists already; nothing was changed. Choose another name.") from error
    except OSError as error:
        raise storage_error(path, error) from error


def _fill(table: Table, rows: Iterable[Mapping[str, Value]]) -> None:
    deadline = table.patience.deadline()
    remaining = iter(rows)
    while many := list(islice(remaining, ROWS_AT_ONCE)):
        raws = b"".join(table.encode(row, deadline=deadline) for row in many)
        table.storage.write_end(table.record_count + 1, raws, None)
