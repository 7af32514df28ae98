from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from counterfoil.sandbox.sagepro.audit import CHECKS, audit
from counterfoil.sandbox.sagepro.audit.books import Books, Count, Entry
from counterfoil.sandbox.sagepro.company import books_of, make_company
from counterfoil.sandbox.sagepro.market import SMALL
from counterfoil.sandbox.sagepro.structures.columns import PRESETS, Widths
from tests.unit.sandbox_sagepro.samples import AS_OF, broken, changed, find, small_books, without

CENT = Decimal("0.01")

# A cent put into one column, and the checks of which at least these must notice.
CENTS = [
    ("arcust", "balance", {"customer_balance"}),
    ("arcust", "onorder", {"on_order"}),
    ("armast", "invamt", {"balance_of_document", "lines_of_document", "base_currency"}),
    ("armast", "paidamt", {"balance_of_document", "base_currency"}),
    ("armast", "disamt", {"balance_of_document", "receipts_of_invoice"}),
    ("armast", "balance", {"balance_of_document", "customer_balance", "receivable_control"}),
    ("armast", "bbal", {"base_currency"}),
    ("armast", "tax", {"lines_of_document"}),
    ("arymst", "balance", {"balance_of_document"}),
    ("arymst", "paidamt", {"balance_of_document"}),
    ("artran", "extprice", {"lines_of_document"}),
    ("arytrn", "extprice", {"lines_of_document"}),
    ("arcash", "paidamt", {"receipts_distributed", "base_currency"}),
    ("arycsh", "paidamt", {"receipts_of_invoice", "receipts_distributed", "base_currency"}),
    ("arycsh", "disamt", {"receipts_of_invoice", "base_currency"}),
    ("ardist", "amount", {"distribution_balanced", "base_currency"}),
    ("ardist", "bamount", {"base_currency"}),
    ("glacnt", "glcurb", {"trial_balance"}),
    ("somast", "ordamt", {"lines_of_order"}),
    ("sotran", "extprice", {"lines_of_order"}),
    ("soymst", "ordamt", {"lines_of_order"}),
    ("soytrn", "extprice", {"lines_of_order"}),
    ("icitem", "ionhand", {"on_hand"}),
    ("iciloc", "lonhand", {"on_hand"}),
    ("iciloc", "lsoaloc", {"allocated"}),
    ("iciqty", "qonhand", {"on_hand"}),
    ("iciqty", "qsoaloc", {"allocated"}),
    ("iccost", "conhand", {"on_hand"}),
]


@pytest.mark.parametrize("widths", PRESETS, ids=lambda widths: widths.name)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_new_company_has_clean_books(seed: int, widths: Widths) -> None:
    verdicts = audit(books_of(make_company(seed, AS_OF, widths=widths, size=SMALL)))
    assert [(verdict.name, verdict.differences) for verdict in verdicts if not verdict.ok] == []
    assert [verdict.name for verdict in verdicts] == [check.name for check in CHECKS]


@pytest.mark.parametrize(
    "as_of", [date(2024, 2, 29), date(2026, 1, 1), date(2026, 1, 20), date(2026, 1, 21), date(2026, 12, 31)]
)
def test_books_are_clean_whatever_the_day(as_of: date) -> None:
    assert broken(books_of(make_company(11, as_of, size=SMALL))) == {}


def test_every_check_looks_at_something() -> None:
    verdicts = audit(small_books())
    assert {verdict.name for verdict in verdicts if not verdict.looked_at} == {"record_counts"}


@pytest.mark.parametrize(
    ("table", "column", "checks"), CENTS, ids=[f"{table}.{column}" for table, column, _ in CENTS]
)
def test_one_wrong_cent_is_found(table: str, column: str, checks: set[str]) -> None:
    books = small_books()
    entry = next(iter(books.rows(table)))
    found = broken(changed(books, entry, **{column: entry.amount(column) + CENT}))
    assert checks <= found.keys()
    assert all(abs(each.amount) == CENT for each in found[min(checks)].differences)


def test_a_difference_names_table_row_key_and_cents() -> None:
    books = small_books()
    entry = next(iter(books.rows("arcust")))
    (difference,) = broken(changed(books, entry, balance=entry.amount("balance") - CENT))[
        "customer_balance"
    ].differences
    assert (difference.table, difference.record) == ("arcust", entry.record)
    assert (difference.key, difference.column) == (entry.text("custno"), "balance")
    assert difference.amount == -CENT


def twin(books: Books) -> Entry:
    return find(books, "armast", currhist="X")


