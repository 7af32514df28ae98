"""Discovery, check and audit of a large company: time and memory. BENCH_INVOICES (100,000) says how large.

The company is the sample company over and over, each copy with customers and document numbers of its own.
Copies are made of the records' bytes, for keeping index tags would take longer than what is measured.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from bench.results import Result
from counterfoil.foxpro.records.fields import Field
from counterfoil.foxpro.table import Table
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.market import SAMPLE
from counterfoil.sandbox.sagepro.structures.columns import WIDE
from counterfoil.sandbox.sagepro.writer import write_company

INVOICES = int(os.environ.get("BENCH_INVOICES", "100000"))
DAY = date(2026, 11, 23)
NUMBERS = ("invno", "applto")
SHIFT = 10_000
"""More than the numbers of one copy lie apart."""
TABLES = ("arcust", "armast", "arymst", "artran", "arytrn", "arcash", "arycsh", "ardist")
OUTSIDE = b"NON_AR"
COUNT = slice(4, 8)
FLAGS = 28
HAS_INDEX = 0x01
KIB_IN_MIB = 1024


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "sagepro"
        # Customers with six characters in columns of ten leave room for the number of the copy.
        write_company(replace(make_company(1, DAY, size=SAMPLE), widths=WIDE), folder)
        documents = sum(_count(folder, table) for table in ("armast", "arymst"))
        copies = max(1, INVOICES // documents)
        rows = sum(_grow(folder / "ardata" / f"{table.upper()}01.DBF", copies) for table in TABLES)
        _multiply_accounts(folder, copies)
        bytes_count = sum(path.stat().st_size for path in folder.rglob("*.DBF"))
        looked = [_looked(words, folder) for words in ("discover", "check")]
        seconds, peak_mib = _audited(folder)
    size = f"{documents * copies:,} documents, {rows:,} rows, {bytes_count >> 20:,} MiB"
    return [
        *looked,
        Result("books audited", seconds, "s", size),
        Result("rows audited", rows / seconds, "rows/s"),
        Result("peak memory of the audit", peak_mib, "MiB"),
    ]


def _looked(command: str, folder: Path) -> Result:
    """Both say what they find; a copy without indexes is unfit, which they say with another exit code."""
    profile = folder.parent / "profile.yaml"
    words = [str(folder), "--write-profile", str(profile)] if command == "discover" else [str(profile)]
    started = time.perf_counter()
    done = _counterfoil(command, *words)
    seconds = time.perf_counter() - started
    if done.returncode not in {0, 1}:
        raise AssertionError(done.stdout[-2000:] + done.stderr[-2000:])
    return Result(f"counterfoil sagepro {command}", seconds, "s")


def _counterfoil(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "counterfoil", "sagepro", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program


def _audited(folder: Path) -> tuple[float, float]:
    started = time.perf_counter()
    done = _counterfoil("audit", str(folder))
    seconds = time.perf_counter() - started
    if done.returncode:
        raise AssertionError(done.stdout[-2000:] + done.stderr[-2000:])
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / KIB_IN_MIB


def _count(folder: Path, table: str) -> int:
    with Table.open(folder / "ardata" / f"{table}01.dbf") as opened:
        return opened.record_count


def _grow(path: Path, copies: int) -> int:
    """Appends the copies to the table and leaves it without an index; tells how many rows it has then."""
    with Table.open(path) as table:
        header = table.storage.header
        fields = {field.name: field for field in header.fields}
        start, length, count = header.offset_of(1), header.record_length, table.record_count
    content = path.read_bytes()
    body = content[start : start + count * length]
    head = bytearray(content[:start])
    head[COUNT] = (count * copies).to_bytes(4, "little")
    head[FLAGS] &= ~HAS_INDEX
    with path.open("wb") as file:
        file.write(head)
        for copy in range(copies):
            file.write(_copied(body, length, fields, copy) if copy else body)
        file.write(b"\x1a")
    path.with_suffix(".CDX").unlink()
    return count * copies


def _copied(body: bytes, length: int, fields: dict[str, Field], copy: int) -> bytes:
    """The records with other customers and numbers; what only one copy may have is nought."""
    result = bytearray(body)
    customer = fields["custno"]
    mark = f"{copy:04d}".encode()
    places = [fields[name] for name in NUMBERS if name in fields]
    zeroed = fields.get("onorder")
    for at in range(0, len(body), length):
        if not body.startswith(OUTSIDE, at + customer.offset):
            result[at + customer.end - len(mark) : at + customer.end] = mark
        for field in places:
            number = body[at + field.offset : at + field.end].strip()
            if number:
                shifted = str(int(number) + copy * SHIFT).encode().rjust(field.width)
                result[at + field.offset : at + field.end] = shifted
        if zeroed is not None:
            result[at + zeroed.offset : at + zeroed.end] = bytes(zeroed.width)
    return bytes(result)


def _multiply_accounts(folder: Path, copies: int) -> None:
    with Table.open(folder / "gldata" / "glacnt01.dbf", writable=True) as table:
        for recno, balance in list(_balances(table)):
            table.update(recno, {"glcurb": balance * copies})


def _balances(table: Table) -> Iterator[tuple[int, Decimal]]:
    for record in table.records():
        balance = record["glcurb"]
        if isinstance(balance, Decimal):
            yield record.recno, balance
