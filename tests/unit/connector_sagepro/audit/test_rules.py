from __future__ import annotations

from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.audit.findings import (
    FINDINGS_MAX,
    Check,
    Finding,
    Rule,
    Terms,
    plain,
    wrong,
)
from counterfoil.connectors.sagepro.audit.verdicts import EVIDENCE_MIN, Judge
from counterfoil.connectors.sagepro.profile import Codes
from counterfoil.connectors.sagepro.records import Certainty, Row, TableName
from tests.unit.connector_sagepro.audit.books import MemoryBooks

DOCUMENTS, HISTORY = TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY
CASH, LINES = TableName.CASH, TableName.LINES
TERMS = Terms(codes=Codes(), columns={})


def company() -> MemoryBooks:
    """One customer and the chart that it takes; no document yet."""
    books = MemoryBooks().add(TableName.CUSTOMERS, number="ABC", receivable_account="1100")
    books.add(TableName.LINK_CODES, sales_code="DEF", stock_code="DEF")
    books.add(TableName.ITEMS, item="BOLT").add(TableName.ACCOUNTS, number="1100")
    return books


def invoice(books: MemoryBooks, number: str, total: str, paid: str, discount: str, balance: str) -> None:
    """With its line, its receipt and its distribution."""
    shared = {"number": number, "customer": "ABC"}
    amounts = {"total": total, "paid": paid, "discount": discount, "balance": balance}
    books.add(DOCUMENTS, link_code="DEF", **shared, **amounts)
    codes = {"sales_code": "DEF", "stock_code": "DEF"}
    books.add(LINES, number=number, item="BOLT", line=1, extended_price=total, **codes)
    books.add(TableName.DISTRIBUTIONS, **shared, amount=balance, line_kind="R", account="1100", status="P")


def receipt(books: MemoryBooks, number: str, paid: str, discount: str) -> None:
    books.add(CASH, number=number, customer="ABC", paid=paid, discount=discount)


def found(books: MemoryBooks, *checks: str) -> dict[str, list[str]]:
    return {name: keys for name, keys in books.broken().items() if name in checks}


BALANCES = ("balance_of_document", "receipts_of_invoice")


def test_a_discount_that_stands_apart_is_taken_off_the_balance() -> None:
    books = company()
    for number in range(10):
        invoice(books, str(number), "100", "60", "5", "35")
        receipt(books, str(number), "60", "5")
    assert found(books, *BALANCES) == {}


def test_a_site_whose_amount_paid_holds_the_discount_is_learned_from_its_rows() -> None:
    books = company()
    for number in range(10):
        invoice(books, str(number), "100", "65", "5", "35")
        receipt(books, str(number), "60", "5")
    assert found(books, *BALANCES) == {}
    verdicts = books.verdicts()
    assert "discounts among it" in verdicts["balance_of_document"].meaning
    assert "and their discounts" in verdicts["receipts_of_invoice"].meaning


def test_one_odd_document_of_such_a_site_is_still_found() -> None:
    books = company()
    for number in range(10):
        invoice(books, str(number), "100", "65", "5", "35")
        receipt(books, str(number), "60", "5")
    invoice(books, "77", "100", "65", "5", "30")
    receipt(books, "77", "60", "5")
    assert found(books, *BALANCES) == {"balance_of_document": ["77"]}


@pytest.mark.parametrize("odd", range(1, EVIDENCE_MIN))
def test_a_few_odd_documents_do_not_speak_for_another_rule(odd: int) -> None:
    books = company()
    for number in range(odd):
        invoice(books, str(number), "100", "65", "5", "35")
        receipt(books, str(number), "60", "5")
    assert len(found(books, "balance_of_document")["balance_of_document"]) == odd


def test_many_odd_documents_among_more_that_follow_the_usual_rule_are_found() -> None:
    books = company()
    for number in range(30):
        invoice(books, str(number), "100", "60", "5", "35")
        receipt(books, str(number), "60", "5")
    for number in range(100, 110):
        invoice(books, str(number), "100", "65", "5", "35")
        receipt(books, str(number), "60", "5")
    assert len(found(books, "balance_of_document")["balance_of_document"]) == 10


