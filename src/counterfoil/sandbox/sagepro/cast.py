"""Picks documents with known properties out of a company, for demonstrations and tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from counterfoil.sandbox.sagepro.company import Company
from counterfoil.sandbox.sagepro.documents import Customer, Document, Kind, Place, Status
from counterfoil.sandbox.sagepro.trade import Trade


class NoSuchDocumentError(Exception):
    """The company is too small to have a document of the wanted kind."""

    def __init__(self, wanted: str) -> None:
        super().__init__(f"the company has no {wanted}: make a larger one or take another seed")
        self.wanted = wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One document with its customer, all numbers without padding."""

    customer: str
    name: str
    email: str
    number: str
    total: Decimal
    open: Decimal
    order: str
    purchase_order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Documents of different customers, none of whom is locked or part of a national account."""

    unpaid: tuple[Pick, ...]
    """Invoices of the current period on which nothing was paid yet, each of another customer."""
    ordered: Pick
    """Unpaid, and came from a sales order by which it can be named."""
    partly_paid: Pick
    twin: Pick
    """Open, and standing in the current and in the history table at once."""
    in_history: Pick
    """Open, but standing in the history table alone."""
    pair: tuple[Pick, Pick]
    """Two unpaid invoices of one customer."""
    paid: Pick
    void: Pick
    locked: Pick
    """Open, of the customer that a clerk has on the screen."""
    national: Pick | None
    """Open, of the customer whose parent pays; None where it has none."""
    without_invoice: Customer
    """A customer who never bought anything."""


def _pick(document: Document) -> Pick:
    return Pick(
        customer=document.customer.number,
        name=document.customer.name,
        email=document.customer.email,
        number=str(document.number),
        total=document.total,
        open=document.balance,
        order=str(document.order.number) if document.order else "",
        purchase_order=document.purchase_order,
    )


class _Casting:
    """Hands out documents so that no customer gets two parts."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self.taken = {trade.locked_customer.number}
        self.taken.update(each.number for each in trade.customers if each.link == "NAT")

    def _matching(self, fits: Callable[[Document], bool]) -> Iterator[Document]:
        for document in self.trade.documents:
            plain = document.kind is Kind.INVOICE and document.total > 0
            if plain and document.customer.number not in self.taken and fits(document):
                yield document

    def take(self, wanted: str, fits: Callable[[Document], bool]) -> Pick:
        for document in self._matching(fits):
            self.taken.add(document.customer.number)
            return _pick(document)
        raise NoSuchDocumentError(wanted)

    def take_pair(self) -> tuple[Pick, Pick]:
        found: dict[str, Document] = {}
        for document in self._matching(_unpaid):
            first = found.setdefault(document.customer.number, document)
            if first is not document:
                self.taken.add(document.customer.number)
                return _pick(first), _pick(document)
        raise NoSuchDocumentError("customer with two unpaid invoices")

    def of(self, number: str) -> Pick | None:
        for document in self.trade.documents:
            if document.customer.number == number and _open(document):
                return _pick(document)
        return None

    def void(self) -> Pick:
        """Nothing is posted to a void invoice, so its customer may have another part too."""
        for document in self.trade.documents:
            if document.status is Status.VOID:
                return _pick(document)
        raise NoSuchDocumentError("void invoice")


def _live(document: Document) -> bool:
    return document.status is Status.LIVE


def _open(document: Document) -> bool:
    return _live(document) and document.balance > 0


def _unpaid(document: Document) -> bool:
    return _open(document) and document.place is Place.CURRENT and not document.applied


def _partly_paid(document: Document) -> bool:
    return _open(document) and document.place is Place.CURRENT and document.paid > 0


def _open_in(place: Place) -> Callable[[Document], bool]:
    return lambda document: _open(document) and document.place is place


def cast_of(company: Company, unpaid: int = 6) -> Cast:
    """The same company always gives the same cast.

    Raises:
        NoSuchDocumentError: the company is too small.
    """
    casting = _Casting(company.trade)
    locked = casting.of(company.trade.locked_customer.number)
    if locked is None:
        raise NoSuchDocumentError("open invoice of the locked customer")
    child = next((each for each in company.trade.customers if each.parent), None)
    return Cast(
        ordered=casting.take(
            "unpaid invoice with an order", lambda each: _unpaid(each) and each.order is not None
        ),
        partly_paid=casting.take("partly paid invoice", _partly_paid),
        pair=casting.take_pair(),
        twin=casting.take("open invoice in both tables", _open_in(Place.BOTH)),
        in_history=casting.take("open invoice in history", _open_in(Place.HISTORY)),
        paid=casting.take("paid invoice", lambda each: _live(each) and not each.balance),
        void=casting.void(),
        unpaid=tuple(casting.take("unpaid invoice", _unpaid) for _ in range(unpaid)),
        locked=locked,
        national=casting.of(child.number) if child else None,
        without_invoice=company.trade.quiet_customer,
    )
