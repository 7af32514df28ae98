"""What conditions may ask of payments, refunds, batches and disputes: the fields of their stored forms."""

from __future__ import annotations

from enum import Enum

from counterfoil.domain.dispute import DisputeStage
from counterfoil.domain.payment import PaymentKind, PaymentStatus, Tender
from counterfoil.ports.catalogue import FieldType, ResultField


def _choice(name: str, label: str, words: type[Enum]) -> ResultField:
    choices = tuple(str(word.value) for word in words)
    return ResultField(name=name, label=label, type=FieldType.TEXT, example=choices[0], words=choices)


def _text(name: str, label: str, example: str, *, may_be_absent: bool = True) -> ResultField:
    return ResultField(
        name=name, label=label, type=FieldType.TEXT, example=example, may_be_absent=may_be_absent
    )


def _money(name: str, label: str, example: str, *, may_be_absent: bool = False) -> ResultField:
    return ResultField(
        name=name, label=label, type=FieldType.MONEY, example=example, may_be_absent=may_be_absent
    )


PAYMENT_FIELDS = (
    _text("transaction", "The gateway's number of it", "105968", may_be_absent=False),
    _choice("kind", "What it does with money", PaymentKind),
    _choice("status", "Where it stands", PaymentStatus),
    _choice("tender", "What the customer paid with", Tender),
    _money("amount", "The whole amount", "120.00 USD"),
    _money("surcharge", "The part that was added for paying by card", "3.60 USD", may_be_absent=True),
    _text("invoice_reference", "The invoice number that was given", "0000012345"),
    _text("order_reference", "The order or purchase reference that was given", "PO-77"),
    _text("vault_customer", "The stored payer at the gateway", "CUST100"),
    _text("payer_name", "The payer's name", "Ann Lee"),
    _text("last_four", "The last four digits of card or account", "5439"),
    _text("vendor_status", "The gateway's own words for the status", "Approved"),
)
SETTLEMENT_FIELDS = (
    _text("number", "The gateway's number of the batch", "571", may_be_absent=False),
    _money("payments_total", "What its payments come to", "1,240.00 USD"),
    _money("refunds_total", "What its refunds come to", "40.00 USD"),
)
DISPUTE_FIELDS = (
    _text("case", "The processor's number of the case", "CB-1", may_be_absent=False),
    _choice("stage", "What happened in the dispute", DisputeStage),
    _money("amount", "The chargeback's or the fee's amount", "120.00 USD"),
    _money("paid_amount", "The payment's amount, where it is another", "150.00 USD", may_be_absent=True),
    _text("last_four", "The last four digits of the card", "5439"),
    _text("reason", "The bank's reason, as it was told", "fraud"),
)
