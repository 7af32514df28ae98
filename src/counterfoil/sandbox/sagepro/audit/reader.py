"""Reads a company's tables from its files with dbfread, a reader that knows nothing of our own engine."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from pathlib import Path

from dbfread import DBF, FieldParser

from counterfoil.sandbox.sagepro.audit.books import Books, Count, Entry

COPIES = ("arsysd", "sosysd", "icsysd")
TABLES = (
    *("arcust", "arcadr", "armast", "artran", "arcash", "ardist", "arglac", "arymst", "arytrn", "arycsh"),
    *("somast", "sotran", "soaddr", "soymst", "soytrn"),
    *("icitem", "iciloc", "iciqty", "iccost", "ictran", "icloct"),
    *("glacnt", "gltype", "glstru"),
    *COPIES,
)
SYSTEM_TABLES = ("sysdata", "sycrlst", "syccomp")
_LIVE = 0x20


class FileMissingError(Exception):
    """A file that every company has is not below the folder."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(f"no {name.upper()} below {folder}: name the folder where SYSDATA.DBF lies.")
        self.folder = folder
        self.name = name


class _ExactParser(FieldParser):  # type: ignore[misc] # dbfread ships no types
    """Reads numbers as exact decimals; a blank one is None."""

    def parseN(self, _field: object, data: bytes) -> Decimal | None:  # noqa: N802 - dbfread calls it so
        text = data.strip(b" \0")
        return Decimal(text.decode("ascii")) if text else None

    def parseB(self, field: object, data: bytes) -> Decimal:  # noqa: N802 - dbfread calls it so
        return Decimal(str(super().parseB(field, data)))


_NEWER = {
    "state": "addrstate",
    "limit": "credlimit",
    "lineno": "tranlineno",
    "seq": "transeq",
    "class": "isoclss",
}
"""Names of an older generation; the audit knows the newer ones alone."""


def _read(path: Path, table: str) -> tuple[list[Entry], Count]:
    # dbfread takes every double for a memo of dBase, so the memo file is asked for here.
    source = DBF(
        str(path), parserclass=_ExactParser, lowernames=True, recfactory=dict, ignore_missing_memofile=True
    )
    if source.memofilename is None and any(field.type == "M" for field in source.fields):
        raise FileMissingError(path.parent, f"{path.stem}.FPT")
    content = path.read_bytes()
    header = source.header
    flags = content[header.headerlen :: header.recordlen][: header.numrecords]
    live = [number for number, flag in enumerate(flags, start=1) if flag == _LIVE]
    entries = [
        Entry(table, number, {_NEWER.get(name, name): value for name, value in values.items()})
        for number, values in zip(live, source, strict=True)
    ]
    return entries, Count(header.numrecords, (len(content) - header.headerlen) // header.recordlen)


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        if path.suffix.lower() == ".dbf":
            yield path.stem.lower(), path


def read_books(folder: Path, company: str = "01", *, only: Collection[str] = ()) -> Books:
    """Everything below the system directory, or only some tables, whatever case the names are written in.

    Raises:
        FileMissingError: a table or its memo file is not there.
    """
    files = dict(_files(folder))
    tables: dict[str, list[Entry]] = {}
    counts: dict[str, Count] = {}
    for table, name in (
        *((table, f"{table}{company}") for table in TABLES),
        *((table, table) for table in SYSTEM_TABLES),
    ):
        if only and table not in only:
            continue
        if name not in files:
            raise FileMissingError(folder, f"{name}.DBF")
        tables[table], counts[table] = _read(files[name], table)
    return Books(tables, counts)
