from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from counterfoil.sandbox.sagepro.audit import Verdict, audit
from counterfoil.sandbox.sagepro.audit.books import Books, Entry
from counterfoil.sandbox.sagepro.company import Company, books_of, make_company
from counterfoil.sandbox.sagepro.market import SMALL

AS_OF = date(2026, 11, 23)


@cache
def small_company() -> Company:
    return make_company(7, AS_OF, size=SMALL)


@cache
def small_books() -> Books:
    return books_of(small_company())


def find(books: Books, table: str, **wanted: object) -> Entry:
    """The first row whose columns hold the wanted values."""
    return next(
        entry
        for entry in books.rows(table)
        if all(entry.values[column] == value for column, value in wanted.items())
    )


def changed(books: Books, entry: Entry, **values: object) -> Books:
    """The books with one row edited."""
    edited = replace(entry, values={**entry.values, **values})
    rows = [edited if each is entry else each for each in books.tables[entry.table]]
    return replace(books, tables={**books.tables, entry.table: rows})


def without(books: Books, entry: Entry) -> Books:
    rows = [each for each in books.tables[entry.table] if each is not entry]
    return replace(books, tables={**books.tables, entry.table: rows})


def broken(books: Books) -> dict[str, Verdict]:
    """The verdicts that are not good, by name."""
    return {verdict.name: verdict for verdict in audit(books) if not verdict.ok}
