"""A small company of four tables and a posting over all of them, for the tests of transactions."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

from counterfoil.foxpro import Field, Table, TagSpec, Value, create_table
from counterfoil.foxpro.files.table_file import WriteGate
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.transactions.journal import Journal
from counterfoil.foxpro.transactions.operations import Add, Append, Outcome, Posting, Set, Sum, Written

NAMES = ("customer", "invoice", "receipt", "system")
OPEN_ROWS = 40

Rows = dict[str, list[dict[str, Value]]]
"""The rows of each table, as a reader finds them."""


def create(folder: Path) -> None:
    """The receipt's leaves are full, so that one more row splits them; system has no index."""
    folder.mkdir(exist_ok=True)
    create_table(
        folder / "customer.dbf",
        [Field("custno", "C", 6), Field("company", "C", 30), Field("balance", "N", 12, 2)],
        [TagSpec("custno", "custno", candidate=True), TagSpec("balance", "balance")],
        rows=({"custno": f"C{n:03}", "company": f"Customer {n}", "balance": 100} for n in range(OPEN_ROWS)),
    )
    create_table(
        folder / "invoice.dbf",
        [Field("custno", "C", 6), Field("invno", "C", 10), Field("open", "N", 12, 2), Field("paid", "D")],
        [
            TagSpec("invno", "invno"),
            TagSpec("cust", "custno+invno"),
            TagSpec("due", "custno", filter="open>0"),
        ],
        rows=({"custno": f"C{n:03}", "invno": f"{n:>10}", "open": 100} for n in range(OPEN_ROWS)),
    )
    create_table(
        folder / "receipt.dbf",
        [Field("custno", "C", 6), Field("refno", "C", 20), Field("amount", "N", 12, 2), Field("notes", "M")],
        [
            TagSpec("refno", "UPPER(refno)", candidate=True),
            TagSpec("cust", "custno"),
            TagSpec("live", "refno", filter="!DELETED()"),
        ],
        rows=({"custno": f"C{n % 40:03}", "refno": f"R{n * 7:07}", "amount": 1} for n in range(300)),
    )
    create_table(folder / "system.dbf", [Field("next", "N", 8)], rows=[{"next": 301}])


def payment(number: int, amount: int, *, next_number: int) -> Posting:
    """A receipt with a memo, its invoice, its customer and the next number."""
    receipt: dict[str, Value] = {
        "custno": f"C{number:03}",
        "refno": f"R{number * 7 + 3:07}",
        "amount": Decimal(amount),
        "notes": f"paid {amount} for {number}",
    }
    return Posting(
        f"payment {number}",
        (
            Append("receipt", receipt, ("refno",)),
            Append("receipt", receipt | {"refno": f"R{number * 7 + 4:07}", "amount": None}, ("refno",)),
            Set(
                "invoice",
                number + 1,
                {"open": Decimal(100 - amount), "paid": date(2026, 11, 2)},
                {"open": Decimal(100), "invno": f"{number:>10}"},
                ("invno",),
            ),
            Add(
                "customer",
                number + 1,
                {"balance": Decimal(-amount)},
                {"custno": f"C{number:03}"},
                ("custno",),
                Sum("balance", "invoice", "cust", (f"C{number:03}",), "open"),
            ),
            Add("customer", 1, {"balance": Decimal(amount)}, key=("custno",)),
            Set("system", 1, {"next": next_number + 1}, {"next": next_number}),
        ),
    )


@contextmanager
def opened(
    folder: Path, *, gate: WriteGate | None = None, patience: Patience | None = None
) -> Iterator[dict[str, Table]]:
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(
                Table.open(folder / f"{name}.dbf", writable=True, gate=gate, patience=patience or Patience())
            )
            for name in NAMES
        }


@contextmanager
def journal_of(folder: Path, *, boot: str | None = None) -> Iterator[tuple[Journal, sqlite3.Connection]]:
    connection = sqlite3.connect(folder / "journal.db")
    try:
        connection.execute("CREATE TABLE IF NOT EXISTS ledger (id TEXT PRIMARY KEY)")
        connection.commit()
        yield Journal(connection, boot=boot), connection
    finally:
        connection.close()


def enter_ledger(connection: sqlite3.Connection, outcomes: Mapping[str, Outcome]) -> None:
    """What the caller writes with the decision."""
    written = [(name,) for name, outcome in outcomes.items() if isinstance(outcome, Written)]
    connection.executemany("INSERT INTO ledger VALUES (?)", written)


def ledger(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT id FROM ledger")}


def live_rows(folder: Path) -> Rows:
    """Every live row of every table, as a reader finds them."""
    rows = {}
    for name in NAMES:
        with Table.open(folder / f"{name}.dbf") as table:
            rows[name] = [record.values for record in table.records()]
    return rows


def copied(folder: Path, to: Path) -> Path:
    """The company in another folder, in place of whatever is there."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(folder, to)
    return to
