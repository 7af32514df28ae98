from __future__ import annotations

from dataclasses import fields, replace

import pytest

from counterfoil.domain.correcting import (
    CORRECTABLE,
    CorrectionError,
    corrected,
    read_corrections,
    told_corrections,
)
from counterfoil.domain.payment import Payment
from tests.support.samples import a_payment

PAYMENT = a_payment(invoice_reference="INV 10O1")
RECORD = [field.name for field in fields(Payment) if field.name not in CORRECTABLE]


@pytest.mark.parametrize("name", [*RECORD, "nothing"])
def test_what_the_gateway_recorded_is_never_corrected(name: str) -> None:
    with pytest.raises(CorrectionError, match="only invoice_reference and order_reference are"):
        read_corrections({"invoice_reference": "1001", name: "1"})


@pytest.mark.parametrize("text", ["x" * 61, "10\n01"])
def test_a_document_is_named_in_one_short_line(text: str) -> None:
    with pytest.raises(CorrectionError, match="one line"):
        read_corrections({"invoice_reference": text})


def test_a_correction_says_something() -> None:
    with pytest.raises(CorrectionError, match="invoice_reference or order_reference"):
        read_corrections({})


def test_a_correction_changes_what_the_money_is_for_and_nothing_else() -> None:
    changes = read_corrections({"invoice_reference": " 1001 ", "order_reference": ""})
    assert corrected(PAYMENT, changes) == replace(PAYMENT, invoice_reference="1001")
    assert told_corrections(PAYMENT, {"invoice_reference": "1001"}) == (
        "invoice_reference was 'INV 10O1' and is '1001'"
    )
    assert corrected(PAYMENT, {}) == PAYMENT
