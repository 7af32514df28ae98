"""Words about payments on orders and invoices."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.notes import NOTED_TABLES, NoteColumn
from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.profile import parse_profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.keys import FactError
from counterfoil.domain.facts.note import NotedStatus, PaymentNoteFact
from counterfoil.ports.erp import Busy, Changed, Refused
from counterfoil.ports.errors import ConfigurationError
from tests.support.receivables import SITE, note, order_row, reversal
from tests.support.sagepro_books import DAY, PROFILE_TEXT, MemoryBooks, document_row

COLUMN = "+paystat"
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "postings.md"
FAILED, PAID, REFUNDED = NotedStatus.FAILED, NotedStatus.PAID, NotedStatus.REFUNDED


def books(word: str = "", **values: str) -> MemoryBooks:
    notes = {table: NoteColumn(column="paystat") for table in NOTED_TABLES}
    notes[TableName.DOCUMENTS] = NoteColumn(column="paystat", paid="PD", failed="NO", refunded="RF")
    order = {COLUMN: word, **values}
    return MemoryBooks(
        [
            order_row("501", "ABC", **order),
            document_row("1001", "ABC", "100", **{COLUMN: ""}),  # type: ignore[arg-type]
            document_row("1001", "ABC", "100", table=TableName.DOCUMENT_HISTORY, **{COLUMN: ""}),
        ],
        SITE.model_copy(update={"notes": notes, "locked_through": DAY}),
    )


def word_on(company: MemoryBooks, table: TableName, number: str) -> str:
    return company.one(table, number).text(COLUMN)


@pytest.mark.parametrize(
    ("before", "status", "after"),
    [
        ("", FAILED, "Failed"),
        ("", PAID, "Paid"),
        ("Failed", PAID, "Paid"),
        ("Paid", REFUNDED, "Refunded"),
        ("Refunded", PAID, "Paid"),
        ("Paid", FAILED, "Paid"),
        ("Refunded", FAILED, "Refunded"),
    ],
)
def test_a_failure_never_hides_a_success(before: str, status: NotedStatus, after: str) -> None:
    company = books(before)
    answer = company.post(note(status, order="501"))
    assert isinstance(answer, Plan)
    assert answer.document == "501"
    assert word_on(company, TableName.ORDERS, "501") == after


def test_an_invoice_is_noted_wherever_it_stands_in_the_words_of_each_table() -> None:
    company = books()
    assert isinstance(company.post(note(REFUNDED, invoice="1001")), Plan)
    assert word_on(company, TableName.DOCUMENTS, "1001") == "RF"
    assert word_on(company, TableName.DOCUMENT_HISTORY, "1001") == "Refunded"


def test_a_word_of_somebody_else_stays() -> None:
    company = books("HOLD")
    answer = company.post(note(PAID, order="501"))
    assert isinstance(answer, Refused)
    assert "somast.paystat of order 501 says 'HOLD'" in answer.why


def test_screens_are_waited_for_and_vanished_orders_told() -> None:
    assert isinstance(books(lock_state="L").post(note(PAID, order="501")), Busy)
    assert isinstance(books().post(note(PAID, order="502")), Changed)


def test_nothing_is_noted_where_the_profile_names_no_column() -> None:
    company = books()
    company.site = SITE
    answer = company.post(note(PAID, order="501"))
    assert isinstance(answer, Refused)
    assert "notes.somast" in answer.why


def test_a_reversal_puts_the_former_word_back_unless_another_stands_there() -> None:
    company = books("Failed")
    fact = note(PAID, order="501")
    company.post(fact)
    assert isinstance(company.post(reversal(fact)), Plan)
    assert word_on(company, TableName.ORDERS, "501") == "Failed"
    other = books("Failed")
    other.post(fact)
    other.post(note(REFUNDED, order="501"))
    assert isinstance(other.post(reversal(fact)), Plan)
    assert word_on(other, TableName.ORDERS, "501") == "Refunded"


def test_a_note_stands_on_one_thing_and_has_a_key_of_its_own() -> None:
    fact = note(PAID, order="501")
    with pytest.raises(FactError, match="one order or on one invoice"):
        note(PAID)
    with pytest.raises(FactError, match="no key of a note"):
        PaymentNoteFact(key=fact.key.reversal, status=PAID, order=fact.order)


def test_only_orders_and_documents_are_noted() -> None:
    text = PROFILE_TEXT + "notes: {arcust: {column: paystat}}\n"
    with pytest.raises(ConfigurationError, match="arcust is none of somast"):
        parse_profile(text)


def test_the_page_names_every_table_that_may_be_noted() -> None:
    (section,) = (
        part for part in PAGE.read_text("utf-8").split("\n## ") if part.startswith("Note on an order")
    )
    rows = {line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| ")}
    assert rows == {"table", *(table.value for table in NOTED_TABLES)}
