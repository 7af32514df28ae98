"""Whether a customer is asked by a link for what is open on an invoice: the link, or why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from counterfoil.domain.charge_history import ChargeState
from counterfoil.domain.due_charges import DueInvoice, LeftAlone, disputed, may_be_for_it, under_way
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, document_number
from counterfoil.domain.money import Money
from counterfoil.domain.reopened import is_reopened

_EMAIL_LENGTH_MAX = 254


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLinkWish:
    """A link for all that is open on an invoice."""

    invoice: InvoiceNumber
    customer: CustomerNumber
    amount: Money
    email: str
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTerms:
    """What a person asks for, and what the merchant account takes."""

    email: str
    currency: str
    expires_on: date | None = None


def judge_pay_link(known: DueInvoice, terms: LinkTerms) -> PayLinkWish | LeftAlone:
    """The link, unless the invoice may be paid already, or somebody says first whether it is collected."""
    why = next(filter(None, _reasons(known, terms)), "")
    if why:
        return LeftAlone(why=why)
    invoice = known.invoice
    return PayLinkWish(
        invoice=invoice.number,
        customer=invoice.customer,
        amount=invoice.open,
        email=terms.email,
        expires_on=terms.expires_on,
    )


def _reasons(known: DueInvoice, terms: LinkTerms) -> Iterator[str]:
    invoice = known.invoice
    if not invoice.is_payable:
        yield f"nothing can be received on invoice {invoice.number}: it is paid, void or no invoice"
    if invoice.open.currency != terms.currency:
        yield f"{invoice.open} is not in {terms.currency}, which the merchant account takes"
    if not invoice.open.is_whole_minor_units:
        yield f"{invoice.open} cannot be paid to the last digit"
    if not document_number(invoice.number):
        yield f"payments of invoice {invoice.number} cannot be told by its number"
    if is_reopened(invoice, known.receipts):
        yield "the invoice was paid and is open again: a person says whether it is collected"
    yield from disputed(known)
    yield from (why for each in known.payments if (why := under_way(each)))
    yield from may_be_for_it(known)
    yield from (f"payment {each} may pay it, and its record cannot be read" for each in known.unread)
    yield from _charged(known)
    if not _is_address(terms.email):
        yield "that is no e-mail address"


def _charged(known: DueInvoice) -> Iterator[str]:
    """Charges of the invoice that were begun by Counterfoil and may bring money yet."""
    in_books = {each.payment.transaction for each in known.payments if each.in_books}
    for charge in known.charges:
        match charge.state:
            case ChargeState.NOT_SENT:
                yield f"a charge of it was begun on {charge.on}, and may be sent"
            case ChargeState.OPEN:
                yield f"it is not known yet what became of the charge of {charge.on}"
            case ChargeState.MADE if charge.transaction not in in_books:
                yield f"its charge of {charge.on} ({charge.transaction}) is not in the books yet"
            case _:
                pass


def _is_address(written: str) -> bool:
    name, sign, domain = written.partition("@")
    is_plain = written.isprintable() and " " not in written and len(written) <= _EMAIL_LENGTH_MAX
    return bool(name and sign and "." in domain) and is_plain and "@" not in domain