def test_a_payment_written_to_one_of_two_twins_is_found() -> None:
    books = small_books()
    entry = twin(books)
    paid, balance = entry.amount("paidamt") + 1, entry.amount("balance") - 1
    found = broken(changed(books, entry, paidamt=paid, balance=balance))
    assert {each.column for each in found["twins_equal"].differences} >= {"paidamt", "balance"}


def test_a_twin_without_its_mark_is_found() -> None:
    books = small_books()
    assert "twins_equal" in broken(changed(books, twin(books), currhist=""))


def test_a_mark_without_its_twin_is_found() -> None:
    books = small_books()
    other = find(books, "arymst", invno=twin(books).values["invno"])
    assert "twins_equal" in broken(without(books, other))


def test_a_receipt_that_is_missing_is_found() -> None:
    books = small_books()
    entry = find(books, "arycsh", artype="", applto="", recdel=False)
    assert {"receipts_of_invoice", "receipts_distributed"} <= broken(without(books, entry)).keys()


def test_an_application_of_credit_that_is_missing_is_found() -> None:
    books = small_books()
    entry = next(
        each for each in books.rows("arcash", "arycsh") if each.text("artype") and each.text("applto")
    )
    assert "receipts_of_credit" in broken(without(books, entry))


def test_a_distribution_row_that_is_missing_is_found() -> None:
    books = small_books()
    entry = find(books, "ardist", dttype="R")
    assert {"distribution_balanced", "receivable_of_document"} <= broken(without(books, entry)).keys()


def test_an_overpaid_invoice_is_found() -> None:
    books = small_books()
    entry = find(books, "armast", artype="")
    assert "open_within_total" in broken(changed(books, entry, balance=Decimal(-1)))


@pytest.mark.parametrize(
    ("table", "place", "values", "check"),
    [
        ("armast", {"artype": ""}, {"invno": " 100000001"}, "numbers_unique"),
        ("armast", {}, {"invno": "77"}, "numbers_justified"),
        ("arcash", {}, {"invno": "    999999"}, "owners_exist"),
        ("armast", {}, {"custno": "NOBODY"}, "owners_exist"),
        ("armast", {}, {"glarec": "ZZZ"}, "link_codes"),
        ("artran", {"artype": ""}, {"glsale": "ZZZ"}, "link_codes"),
        ("ardist", {}, {"account": "99999-999"}, "accounts_exist"),
        ("arcust", {}, {"aracct": "99999-999"}, "accounts_exist"),
        ("arglac", {}, {"incom": "99999-999"}, "accounts_exist"),
        ("sysdata", {"sysid": "AR01"}, {"int1": Decimal(5)}, "counters"),
    ],
)
def test_a_wrong_key_is_found(
    table: str, place: dict[str, object], values: dict[str, object], check: str
) -> None:
    books = small_books()
    entry = find(books, table, **place)
    assert check in broken(changed(books, entry, **values))


def test_a_record_count_that_is_off_is_found() -> None:
    books = replace(small_books(), counts={"arcust": Count(header=5, found=6)})
    assert broken(books).keys() == {"record_counts"}


def test_a_posting_as_the_connector_makes_it_keeps_the_books_clean() -> None:
    """A receipt of the current period on an invoice that stands in both tables."""
    books = small_books()
    invoice, amount = twin(books), Decimal("1.25")
    for table in ("armast", "arymst"):
        row = find(books, table, invno=invoice.values["invno"])
        books = changed(
            books,
            row,
            **{name: row.amount(name) + amount for name in ("paidamt", "bpaidamt")},
            **{name: row.amount(name) - amount for name in ("balance", "bbal")},
        )
    customer = find(books, "arcust", custno=invoice.values["custno"])
    books = changed(books, customer, balance=customer.amount("balance") - amount)
    shared = {key: invoice.values[key] for key in ("invno", "custno", "exchrat")}
    cash = {**shared, "glaccnt": "10300-000", "paidamt": amount, "bpaidamt": amount, "refno": "4053461"}
    rows = [("10300-000", "C", amount), (customer.text("aracct"), "R", -amount)]
    added = {
        "arcash": [Entry("arcash", 9001, cash)],
        "ardist": [
            Entry(
                "ardist",
                9001,
                {
                    **shared,
                    "ref": "4053461",
                    "account": account,
                    "dttype": kind,
                    "amount": part,
                    "bamount": part,
                },
            )
            for account, kind, part in rows
        ],
    }
    tables = {name: [*entries, *added.get(name, [])] for name, entries in books.tables.items()}
    assert broken(replace(books, tables=tables)) == {}
