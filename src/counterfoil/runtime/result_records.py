"""What the inputs and results of the shipped operations are made of."""

from __future__ import annotations

from counterfoil.domain.comparing import Difference
from counterfoil.domain.dispute import Dispute, Matched, Unmatched
from counterfoil.domain.due_charges import DueCharge
from counterfoil.domain.pay_links import PayLinkWish
from counterfoil.domain.payer_names import PayerChanges
from counterfoil.domain.payment import Payment
from counterfoil.domain.settlement import Settlement
from counterfoil.domain.settling import Content
from counterfoil.ports import encoding
from counterfoil.ports.erp import Posted
from counterfoil.ports.field_types import FieldSpec, RecordSpec, ValueType
from counterfoil.ports.record_forms import kinds_of, members_of, record_of
from counterfoil.runtime.record_words import DISPUTE_WORDS, PAYMENT_WORDS, SETTLEMENT_WORDS

PAYMENT = record_of("payment", "A payment or refund as the gateway confirmed it", Payment, PAYMENT_WORDS)
SETTLEMENT = record_of("settlement", "A batch as the gateway closed it", Settlement, SETTLEMENT_WORDS)
CONTENT = record_of("content", "What a batch is made of, and what of it is in the books", Content)
DISPUTE = record_of("dispute", "One stage of a dispute as the processor told it", Dispute, DISPUTE_WORDS)
DUE_CHARGE = record_of("due_charge", "A charge of an invoice that is due", DueCharge)
PAY_LINK_WISH = record_of("pay_link_wish", "A link by which a customer is asked to pay", PayLinkWish)
PAYER_CHANGES = record_of("payer_changes", "Stored payers that get another name", PayerChanges)
DECISION = kinds_of("decision", "Whose money it is and what it pays", encoding.DECISION)
FACT = kinds_of("fact", "What is to become true in the books", encoding.FACT)
POSTED = record_of("posted", "What stands in the books under a key", Posted)
FOUND_KINDS: encoding.Kinds[Matched | Unmatched] = encoding.Kinds(
    {"matched": Matched, "unmatched": Unmatched}
)
FOUND = kinds_of("found", "Which payment it is about", FOUND_KINDS)
FACTS, DECISIONS, FINDINGS = members_of(FACT), members_of(DECISION), members_of(FOUND)
POSTING = members_of(kinds_of("posting", "What the books answered", encoding.POSTING_ANSWER))
"""By outcome: the answer's own word."""
COMPARED_DAY = RecordSpec(
    name="compared_day",
    label="A day of the gateway, compared with the books",
    fields=(
        FieldSpec(name="day", label="The day", type=ValueType.DATE, example="2026-03-31"),
        FieldSpec(
            name="items",
            label="What differs",
            type=ValueType.LIST,
            record=record_of("difference", "A payment that gateway and books tell differently", Difference),
        ),
    ),
)
DUE_INVOICE = RecordSpec(
    name="due_invoice",
    label="An invoice that is due",
    fields=(
        FieldSpec(name="invoice", label="Its number", type=ValueType.TEXT, example="1001"),
        FieldSpec(name="customer", label="Whose it is", type=ValueType.TEXT, example="ABC"),
        FieldSpec(name="open", label="What is open", type=ValueType.MONEY, example="120.00 USD"),
        FieldSpec(name="due_on", label="When it is due", type=ValueType.DATE, example="2026-03-31"),
    ),
)
DUE_INVOICES = RecordSpec(
    name="due_invoices",
    label="Invoices that are due",
    fields=(FieldSpec(name="items", label="The invoices", type=ValueType.LIST, record=DUE_INVOICE),),
)
