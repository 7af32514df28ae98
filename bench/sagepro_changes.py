"""The change feed over a large table of invoices: BENCH_INVOICES (100,000) says how large."""

from __future__ import annotations

import os
import resource
import tempfile
import time
from pathlib import Path

from bench.results import Result
from counterfoil.connectors.sagepro.discover import locate_tables
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.tables import Access, TableOpener
from counterfoil.connectors.sagepro.watch.feed import Feed
from counterfoil.connectors.sagepro.watch.folder_site import FolderSite
from counterfoil.foxpro.table import Table
from counterfoil.ports.changes import ChangesAnswer
from counterfoil.ports.clock import SystemClock
from tests.support.sagepro_site import Site

INVOICES = int(os.environ.get("BENCH_INVOICES", "100000"))
CHANGED = 100
COUNT = slice(4, 8)
KIB_IN_MIB = 1024


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as name:
        site = Site(Path(name) / "sagepro").build()
        places = locate_tables(site.profile)
        feed = Feed(
            FolderSite(TableOpener(site.profile, places.paths, Access()), None),
            places.own_folder,
            SystemClock(),
        )
        size = _grow(site.path(TableName.DOCUMENTS))
        answer, first = _asked(feed, None)
        _change(site.path(TableName.DOCUMENTS))
        _, again = _asked(feed, answer.cursor)
        _pack(site.path(TableName.DOCUMENTS))
        _, packed = _asked(feed, answer.cursor)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_IN_MIB
    return [
        Result("first look", first, "s", size),
        Result(f"look after {CHANGED} changes", again, "s"),
        Result("look after every row moved", packed, "s"),
        Result("peak memory, the making of the table with it", peak, "MiB"),
    ]


def _asked(feed: Feed, since: str | None) -> tuple[ChangesAnswer, float]:
    started = time.perf_counter()
    answer = feed.changes(since, 1000)
    return answer, time.perf_counter() - started


def _grow(path: Path) -> str:
    with Table.open(path) as table:
        header, raw = table.storage.header, table.storage.raw(1)
    field = next(field for field in header.fields if field.name == "invno")
    with path.open("r+b") as file:
        file.seek(COUNT.start)
        file.write(INVOICES.to_bytes(4, "little"))
        file.seek(header.length)
        for number in range(INVOICES):
            file.write(raw[: field.offset] + str(number).rjust(field.width).encode() + raw[field.end :])
        file.write(b"\x1a")
    return f"{INVOICES:,} invoices of {header.record_length} bytes"


def _change(path: Path) -> None:
    """Other balances, far apart."""
    with Table.open(path) as table:
        header = table.storage.header
    field = next(field for field in header.fields if field.name == "balance")
    with path.open("r+b") as file:
        for recno in range(1, INVOICES, INVOICES // CHANGED):
            file.seek(header.offset_of(recno) + field.offset)
            file.write(recno.to_bytes(field.width, "little"))


def _pack(path: Path) -> None:
    """The first row is gone and all others moved up."""
    with Table.open(path) as table:
        header = table.storage.header
    content = bytearray(path.read_bytes())
    del content[header.length : header.offset_of(2)]
    content[COUNT] = (INVOICES - 1).to_bytes(4, "little")
    path.write_bytes(content)
