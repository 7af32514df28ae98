"""What must hold before a receipt is written: every objection that the rows under the locks give rise to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from counterfoil.connectors.sagepro.mapping import Document, to_invoice
from counterfoil.connectors.sagepro.profile import PostingDate, Profile
from counterfoil.connectors.sagepro.records import CustomerRecord, DocumentRecord, Row
from counterfoil.domain.facts import Application, ReceiptFact
from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.ports.erp import Busy, Changed, Refused

MARKER_WIDTH_MIN = 8
"""Below this a hash of the key would repeat within a site's lifetime."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What was read, under the locks, for one fact."""

    customers: tuple[CustomerRecord, ...]
    """The rows with the customer's number; only one is right, but no index of Sage Pro says so."""
    documents: Mapping[InvoiceNumber, tuple[Document, ...]]
    marker: str
    """What goes into the reference columns."""
    credit_number: str = ""
    """A free number for an open credit; only where the fact leaves money on account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The site's rules and the moment of posting, in the company's time zone."""

    profile: Profile
    now: datetime

    def posting_date(self, fact: ReceiptFact) -> date:
        return fact.received_on if self.profile.posting_date is PostingDate.RECEIVED else self.now.date()


def objections(fact: ReceiptFact, held: Held, terms: Terms) -> Iterator[Changed | Refused | Busy]:
    """Everything that stands against the receipt; the first is the answer."""
    profile = terms.profile
    if fact.amount.currency != profile.currency:
        yield _refused(fact, f"the receipt is in {fact.amount.currency}, the books are in {profile.currency}")
    if fact.tender not in profile.accounts.clearing:
        yield _refused(fact, f"the profile names no account under accounts.clearing.{fact.tender.value}")
    if len(held.marker) < min(MARKER_WIDTH_MIN, len(fact.reference)):
        yield _refused(
            fact, "the reference column of the cash table is too narrow for any marker: widen it in Sage Pro"
        )
    yield from _customer_objections(fact, held.customers, profile)
    for application in fact.applications:
        documents = held.documents.get(application.invoice, ())
        yield from _document_objections(fact, application, documents, profile)


def _customer_objections(
    fact: ReceiptFact, customers: tuple[CustomerRecord, ...], profile: Profile
) -> Iterator[Refused | Busy]:
    name = f"customer {fact.customer}"
    if not customers:
        yield _refused(fact, f"{name} does not exist: create it or choose another customer")
        return
    if len(customers) > 1:
        yield _refused(fact, f"{name} stands {len(customers)} times in the books: mend this in Sage Pro")
    customer = customers[0]
    if customer.row.text("lock_state"):
        yield _busy(fact, name, customer.row)
    if not (customer.receivable_account or profile.accounts.receivable):
        yield _refused(
            fact, f"{name} names no receivables account, nor does the profile (accounts.receivable)"
        )


def _document_objections(
    fact: ReceiptFact, application: Application, documents: tuple[Document, ...], profile: Profile
) -> Iterator[Changed | Refused | Busy]:
    name = f"invoice {application.invoice}"
    if not documents:
        yield Changed(key=fact.key, current=(), why=f"{name} is no longer in the books")
        return
    if len(documents) > 1:
        yield _refused(fact, f"{name} stands {len(documents)} times in the books: mend this in Sage Pro")
    document = documents[0]
    for record in document.records:
        if record.row.text("lock_state"):
            yield _busy(fact, name, record.row)
    yield from _movements(fact, application, document, profile)
    for why in (*_shelf_faults(document), *_code_faults(document.record, profile)):
        yield _refused(fact, f"{name} {why}")


def _movements(
    fact: ReceiptFact, application: Application, document: Document, profile: Profile
) -> Iterator[Changed]:
    """What somebody did to the document since the decision was made."""
    invoice = to_invoice(document, profile)
    name = f"invoice {invoice.number}"
    if invoice.customer != fact.customer:
        why = f"{name} belongs to customer {invoice.customer}, not {fact.customer}"
        yield Changed(key=fact.key, current=(invoice,), why=why)
    elif invoice.void:
        yield Changed(key=fact.key, current=(invoice,), why=f"{name} was voided")
    elif document.record.balance < application.amount.amount:
        why = f"{name} has {invoice.open} open, {application.amount} should be applied"
        yield Changed(key=fact.key, current=(invoice,), why=why)


def _shelf_faults(document: Document) -> Iterator[str]:
    current, history = document.current, document.history
    if current is None:
        yield "stands in history only: post it by hand, or apply the money elsewhere"
    elif history is None and current.is_twin:
        yield "is marked as also in history, but is not there: mend this in Sage Pro"
    elif history is not None and history.balance != current.balance:
        yield f"has {current.balance} open, but {history.balance} in history: mend this in Sage Pro"


def _code_faults(record: DocumentRecord, profile: Profile) -> Iterator[str]:
    codes = profile.codes
    if record.kind not in codes.invoice:
        yield f"has type {record.kind!r}, which codes.invoice in the profile does not list"
    if record.status not in codes.live:
        yield f"has status {record.status!r}, which codes.live in the profile does not list"
    if record.currency not in {"", profile.currency} or record.exchange_rate not in {Decimal(0), Decimal(1)}:
        yield f"is in {record.currency} at rate {record.exchange_rate}: post it by hand"


def _refused(fact: ReceiptFact, why: str) -> Refused:
    return Refused(key=fact.key, why=why)


def _busy(fact: ReceiptFact, name: str, row: Row) -> Busy:
    user = row.text("lock_user") or "somebody"
    return Busy(key=fact.key, what=f"{name} is open on the screen of {user} in Sage Pro")