def test_open_documents_of_history_count_or_do_not_as_the_sites_customers_say() -> None:
    for counted in (True, False):
        books = MemoryBooks()
        for number in range(9):
            books.add(TableName.CUSTOMERS, number=str(number), balance="30" if counted else "10")
            books.add(DOCUMENTS, number=f"1{number}", customer=str(number), total="10", balance="10")
            books.add(HISTORY, number=f"2{number}", customer=str(number), total="20", balance="20")
        assert found(books, "customer_balance") == {}


def test_a_document_in_both_tables_counts_once() -> None:
    books = MemoryBooks().add(TableName.CUSTOMERS, number="ABC", balance="10")
    for table in (DOCUMENTS, HISTORY):
        books.add(table, number="1", customer="ABC", total="10", balance="10", twin="X")
    assert found(books, "customer_balance", "twins_equal") == {}


def test_a_site_without_marks_is_asked_for_equal_rows_alone() -> None:
    books = MemoryBooks()
    for table in (DOCUMENTS, HISTORY):
        books.drop(table, "twin")
        books.add(table, number="1", customer="ABC", total="10", balance="10")
    assert found(books, "twins_equal") == {}
    books.add(DOCUMENTS, number="2", customer="ABC", total="10", balance="10")
    books.add(HISTORY, number="2", customer="ABC", total="10", balance="9")
    assert found(books, "twins_equal") == {"twins_equal": ["2"]}


def test_lines_of_a_site_that_numbers_none_are_not_told_to_be_double() -> None:
    for line, expected in ((0, {}), (1, {"numbers_unique": ["1 BOLT 1"]})):
        books = company()
        for _ in range(2):
            books.add(LINES, number="1", item="BOLT", line=line, extended_price="5")
        assert found(books, "numbers_unique", "twins_equal") == expected


def test_a_site_that_keeps_nothing_in_base_currency_is_left_alone() -> None:
    books = MemoryBooks()
    amounts = {"total": "10", "balance": "10"}
    books.add(DOCUMENTS, number="1", customer="ABC", exchange_rate=Decimal(1), **amounts)
    books.add(DOCUMENTS, number="2", customer="ABC", exchange_rate=Decimal(1), base_total="10", **amounts)
    books.add(DOCUMENTS, number="3", customer="ABC", exchange_rate=Decimal(2), base_total="20", **amounts)
    assert found(books, "base_currency") == {"base_currency": ["2"]}


def test_a_code_that_is_blank_leads_nowhere_and_asks_for_nothing() -> None:
    books = company()
    books.add(DOCUMENTS, number="1", customer="ABC")
    books.add(LINES, number="1", item="BOLT", line=1)
    assert found(books, "link_codes", "line_link_codes", "accounts_exist") == {}
    books.add(LINES, number="1", item="BOLT", line=2, sales_code="DEF")
    assert found(books, "line_link_codes") == {"line_link_codes": ["1"]}


def test_a_void_document_owes_nothing_whatever_the_site_calls_void() -> None:
    books = MemoryBooks().add(TableName.CUSTOMERS, number="ABC")
    books.add(DOCUMENTS, number="1", customer="ABC", total="10", balance="10", status="Z")
    assert "customer_balance" in books.broken()
    assert "customer_balance" not in books.broken(Codes(void=("Z",)))


def test_a_kind_that_nobody_knows_is_judged_by_its_sign() -> None:
    books = MemoryBooks()
    books.add(DOCUMENTS, number="1", customer="ABC", kind="D", total="10", paid="4", balance="6")
    books.add(DOCUMENTS, number="2", customer="ABC", kind="R", total="-10", paid="-4", balance="-6")
    assert found(books, "receipts_of_invoice") == {"receipts_of_invoice": ["1"]}
    assert found(books, "receipts_of_credit") == {"receipts_of_credit": ["2"]}


