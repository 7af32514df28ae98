"""What must hold before a posting is written: the objections that several postings share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from counterfoil.connectors.sagepro.mapping import Document, to_invoice
from counterfoil.connectors.sagepro.posting.desk import Desk
from counterfoil.connectors.sagepro.profile import PostingDate, Profile
from counterfoil.connectors.sagepro.records import CustomerRecord, DocumentRecord, Row
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.facts.receipt import Application
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.ports.erp import Busy, Changed, Refused

Objections = Iterator[Changed | Refused | Busy]

MARKER_WIDTH_MIN = 8
"""Below this a hash of the key would repeat within a site's lifetime."""


def money_objections(key: PostingKey, amount: Money, tender: Tender, profile: Profile) -> Iterator[Refused]:
    """The books' currency, and an account for the gateway's money."""
    yield from currency_objections(key, amount, profile)
    yield from clearing_objections(key, tender, profile)


def clearing_objections(key: PostingKey, tender: Tender, profile: Profile) -> Iterator[Refused]:
    if tender not in profile.accounts.clearing:
        why = f"the profile names no account under accounts.clearing.{tender.value}"
        yield Refused(key=key, why=why)


def account_objections(key: PostingKey, entry: str, account: str) -> Iterator[Refused]:
    """The profile names the account that a posting needs; `entry` is its name there."""
    if not account:
        yield Refused(key=key, why=f"the profile names no account under accounts.{entry}")


def batch_objections(key: PostingKey, batched_on: date | None, profile: Profile) -> Iterator[Refused]:
    """Where postings bear the day of the gateway's batch, there is one."""
    if profile.posting_date is PostingDate.BATCH and batched_on is None:
        yield Refused(key=key, why="the payment is in no batch yet, and posting_date in the profile is batch")


def currency_objections(key: PostingKey, amount: Money, profile: Profile) -> Iterator[Refused]:
    if amount.currency != profile.currency:
        why = f"the amount is in {amount.currency}, the books are in {profile.currency}"
        yield Refused(key=key, why=why)


def marker_objections(key: PostingKey, reference: str, desk: Desk) -> Iterator[Refused]:
    width = min(MARKER_WIDTH_MIN, len(reference) or MARKER_WIDTH_MIN)
    if len(desk.marker(key, reference)) < width:
        why = "the reference column of the cash table is too narrow for any marker: widen it in Sage Pro"
        yield Refused(key=key, why=why)


def customer_objections(
    key: PostingKey, number: CustomerNumber, customers: tuple[CustomerRecord, ...], profile: Profile
) -> Iterator[Refused | Busy]:
    """The customer stands in the books once, is on nobody's screen and has a receivables account."""
    yield from customer_faults(key, number, customers)
    if customers and not (customers[0].receivable_account or profile.accounts.receivable):
        why = f"customer {number} names no receivables account, nor does the profile (accounts.receivable)"
        yield Refused(key=key, why=why)


def customer_faults(
    key: PostingKey, number: CustomerNumber, customers: tuple[CustomerRecord, ...]
) -> Iterator[Refused | Busy]:
    """The customer stands in the books once and is on nobody's screen."""
    name = f"customer {number}"
    if not customers:
        yield Refused(key=key, why=f"{name} does not exist: create it or choose another customer")
    if len(customers) > 1:
        why = f"{name} stands {len(customers)} times in the books: mend this in Sage Pro"
        yield Refused(key=key, why=why)
    for customer in customers:
        if customer.row.text("lock_state"):
            yield on_screen(key, name, customer.row)


def application_objections(
    key: PostingKey,
    customer: CustomerNumber,
    application: Application,
    documents: tuple[Document, ...],
    profile: Profile,
) -> Objections:
    """The invoice is there once, live, the customer's own, and has at least as much open as is applied."""
    name = f"invoice {application.invoice}"
    if not documents:
        yield Changed(key=key, current=(), why=f"{name} is no longer in the books")
        return
    if len(documents) > 1:
        why = f"{name} stands {len(documents)} times in the books: mend this in Sage Pro"
        yield Refused(key=key, why=why)
    document = documents[0]
    yield from screen_objections(key, name, document)
    yield from _movements(key, customer, application, document, profile)
    codes = code_faults(document.record, profile.codes.invoice, "invoice", profile)
    for why in (*shelf_faults(document), *codes):
        yield Refused(key=key, why=f"{name} {why}")


def screen_objections(key: PostingKey, name: str, document: Document) -> Iterator[Busy]:
    """Rows that a clerk has open are waited for and never overridden."""
    for record in document.records:
        if record.row.text("lock_state"):
            yield on_screen(key, name, record.row)


def on_screen(key: PostingKey, name: str, row: Row) -> Busy:
    user = row.text("lock_user") or "somebody"
    return Busy(key=key, what=f"{name} is open on the screen of {user} in Sage Pro")


def shelf_faults(document: Document) -> Iterator[str]:
    """What is wrong with where the document stands."""
    current, history = document.current, document.history
    if current is None:
        yield "stands in history only: post it by hand, or apply the money elsewhere"
    elif history is None and current.is_twin:
        yield "is marked as also in history, but is not there: mend this in Sage Pro"
    elif history is not None and history.balance != current.balance:
        yield f"has {current.balance} open, but {history.balance} in history: mend this in Sage Pro"


def code_faults(record: DocumentRecord, kinds: tuple[str, ...], code: str, profile: Profile) -> Iterator[str]:
    """Codes and currencies that a posting would not know how to treat; `code` names the profile's list."""
    codes = profile.codes
    if record.kind not in kinds:
        yield f"has type {record.kind!r}, which codes.{code} in the profile does not list"
    if record.status not in codes.live:
        yield f"has status {record.status!r}, which codes.live in the profile does not list"
    if record.currency not in {"", profile.currency} or record.exchange_rate not in {Decimal(0), Decimal(1)}:
        yield f"is in {record.currency} at rate {record.exchange_rate}: post it by hand"


def _movements(
    key: PostingKey, customer: CustomerNumber, application: Application, document: Document, profile: Profile
) -> Iterator[Changed]:
    """What somebody did to the document since the decision was made."""
    invoice = to_invoice(document, profile)
    name = f"invoice {invoice.number}"
    if invoice.customer != customer:
        why = f"{name} belongs to customer {invoice.customer}, not {customer}"
        yield Changed(key=key, current=(invoice,), why=why)
    elif invoice.void:
        yield Changed(key=key, current=(invoice,), why=f"{name} was voided")
    elif document.record.balance < application.settled.amount:
        why = f"{name} has {invoice.open} open, {application.settled} should be applied"
        yield Changed(key=key, current=(invoice,), why=why)
