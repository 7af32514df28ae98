"""Whether the folder's disk keeps what it was given, and what kind of disk it is."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from counterfoil.foxpro.creation import create_table
from counterfoil.foxpro.files.table_file import find_file
from counterfoil.foxpro.records.fields import Field
from counterfoil.foxpro.selftest.verdicts import Proof, Verdict, judged
from counterfoil.foxpro.selftest.work import ON_A_SHARE
from counterfoil.foxpro.table import Table
from counterfoil.foxpro.transactions.journal import Journal
from counterfoil.foxpro.transactions.operations import Add, Append, Posting, Written
from counterfoil.foxpro.transactions.transaction import write_group

SYNCS = 20
SLOW_SYNC_US, DOUBTFUL_SYNC_US = 50_000, 30
SPACE_LOW, SPACE_NONE = 1 << 30, 1 << 24
MIB = 1 << 20


def prove_space(folder: Path) -> Proof:
    free = shutil.disk_usage(folder).free
    verdict = Verdict.FAIL if free < SPACE_NONE else Verdict.WARN if free < SPACE_LOW else Verdict.PASS
    return Proof("free space", verdict, f"{free // MIB} MiB", {"free_bytes": free})


def prove_names(folder: Path) -> Proof:
    """FoxPro programs on Windows care not for the case of names: what one wrote we must find."""
    (folder / "Names.tmp").write_bytes(b"")
    is_same = (folder / "NAMES.TMP").exists()
    found = find_file(folder / "NAMES.TMP").name == "Names.tmp" or is_same
    detail = "case does not matter" if is_same else "case matters; names are found in any case all the same"
    return judged("file names", [] if found else ["a name in another case is not found"], detail)


def prove_sync(folder: Path) -> Proof:
    """Whether the disk says that it has written, and how soon."""
    took: list[int] = []
    with (folder / "sync.tmp").open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            file.write(b"x" * 512)
            start = time.monotonic_ns()
            os.fsync(file.fileno())
            took.append((time.monotonic_ns() - start) // 1000)
    took.sort()
    median = took[SYNCS // 2]
    figures = {"median_us": median, "worst_us": took[-1]}
    detail = f"median {median / 1000:.2f} ms, worst {took[-1] / 1000:.2f} ms"
    if median < DOUBTFUL_SYNC_US:
        detail += ": too fast for a disk; make sure that it keeps what it was given when the power fails"
        return Proof("wait for the disk", Verdict.WARN, detail, figures)
    if median > SLOW_SYNC_US:
        return Proof("wait for the disk", Verdict.WARN, f"{detail}: slow, each posting waits for it", figures)
    return Proof("wait for the disk", Verdict.PASS, detail, figures)


def prove_journal(folder: Path) -> Proof:
    """A posting over two tables with its journal in the folder."""
    tables = {name: folder / f"{name}.dbf" for name in ("entry", "total")}
    create_table(tables["entry"], [Field("amount", "N", 12, 2)])
    create_table(tables["total"], [Field("amount", "N", 12, 2)], rows=[{"amount": Decimal(0)}])
    one = Decimal(1)
    posting = Posting("proof", (Append("entry", {"amount": one}), Add("total", 1, {"amount": one})))
    with (
        closing(sqlite3.connect(folder / "journal.db")) as connection,
        Table.open(tables["entry"], writable=True, accepted=ON_A_SHARE) as entry,
        Table.open(tables["total"], writable=True, accepted=ON_A_SHARE) as total,
    ):
        journal = Journal(connection)
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        outcome = write_group({"entry": entry, "total": total}, journal, [posting])["proof"]
        faults = [] if mode == "wal" else [f"SQLite does not keep a write-ahead log here (but {mode})"]
        if not isinstance(outcome, Written) or total.read(1)["amount"] != 1 or entry.record_count != 1:
            faults.append(f"the posting was not written: {outcome}")
        return judged("posting with its journal", faults, "written and read back")