def test_a_reversed_receipt_does_not_count() -> None:
    books = company()
    invoice(books, "1", "100", "0", "0", "100")
    books.add(CASH, number="1", customer="ABC", paid="40", reversed=True)
    assert found(books, "receipts_of_invoice") == {}


def test_money_from_outside_receivables_belongs_to_no_document() -> None:
    books = MemoryBooks()
    books.add(CASH, customer="NON_AR", paid="40", account="1050")
    books.add(CASH, number="55", customer="XYZ", kind="N", paid="40", account="1050")
    assert found(books, "documents_exist") == {}
    books.add(CASH, number="66", customer="XYZ", paid="40", account="1050")
    assert found(books, "documents_exist") == {"documents_exist": ["66"]}


def test_orders_with_the_tax_in_their_amount_are_learned() -> None:
    books = MemoryBooks()
    for number in range(8):
        books.add(TableName.ORDERS, number=str(number), amount="11", tax="1")
        books.add(TableName.ORDER_LINES, number=str(number), line=1, extended_price="10")
    assert found(books, "lines_of_order") == {}


def test_bids_and_returns_are_no_demand() -> None:
    books = MemoryBooks().add(TableName.CUSTOMERS, number="ABC")
    for number, kind in enumerate("BR"):
        books.add(TableName.ORDERS, number=str(number), customer="ABC", kind=kind, amount="10")
        books.add(TableName.ORDER_LINES, number=str(number), extended_price="10")
    assert found(books, "on_order") == {}
    books.add(TableName.ORDERS, number="7", customer="ABC", amount="10")
    assert found(books, "on_order") == {"on_order": ["ABC"]}


def test_a_check_without_its_column_names_the_column() -> None:
    books = MemoryBooks()
    books.drop(DOCUMENTS, "tax")
    books.take_away(TableName.ORDERS, "there are no orders")
    verdicts = books.verdicts()
    assert verdicts["lines_of_document"].not_made == "the site's table armast has no column tax"
    assert verdicts["on_order"].not_made == "there are no orders"
    assert verdicts["lines_of_document"].looked_at == 0


def test_a_check_is_as_certain_as_the_least_certain_column_that_it_needs() -> None:
    verdicts = MemoryBooks().verdicts()
    assert verdicts["balance_of_document"].certainty is Certainty.VERIFIED
    assert verdicts["receipts_of_credit"].certainty is Certainty.VERIFIED
    assert verdicts["distribution_balanced"].certainty is Certainty.PROPOSED
    assert verdicts["base_currency"].certainty is Certainty.PROPOSED


def test_more_findings_than_are_kept_are_counted() -> None:
    row = Row(table=DOCUMENTS, record=1, values={})
    rule: Rule[int] = Rule("never", lambda number, _: iter([wrong(row, str(number), "total", "nothing")]))
    judge = Judge(Check(name="each", rules=(rule,)), TERMS)
    for number in range(FINDINGS_MAX + 3):
        judge.look(number)
    verdict = judge.verdict()
    assert (verdict.count, len(verdict.findings)) == (10_003, 10_000)
    assert not verdict.is_complete


@pytest.mark.parametrize(
    ("number", "text"),
    [("0", "0.00"), ("0E-4", "0.00"), ("12.3000", "12.30"), ("-0.0101", "-0.0101"), ("1E+3", "1000.00")],
)
def test_a_number_is_written_as_people_write_it(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


def test_a_finding_tells_how_much_it_is_off() -> None:
    books = MemoryBooks().add(TableName.CUSTOMERS, number="ABC", balance="7.50")
    (finding,) = books.verdicts()["customer_balance"].findings
    assert finding == Finding(
        check="customer_balance",
        table=TableName.CUSTOMERS,
        record=1,
        key="ABC",
        column="balance",
        expected="0.00",
        found="7.50",
        difference=Decimal("7.50"),
    )
