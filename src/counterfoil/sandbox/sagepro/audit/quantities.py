"""Checks of orders and stock."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from counterfoil.sandbox.sagepro.audit.books import Books, Check, Entry, Finding, same, sums

_ZERO = Decimal(0)


def _place(entry: Entry) -> str:
    return f"{entry.text('item')} {entry.text('loctid')}"


def _order(entry: Entry) -> str:
    return entry.text("sono")


def lines_of_order(books: Books) -> Iterator[Finding]:
    for head, lines in (("somast", "sotran"), ("soymst", "soytrn")):
        totals = sums(books.rows(lines), _order, "extprice")
        for entry in books.rows(head):
            yield same(entry, _order(entry), "ordamt", totals.get(_order(entry), _ZERO))


def on_order(books: Books) -> Iterator[Finding]:
    totals = sums(books.firm_orders(), lambda entry: entry.text("custno"), "ordamt")
    for entry in books.rows("arcust"):
        number = entry.text("custno")
        yield same(entry, number, "onorder", totals.get(number, _ZERO))


def allocated(books: Books) -> Iterator[Finding]:
    firm = {_order(entry) for entry in books.firm_orders()}
    lines = (
        entry
        for entry in books.rows("sotran")
        if _order(entry) in firm and not entry.text("sostat") and entry.text("stkcode") == "Y"
    )
    reserved = sums(lines, _place, "qtyord")
    stores = sums(books.rows("iciqty"), _place, "qsoaloc")
    for entry in books.rows("iciloc"):
        expected = reserved.get(_place(entry), _ZERO)
        yield same(entry, _place(entry), "lsoaloc", expected)
        yield same(entry, _place(entry), "qsoaloc", expected, stores.get(_place(entry), _ZERO))


def on_hand(books: Books) -> Iterator[Finding]:
    stores = sums(books.rows("iciqty"), _place, "qonhand")
    tiers = sums(books.rows("iccost"), _place, "conhand")
    for entry in books.rows("iciloc"):
        yield same(entry, _place(entry), "lonhand", stores.get(_place(entry), _ZERO))
        yield same(entry, _place(entry), "conhand", entry.amount("lonhand"), tiers.get(_place(entry), _ZERO))
    locations = sums(books.rows("iciloc"), lambda entry: entry.text("item"), "lonhand")
    for entry in books.rows("icitem"):
        item = entry.text("item")
        yield same(entry, item, "ionhand", locations.get(item, _ZERO))


CHECKS = (
    Check("lines_of_order", "An order's amount is the sum of what is left on its lines.", lines_of_order),
    Check("on_order", "A customer's amount on order is the sum of the customer's open orders.", on_order),
    Check(
        "allocated",
        "What is reserved of an item at a location is what open orders still want of it.",
        allocated,
    ),
    Check(
        "on_hand",
        "Stock by store, by cost tier and by location adds up to the item's stock on hand.",
        on_hand,
    ),
)
