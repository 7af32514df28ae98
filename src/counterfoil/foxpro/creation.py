"""New tables: rows written in one go, companions beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import date
from itertools import islice
from pathlib import Path

from counterfoil.foxpro.containers.membership import join
from counterfoil.foxpro.errors import StorageError, TableFormatError
from counterfoil.foxpro.files.memo_file import new_memo_file
from counterfoil.foxpro.files.table_file import TableFile, storage_error
from counterfoil.foxpro.files.table_storage import END_OF_FILE, TableStorage
from counterfoil.foxpro.index.create import create_index
from counterfoil.foxpro.index.index_file import TagSpec
from counterfoil.foxpro.records.code_pages import DEFAULT, MARKS, chosen_code_page
from counterfoil.foxpro.records.fields import Field, Value
from counterfoil.foxpro.records.header import FLAGS_OFFSET, HAS_CDX, build_header, new_header
from counterfoil.foxpro.table import Table

ROWS_AT_ONCE = 1000


def create_table(  # noqa: PLR0913 - a table is that many things, all but two by name
    path: Path,
    fields: Sequence[Field],
    tags: Sequence[TagSpec] = (),
    *,
    version: int | None = None,
    code_page: str = DEFAULT,
    rows: Iterable[Mapping[str, Value]] = (),
    today: date | None = None,
) -> None:
    """Make a table with its companions and fill it; files that exist are never touched, none is left half.

    Without a version it becomes the oldest kind of Visual FoxPro table that has all the fields' types.

    The rows are written first, then the tags are built from them, so that a large table is made quickly.
    """
    name = path.stem.lower()
    mark = MARKS.get(chosen_code_page(code_page, name))
    if mark is None:
        marked = ", ".join(sorted(MARKS))
        raise TableFormatError(name, f"code page {code_page} has no mark; use one of {marked}")
    header = new_header(name, version, fields, mark, today)
    with ExitStack() as undo:
        _create_file(path, build_header(header) + END_OF_FILE, undo)
        if header.has_memo:
            _create_file(_companion(path, ".fpt"), new_memo_file(), undo)
        with Table.open(path, writable=True) as table:
            _fill(table, rows)
        if tags:
            build_index(path, tags)
        undo.pop_all()


def _companion(path: Path, suffix: str) -> Path:
    """The file beside the table, its ending written in the case of the table's own."""
    return path.with_suffix(suffix.upper() if path.suffix.isupper() else suffix)


def _create_file(path: Path, data: bytes, undo: ExitStack) -> None:
    """Make the file; it is gone again where whatever it is for fails."""
    try:
        with path.open("xb") as file:
            undo.callback(path.unlink)
            file.write(data)
    except FileExistsError as error:
        raise StorageError(str(path), "exists already; nothing was changed. Choose another name.") from error
    except OSError as error:
        raise storage_error(path, error) from error


def _fill(table: Table, rows: Iterable[Mapping[str, Value]]) -> None:
    deadline = table.patience.deadline()
    counters = table.storage.counters
    numbers = counters.numbers()
    remaining = iter(rows)
    while many := list(islice(remaining, ROWS_AT_ONCE)):
        raws: list[bytes] = []
        for row in many:
            raw, numbers = counters.numbered(table.encode(row, deadline=deadline), numbers)
            raws.append(raw)
        table.storage.write_end(table.record_count + 1, raws, None)


def build_index(path: Path, tags: Sequence[TagSpec]) -> None:
    """Build the index file, and only then say in the table's header that it is there."""
    index_path = _companion(path, ".cdx")
    with ExitStack() as undo:
        _create_file(index_path, b"", undo)
        with (
            TableStorage(path, writable=True) as storage,
            closing(TableFile(index_path, writable=True)) as file,
        ):
            join(storage)
            create_index(file, storage.name, storage.header.fields, storage.code_page, tags, storage.raws)
            storage.dbf.write_at(FLAGS_OFFSET, bytes([storage.header.flags | HAS_CDX]))
        undo.pop_all()
