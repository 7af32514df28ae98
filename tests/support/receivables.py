"""A site with every account of the receivables postings, and facts beside the plain receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from counterfoil.connectors.sagepro.profile import Accounts, Profile, WriteOffs
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.domain.facts.credit_application import CreditApplicationFact
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.note import NotedStatus, PaymentNoteFact
from counterfoil.domain.facts.receipt import Application, ReceiptFact, WriteOff
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.facts.unidentified import Identification, UnidentifiedReceiptFact
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, OrderNumber, TransactionId
from counterfoil.domain.payment import Tender
from tests.support.sagepro_books import DAY, document_row, profile, receipt, usd

CLEARING, RECEIVABLE = "1050-000", "1101-000"
DISCOUNT, WRITE_OFF, SURCHARGE = "5800-000", "6170-000", "4250-000"
DEPOSITS, UNIDENTIFIED = "2400-000", "2050-000"
ACCOUNTS = Accounts(
    receivable="1100-000",
    clearing={Tender.CARD: CLEARING},
    discount=DISCOUNT,
    write_off=WRITE_OFF,
    surcharge=SURCHARGE,
    returns="4100-000",
    sales_tax="2200-000",
    bad_debt="6180-000",
    deposits=DEPOSITS,
    unidentified=UNIDENTIFIED,
)
WRITE_OFFS = WriteOffs(amount=Decimal(5), percent=Decimal(2))
SITE: Profile = profile(accounts=ACCOUNTS, write_offs=WRITE_OFFS)

TERMS: Mapping[str, Value] = {
    "invoiced_on": date(2026, 11, 12),
    "discount_percent": Decimal(2),
    "discount_days": 10,
}
"""Two percent within ten days, so that a payment of the usual day earns it."""


def invoice_rows(number: str, customer: str, open_: str, values: Mapping[str, Value] = TERMS) -> list[Row]:
    """An invoice that stands in the current table and in history."""
    return [
        replace(row, values={**row.values, **values})
        for row in (
            document_row(number, customer, open_, twin="X"),
            document_row(number, customer, open_, twin="X", table=TableName.DOCUMENT_HISTORY),
        )
    ]


def discounted(
    customer: str, invoice: str, amount: str, *, discount: str = "", write_off: str = ""
) -> ReceiptFact:
    """A receipt that closes one invoice with less money than is open on it."""
    part = Application(
        invoice=InvoiceNumber(invoice),
        amount=usd(amount),
        discount=usd(discount) if discount else None,
        write_off=WriteOff(amount=usd(write_off), reason="short by a little") if write_off else None,
        assumed_open=usd(sum(Decimal(text) for text in (amount, discount, write_off) if text)),
    )
    return replace(receipt(customer, {invoice: amount}), applications=(part,))


def surcharged(fact: ReceiptFact, surcharge: str) -> ReceiptFact:
    """The same receipt with so much charged on top."""
    return replace(fact, amount=fact.amount + usd(surcharge), surcharge=usd(surcharge))


def order_row(number: str, customer: str, **values: Value) -> Row:
    row: dict[str, Value] = {"number": number, "customer": customer, "status": "", "kind": ""}
    return Row(table=TableName.ORDERS, record=0, values={**row, **values})


def deposit(customer: str, amount: str, order: str, *, transaction: str = "4053461") -> ReceiptFact:
    """Money received for an order that is not invoiced yet."""
    fact = receipt(customer, {}, amount, transaction=transaction)
    return replace(fact, deposit_on=OrderNumber(order), reason=f"deposit on order {order}")


def application(
    customer: str, credit: str, applied: Mapping[str, str], *, left: str = "", transaction: str = "4053461"
) -> CreditApplicationFact:
    """A credit set against invoices, each with as much open as is applied."""
    parts = tuple(
        Application(invoice=InvoiceNumber(number), amount=usd(amount), assumed_open=usd(amount))
        for number, amount in applied.items()
    )
    return CreditApplicationFact(
        key=PostingKey(f"paytrace/m1/{transaction}/{'+'.join(applied)}", Effect.APPLICATION),
        customer=CustomerNumber(customer),
        credit=InvoiceNumber(credit),
        assumed_left=usd(left or sum(Decimal(amount) for amount in applied.values())),
        applications=parts,
        applied_on=DAY,
        reference=transaction,
    )


def unidentified(amount: str, *, transaction: str = "4053461") -> UnidentifiedReceiptFact:
    return UnidentifiedReceiptFact(
        key=PostingKey(f"paytrace/m1/{transaction}", Effect.UNIDENTIFIED),
        received_on=DAY,
        amount=usd(amount),
        tender=Tender.CARD,
        reference=TransactionId(transaction),
        reason="neither invoice nor customer was named",
    )


def identifying(fact: ReceiptFact, on: date = DAY) -> ReceiptFact:
    """The same receipt where its money stands as an unidentified one already."""
    posting = replace(fact.key, effect=Effect.UNIDENTIFIED, generation=1)
    return replace(fact, identification=Identification(posting=posting, identified_on=on))


def note(status: NotedStatus, *, order: str = "", invoice: str = "") -> PaymentNoteFact:
    return PaymentNoteFact(
        key=PostingKey(f"paytrace/m1/4053461/{status.value}", Effect.NOTE),
        status=status,
        order=OrderNumber(order) if order else None,
        invoice=InvoiceNumber(invoice) if invoice else None,
    )


def reversal(fact: Fact, day: date = DAY) -> ReversalFact:
    key = fact.key
    return ReversalFact(key=key.reversal, reverses=key, reversed_on=day, reason="voided at the gateway")
