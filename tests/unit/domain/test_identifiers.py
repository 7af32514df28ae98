from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.identifiers import document_number, normalise_reference, possible_references
from counterfoil.domain.own_marks import mark_invoice_id
from counterfoil.domain.payment import named_documents
from tests.support.samples import a_payment


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (" Inv #001234 ", "001234"),
        ("invoice no. 1234", "1234"),
        ("Invoice: 1234", "1234"),
        ("SO-5521", "5521"),
        ("#77", "77"),
        ("sub-10", "SUB-10"),
        ("  abc123 ", "ABC123"),
        ("Sophie7", "SOPHIE7"),
        ("", ""),
        ("  #  ", ""),
    ],
)
def test_a_reference_is_reduced_to_the_number(written: str, number: str) -> None:
    assert normalise_reference(written) == number


@given(st.text(max_size=80))
def test_normalising_twice_changes_nothing_more(written: str) -> None:
    once = normalise_reference(written)
    assert normalise_reference(once) == once


@pytest.mark.parametrize("written", ["", "n/a", "Deposit", "INVOICE", " PHONE ORDER "])
def test_a_word_without_a_digit_names_no_document(written: str) -> None:
    assert normalise_reference(written) == ""
    assert possible_references(written) == ()


def test_a_reference_is_looked_for_as_written_before_it_is_reduced() -> None:
    assert possible_references(" inv-1001 ") == ("INV-1001", "1001")
    assert possible_references("1001") == ("1001",)


def test_a_document_is_known_by_its_number_however_a_payment_writes_it() -> None:
    written = ("1001", " Inv #1001 ", "invoice 1001", mark_invoice_id("c1", "k", "1001"))
    assert {document_number(each) for each in written} == {"1001"}
    assert document_number("SO500\x1f") == "SO500"
    assert document_number("a gift") == ""


def test_a_payment_names_its_documents_once_each() -> None:
    paid = a_payment(invoice_reference="Inv 1001", order_reference="SO500")
    assert named_documents(paid) == ("1001", "SO500")
    assert named_documents(replace(paid, order_reference="1001", invoice_reference="gift")) == ("1001",)
