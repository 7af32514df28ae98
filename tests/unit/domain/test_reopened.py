from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber
from counterfoil.domain.invoice import Invoice, ItemKind, ReceiptEntry, Shelf
from counterfoil.domain.reopened import is_reopened
from tests.support.sagepro_books import usd

OPEN = Invoice(
    number=InvoiceNumber("1001"),
    customer=CustomerNumber("ABC"),
    kind=ItemKind.INVOICE,
    shelf=Shelf.CURRENT,
    invoiced_on=date(2026, 10, 1),
    due_on=None,
    total=usd(100),
    open=usd(40),
)


def received(amount: str, reference: str) -> ReceiptEntry:
    return ReceiptEntry(
        document=OPEN.number,
        customer=OPEN.customer,
        paid_on=date(2026, 11, 1),
        amount=usd(amount),
        discount=usd(0),
        reference=reference,
        entered_by="CFOL",
    )


@pytest.mark.parametrize(
    ("amounts", "reopened"),
    [
        ([], False),
        ([("60", "1")], False),
        ([("100", "1"), ("-40", "2")], True),
        ([("100", "1"), ("-100", "1")], True),
        ([("60", "1"), ("-60", "D-1"), ("60", "D-1")], False),
        ([("60", "1"), ("-60", "D-1"), ("60", "D-1"), ("-20", "3")], True),
        ([("60", "1"), ("-60", "D-1"), ("0", "D-1")], True),
    ],
)
def test_an_invoice_is_open_again_where_the_last_word_took_money_back(
    amounts: list[tuple[str, str]], reopened: bool
) -> None:
    receipts = [received(amount, reference) for amount, reference in amounts]
    assert is_reopened(OPEN, receipts) is reopened


@pytest.mark.parametrize("change", [{"open": usd(0)}, {"void": True}, {"kind": ItemKind.OPEN_CREDIT}])
def test_what_nobody_collects_is_not_open_again(change: dict[str, object]) -> None:
    receipts = [received("100", "1"), received("-40", "2")]
    assert not is_reopened(replace(OPEN, **change), receipts)  # type: ignore[arg-type]
