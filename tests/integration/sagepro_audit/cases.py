"""One wrong row for each invariant, and exactly what an audit must then find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from counterfoil.foxpro.records.fields import Value
from tests.integration.sagepro_audit.damage import (
    CENT,
    Row,
    amount,
    append,
    change,
    delete,
    first,
    is_blank,
)

Found = dict[str, list[tuple[str, str]]]
"""Table and column of every finding, by check."""
HEAD, TWIN, LINE, CASH = "armast01", "arymst01", "artran01", "arcash01"
LEDGER, CUSTOMER, PLACE = "ardist01", "arcust01", "iciloc01"
CONTROL = {"customer_balance": [(CUSTOMER, "balance")], "receivable_control": [("glacnt01", "glcurb")]}


@dataclass(frozen=True)
class Case:
    """What is done to the books, and what must be found."""

    name: str
    harm: Callable[[Path], object]
    found: Found


def any_row(_: Row) -> bool:
    return True


def open_invoice(row: Row) -> bool:
    return is_blank(row, "artype", "arstat", "currhist") and amount(row, "balance") > 0


def plain_line(row: Row) -> bool:
    return is_blank(row, "artype", "currhist")


def open_order(row: Row) -> bool:
    return is_blank(row, "sostat", "sotype", "currhist")


def twin(row: Row) -> bool:
    return row["currhist"] == "X"


def received(row: Row) -> bool:
    counts = row["recdel"] is not True and str(row["custno"]).strip() != "NON_AR"
    return counts and is_blank(row, "artype", "applto")


def applied_credit(row: Row) -> bool:
    return row["artype"] == "O" and not is_blank(row, "applto")


def of_kind(kind: str, *, receipt: bool = True) -> Callable[[Row], bool]:
    return lambda row: row["dttype"] == kind and is_blank(row, "ref") is not receipt


def cent(table: str, wanted: Callable[[Row], bool], *columns: str) -> Callable[[Path], None]:
    def harm(folder: Path) -> None:
        recno, row = first(folder, table, wanted)
        change(folder, table, recno, **{column: amount(row, column) + CENT for column in columns})

    return harm


def put(table: str, wanted: Callable[[Row], bool], **values: Value) -> Callable[[Path], None]:
    return lambda folder: change(folder, table, first(folder, table, wanted)[0], **values)


def left_justified(folder: Path) -> None:
    recno, row = first(folder, "armast", open_invoice)
    change(folder, "armast", recno, invno=str(row["invno"]).strip())


def twice(table: str, wanted: Callable[[Row], bool]) -> Callable[[Path], object]:
    return lambda folder: append(folder, table, first(folder, table, wanted)[1])


def gone(table: str, wanted: Callable[[Row], bool]) -> Callable[[Path], None]:
    return lambda folder: delete(folder, table, first(folder, table, wanted)[0])


CASES = (
    Case(
        "a document's balance",
        cent("armast", open_invoice, "balance", "bbal"),
        {
            "balance_of_document": [(HEAD, "balance")],
            "receivable_of_document": [(HEAD, "balance")],
            **CONTROL,
        },
    ),
    Case(
        "a document's amount paid",
        cent("armast", open_invoice, "paidamt", "bpaidamt"),
        {"balance_of_document": [(HEAD, "balance")], "receipts_of_invoice": [(HEAD, "paidamt")]},
    ),
    Case(
        "a document's discount",
        cent("armast", open_invoice, "disamt", "bdisamt"),
        {"balance_of_document": [(HEAD, "balance")], "receipts_of_invoice": [(HEAD, "disamt")]},
    ),
    Case(
        "an overpaid invoice",
        put("armast", open_invoice, balance=-CENT, bbal=-CENT),
        {
            "balance_of_document": [(HEAD, "balance")],
            "open_within_total": [(HEAD, "balance")],
            "receivable_of_document": [(HEAD, "balance")],
            **CONTROL,
        },
    ),
    Case("a document's tax", cent("armast", open_invoice, "tax"), {"lines_of_document": [(HEAD, "invamt")]}),
    Case("a line", cent("artran", plain_line, "extprice"), {"lines_of_document": [(HEAD, "invamt")]}),
    Case(
        "a receipt",
        cent("arcash", received, "paidamt", "bpaidamt"),
        {"receipts_of_invoice": [(HEAD, "paidamt")], "receipts_distributed": [(CASH, "paidamt")]},
    ),
    Case(
        "an application of credit",
        cent("arcash", applied_credit, "paidamt", "bpaidamt"),
        {"receipts_of_credit": [(HEAD, "paidamt")]},
    ),
    Case(
        "an amount in base currency",
        cent("armast", open_invoice, "bbal"),
        {"base_currency": [(HEAD, "bbal")]},
    ),
    Case(
        "a distribution of a document",
        cent("ardist", of_kind("S", receipt=False), "amount", "bamount"),
        {"distribution_balanced": [(LEDGER, "amount")]},
    ),
    Case(
        "a distribution of a receipt",
        cent("ardist", of_kind("R"), "amount", "bamount"),
        {"receivable_of_document": [(TWIN, "balance")], "receipt_balanced": [(LEDGER, "amount")]},
    ),
    Case(
        "a cash account that is none",
        put("ardist", of_kind("C"), account="12020-211"),
        {
            "receipts_distributed": [(LEDGER, "amount"), (CASH, "paidamt")],
            "accounts_exist": [(LEDGER, "account")],
        },
    ),
    Case(
        "a customer's balance",
        cent("arcust", any_row, "balance"),
        {"customer_balance": [(CUSTOMER, "balance")]},
    ),
    Case("a customer on order", cent("arcust", any_row, "onorder"), {"on_order": [(CUSTOMER, "onorder")]}),
    Case(
        "a customer's account",
        put("arcust", any_row, sltxact="99999-999"),
        {"accounts_exist": [(CUSTOMER, "sltxact")]},
    ),
    Case("an account", cent("glacnt", any_row, "glcurb"), {"trial_balance": [("glacnt01", "glcurb")]}),
    Case(
        "an order's amount",
        cent("somast", open_order, "ordamt"),
        {"lines_of_order": [("somast01", "ordamt")], "on_order": [(CUSTOMER, "onorder")]},
    ),
    Case(
        "an order's line",
        cent("sotran", open_order, "extprice"),
        {"lines_of_order": [("somast01", "ordamt")]},
    ),
    Case(
        "what an order still wants",
        cent("sotran", lambda row: open_order(row) and row["stkcode"] == "Y", "qtyord"),
        {"allocated": [(PLACE, "lsoaloc")]},
    ),
    Case("an item's stock", cent("icitem", any_row, "ionhand"), {"on_hand": [("icitem01", "ionhand")]}),
    Case(
        "stock at a location",
        cent("iciloc", any_row, "lonhand"),
        {
            "on_hand": [("icitem01", "ionhand")],
            "on_hand_by_store": [(PLACE, "lonhand")],
            "on_hand_by_tier": [(PLACE, "lonhand")],
        },
    ),
    Case(
        "stock that is reserved",
        cent("iciloc", any_row, "lsoaloc"),
        {"allocated": [(PLACE, "lsoaloc")], "allocated_by_store": [(PLACE, "lsoaloc")]},
    ),
    Case("stock in a store", cent("iciqty", any_row, "qonhand"), {"on_hand_by_store": [(PLACE, "lonhand")]}),
    Case(
        "stock reserved in a store",
        cent("iciqty", any_row, "qsoaloc"),
        {"allocated_by_store": [(PLACE, "lsoaloc")]},
    ),
    Case(
        "stock of a cost tier", cent("iccost", any_row, "conhand"), {"on_hand_by_tier": [(PLACE, "lonhand")]}
    ),
    Case("a number at the left", left_justified, {"numbers_justified": [(HEAD, "invno")]}),
    Case(
        "a customer that is none",
        put("armast", open_invoice, custno="NOBODY"),
        {"customers_exist": [(HEAD, "custno")], **CONTROL},
    ),
    Case(
        "an item that is none",
        put("artran", plain_line, item="NOTHING"),
        {"items_exist": [(LINE, "item")]},
    ),
    Case(
        "a document's link code",
        put("armast", open_invoice, glarec="ZZZ"),
        {"link_codes": [(HEAD, "glarec")]},
    ),
    Case(
        "a line's link code", put("artran", plain_line, glsale="ZZZ"), {"line_link_codes": [(LINE, "glsale")]}
    ),
    Case(
        "a twin without its mark",
        put("armast", twin, currhist=""),
        {"twins_equal": [(HEAD, "currhist"), (TWIN, "currhist")]},
    ),
    Case(
        "a mark without its twin",
        put("armast", open_invoice, currhist="X"),
        {"twins_equal": [(HEAD, "currhist")]},
    ),
    Case(
        "a twin that is not equal",
        put("arymst", twin, dtepaid=date(2026, 1, 1)),
        {"twins_equal": [(TWIN, "dtepaid")]},
    ),
    Case(
        "an order's mark without its twin",
        put("somast", open_order, currhist="X"),
        {"order_twins_equal": [("somast01", "currhist")]},
    ),
    Case("a customer twice", twice("arcust", any_row), {"masters_unique": [(CUSTOMER, "custno")]}),
    Case(
        "a line twice",
        twice("artran", plain_line),
        {"lines_of_document": [(HEAD, "invamt")], "numbers_unique": [(LINE, "invno")]},
    ),
    Case("a document twice", twice("armast", open_invoice), {"numbers_unique": [(HEAD, "invno")], **CONTROL}),
    Case(
        "an order twice",
        twice("somast", open_order),
        {"order_numbers_unique": [("somast01", "sono")], "on_order": [(CUSTOMER, "onorder")]},
    ),
    Case(
        "a document that is gone",
        gone("armast", open_invoice),
        {
            "documents_exist": [*[(LINE, "invno")] * 3, (CASH, "invno"), *[(LEDGER, "invno")] * 5],
            **CONTROL,
        },
    ),
    Case(
        "an order that is gone",
        gone("somast", open_order),
        {
            "orders_exist": [("sotran01", "sono")] * 5,
            "on_order": [(CUSTOMER, "onorder")],
            "allocated": [(PLACE, "lsoaloc")] * 4,
        },
    ),
    Case(
        "a customer that is gone",
        gone("arcust", any_row),
        {
            "customers_exist": [
                *[(HEAD, "custno")] * 4,
                *[(TWIN, "custno")] * 5,
                *[("somast01", "custno")] * 2,
                *[("soymst01", "custno")] * 4,
            ],
            "receivable_control": [("glacnt01", "glcurb")],
        },
    ),
)
