"""Checks of keys: unique numbers, owners, twins in current and history, counters, record counts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from counterfoil.sandbox.sagepro.audit.books import Books, Check, Difference, Entry, Finding, holds

_NUMBER_WIDTH = 10
_TWIN = "X"
_NO_CUSTOMER = "NON_AR"
_UNIQUE = {
    "arcust": ("custno",),
    "armast": ("invno",),
    "arymst": ("invno",),
    "artran": ("invno", "item", "tranlineno"),
    "arytrn": ("invno", "item", "tranlineno"),
    "somast": ("sono",),
    "soymst": ("sono",),
    "sotran": ("sono", "tranlineno"),
    "soytrn": ("sono", "tranlineno"),
    "icitem": ("item",),
    "iciloc": ("item", "loctid"),
    "arglac": ("scode", "icode"),
    "glacnt": ("glacnt",),
}
_TWINS = (
    ("armast", "arymst", ("invno",)),
    ("artran", "arytrn", ("invno", "tranlineno")),
    ("somast", "soymst", ("sono",)),
    ("sotran", "soytrn", ("sono", "tranlineno")),
)
# A row, the column that names its owner, and the tables where the owner stands.
_OWNERS = (
    ("armast", "custno", ("arcust",)),
    ("arymst", "custno", ("arcust",)),
    ("artran", "invno", ("armast",)),
    ("arytrn", "invno", ("arymst",)),
    ("arcash", "invno", ("armast", "arymst")),
    ("arycsh", "invno", ("armast", "arymst")),
    ("ardist", "invno", ("armast", "arymst")),
    ("somast", "custno", ("arcust",)),
    ("soymst", "custno", ("arcust",)),
    ("sotran", "sono", ("somast",)),
    ("soytrn", "sono", ("soymst",)),
    ("artran", "item", ("icitem",)),
    ("arytrn", "item", ("icitem",)),
    ("sotran", "item", ("icitem",)),
    ("iciloc", "item", ("icitem",)),
    ("iciqty", "item", ("icitem",)),
    ("iccost", "item", ("icitem",)),
)


def _key(entry: Entry, columns: tuple[str, ...]) -> str:
    return " ".join(entry.text(column) for column in columns)


def numbers_unique(books: Books) -> Iterator[Finding]:
    for table, columns in _UNIQUE.items():
        seen: set[str] = set()
        for entry in books.rows(table):
            key = _key(entry, columns)
            yield holds(entry, key, columns[0], "a number that no other row has", ok=key not in seen)
            seen.add(key)


def numbers_justified(books: Books) -> Iterator[Finding]:
    for table, column in (
        *(
            (table, "invno")
            for table in ("armast", "arymst", "artran", "arytrn", "arcash", "arycsh", "ardist")
        ),
        *((table, "sono") for table in ("somast", "soymst", "sotran", "soytrn", "soaddr")),
    ):
        for entry in books.rows(table):
            raw = entry.raw(column)
            ok = not raw.strip() or raw == raw.strip().rjust(_NUMBER_WIDTH)
            yield holds(entry, raw, column, f"right-justified in {_NUMBER_WIDTH}", ok=ok)


def owners_exist(books: Books) -> Iterator[Finding]:
    for table, column, owners in _OWNERS:
        known = {entry.text(column) for entry in books.rows(*owners)}
        for entry in books.rows(table):
            key = entry.text(column)
            outside = not key and entry.text("custno") == _NO_CUSTOMER
            yield holds(entry, key, column, f"a row of {' or '.join(owners)}", ok=outside or key in known)


def twins_equal(books: Books) -> Iterator[Finding]:
    for current, history, columns in _TWINS:
        others = {_key(entry, columns): entry for entry in books.rows(history)}
        for entry in books.rows(current):
            key, marked = _key(entry, columns), entry.text("currhist") == _TWIN
            other = others.pop(key, None)
            if other is None:
                yield holds(entry, key, "currhist", f"blank, for {history} has no such row", ok=not marked)
            else:
                yield holds(entry, key, "currhist", f"X, for {history} has the row too", ok=marked)
                yield from _compared(entry, other, key)
        for key, other in others.items():
            ok = other.text("currhist") != _TWIN
            yield holds(other, key, "currhist", f"blank, for {current} has no such row", ok=ok)


def _compared(entry: Entry, other: Entry, key: str) -> Iterator[Finding]:
    for column, value in entry.values.items():
        theirs = other.values.get(column)
        if value != theirs:
            off = theirs - value if isinstance(value, Decimal) and isinstance(theirs, Decimal) else Decimal(0)
            yield Difference(other.table, other.record, key, column, str(value), str(theirs), off)
    yield None


def counters(books: Books) -> Iterator[Finding]:
    """The last number used, as the system table knows it, is not below a number in the tables.

    The company's own copies say the same.
    """
    for module, tables, column in (
        ("AR", ("armast", "arymst"), "invno"),
        ("SO", ("somast", "soymst"), "sono"),
    ):
        used = [
            int(entry.text(column))
            for entry in books.rows(*tables)
            if entry.text(column).isdigit() and entry.text("artype") != "O"
        ]
        for entry in books.rows("sysdata"):
            if entry.text("sysid").startswith(module) and not entry.text("pass2").startswith("D"):
                last = max(used, default=0)
                ok = entry.amount("int1") >= last
                yield holds(entry, entry.text("sysid"), "int1", f"{last} or more", ok=ok)
    yield from _copies(books)


def _copies(books: Books) -> Iterator[Finding]:
    """The company's own copies of the counters."""
    used = {entry.text("sysid"): entry.amount("int1") for entry in books.rows("sysdata")}
    for entry in books.rows("arsysd", "sosysd", "icsysd"):
        number = used.get(entry.text("sysid"))
        yield holds(entry, entry.text("sysid"), "int1", str(number), ok=entry.amount("int1") == number)


def record_counts(books: Books) -> Iterator[Finding]:
    for table, count in books.counts.items():
        if count.header == count.found:
            yield None
        else:
            off = Decimal(count.found - count.header)
            yield Difference(table, 0, table, "record count", str(count.header), str(count.found), off)


CHECKS = (
    Check("numbers_unique", "No two live rows of a table have the same number.", numbers_unique),
    Check("numbers_justified", "Document numbers are padded with blanks on the left.", numbers_justified),
    Check("owners_exist", "Every row's document, customer, order or item exists.", owners_exist),
    Check(
        "twins_equal",
        "A row that stands in the current and in the history table is marked and equal in both.",
        twins_equal,
    ),
    Check(
        "counters",
        "The system table's last used numbers are not below those in use, and the copies say the same.",
        counters,
    ),
    Check("record_counts", "A table's header counts the records that lie in its file.", record_counts),
)
