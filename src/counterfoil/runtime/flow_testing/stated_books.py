"""The books of a flow test: what a run may read of them, and of the hub's memory beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from counterfoil.domain.consent import SavedMethod
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.invoice import Invoice, ItemKind, Order, ReceiptEntry, Shelf
from counterfoil.domain.money import Money
from counterfoil.flows.document import Part
from counterfoil.ports import encoding
from counterfoil.runtime.flow_testing.reading import Defaults, items, one_of, read_value, without
from counterfoil.runtime.flow_testing.stated_charges import METHOD_DEFAULTS, StatedCharge
from counterfoil.runtime.flow_testing.stated_news import StatedPayer


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A posting that stands in the books already."""

    document: str
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What a run may read in the ERP and in the hub's cross-references."""

    customers: tuple[str, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    orders: tuple[Order, ...] = ()
    receipts: tuple[ReceiptEntry, ...] = ()
    postings: tuple[Standing, ...] = ()
    vault_customers: Mapping[str, str] = field(default_factory=dict)
    """Whose stored payment methods these are."""
    own_refunds: Mapping[str, str] = field(default_factory=dict)
    """Refunds that Counterfoil itself made, each with the payment that it gave back."""
    methods: tuple[SavedMethod, ...] = ()
    charges: tuple[StatedCharge, ...] = ()
    payers: tuple[StatedPayer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What the entries of a list are, and what stands for fields of them that are not written."""

    kind: Any
    defaults: Defaults = field(default_factory=dict)


LISTS: Mapping[str, Listed] = {
    "customers": Listed(kind=str),
    "invoices": Listed(kind=Invoice, defaults={"kind": ItemKind.INVOICE, "shelf": Shelf.CURRENT}),
    "orders": Listed(kind=Order),
    "receipts": Listed(
        kind=ReceiptEntry, defaults={"reference": "", "entered_by": "", "discount": Money.zero("USD")}
    ),
    "methods": Listed(kind=SavedMethod, defaults=METHOD_DEFAULTS),
    "charges": Listed(kind=StatedCharge),
    "payers": Listed(kind=StatedPayer),
}
NAMED = ("vault_customers", "own_refunds")
STANDING = ("fact", "document")


def read_books(part: Part) -> Books:
    """The books as a file says them.

    Raises:
        FlowError: they are none; says the line.
    """
    parts = part.fields((), tuple(each.name for each in fields(Books)))
    said: dict[str, Any] = {
        name: tuple(read_value(listed.kind, each, listed.defaults) for each in items(parts[name]))
        for name, listed in LISTS.items()
        if name in parts
    }
    said |= {
        name: {key: each.text() for key, each in parts[name].entries()} for name in NAMED if name in parts
    }
    standing = items(parts["postings"]) if "postings" in parts else []
    return Books(postings=tuple(map(_standing, standing)), **said)


def _standing(part: Part) -> Standing:
    """A fact by its word under `fact`, with the document that a clerk finds it by."""
    entries = dict(part.entries())
    for name in STANDING:
        if name not in entries:
            raise part.wrong(f"{name!r} is missing")
    word = one_of(entries["fact"], tuple(encoding.FACT.members))
    rest = replace(part, node=without(part.node, STANDING))
    return Standing(document=entries["document"].text(), fact=read_value(encoding.FACT.members[word], rest))
