"""What a flow test says of changes in the books, and of the gateway's stored payers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from counterfoil.domain.address import Address
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.domain.payer_names import Payer, PayerPolicy
from counterfoil.flows.document import Part
from counterfoil.ports.changes import Change, Happened, Subject
from counterfoil.ports.intake import BooksEvent
from counterfoil.runtime.books_news import event_of
from counterfoil.runtime.flow_testing.reading import Defaults, read_value
from counterfoil.runtime.memory.payers import MemoryPayers

BOOKS_NEWS = ("customer.", "invoice.", "order.", "receipt.", "posting.", "books.")
"""Beginnings of the kinds of what the books tell."""
CHANGE_DEFAULTS: Defaults = {
    "subject": Subject.CUSTOMER,
    "happened": Happened.CHANGED,
    "customer": "",
    "fields": (),
}
"""Beside the moment at which it was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedPayer:
    """A stored payer of a customer."""

    reference: str
    customer: CustomerNumber
    name: str
    others: tuple[CustomerNumber, ...] = ()
    """Other customers whose payer it is too."""


def read_change(kind: Part, part: Part, company: str, at: datetime) -> BooksEvent:
    """The news of the books as the change feed tells it.

    Raises:
        FlowError: it is none, or is told under another kind.
    """
    event = event_of(company, read_value(Change, part, {**CHANGE_DEFAULTS, "seen_at": at}))
    if event.kind != kind.text():
        raise kind.wrong(f"such a change is told as {event.kind}")
    return event


def stated_payers(stated: Sequence[StatedPayer], policy: PayerPolicy) -> MemoryPayers:
    payers: dict[CustomerNumber, list[Payer]] = {}
    for each in stated:
        billing = Address(name=each.name)
        payer = Payer(reference=each.reference, name=each.name, billing=billing, others=each.others)
        payers.setdefault(each.customer, []).append(payer)
    return MemoryPayers(policy=policy, payers=payers)
