"""The ERP's side: reading receivables, previewing and posting facts; every answer is a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, ItemNumber
from counterfoil.domain.invoice import Customer, Invoice, Order, ReceiptEntry
from counterfoil.domain.money import Money
from counterfoil.domain.stock import Item, StockLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of one row, before and after, as text a person can read; empty before for a new row."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """One row that a posting adds or changes."""

    table: str
    record: int
    """The row's number in its table; 0 in a preview of a row that does not exist yet."""
    added: bool
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """The rows stand in the books, all of them, durably."""

    key: PostingKey
    fact: Fact
    """What was posted, as first decided; a reversal needs it, and a later event is compared with it."""
    document: str
    """What a clerk looks up in the ERP to see it: a receipt or open-credit number."""
    rows: tuple[RowChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyPosted:
    """The same key with the same content was posted before; nothing changed now."""

    first: Posted


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """The posting was left for another program to enter; it is not in the books yet."""

    key: PostingKey
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """Somebody else holds what must be written; nothing was changed, try again."""

    key: PostingKey
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The books moved since the decision; here is how they stand, decide again."""

    key: PostingKey
    current: tuple[Invoice, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """The key was used for something else; a person must look."""

    key: PostingKey
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedReceipt:
    """A receipt that somebody keyed in the ERP."""

    number: str
    """The document that it pays."""
    reference: str
    paid_on: date | None
    amount: Money
    keyed_by: str

    @property
    def summary(self) -> str:
        day = self.paid_on.isoformat() if self.paid_on else "no date"
        words = f"{self.reference or 'no reference'}, {day}, by {self.keyed_by or 'somebody'}"
        return f"{self.amount} on {self.number} ({words})"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedByHand:
    """Receipts in the books look like this payment; nothing was posted until a person says what is true."""

    key: PostingKey
    receipts: tuple[KeyedReceipt, ...]

    @property
    def why(self) -> str:
        named = "; ".join(one.summary for one in self.receipts)
        if not named:
            return "the receipt that this payment was linked to is no longer in the books: judge it again"
        return f"keyed by hand already? {named}: link the payment to it, or say that it is other money"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The posting cannot be made as it is; says why and what to do."""

    key: PostingKey
    why: str
    period_locked: bool = field(default=False, compare=False)
    """Whether nothing but its day stands against it."""


PostingAnswer = Posted | AlreadyPosted | HandedOver | Busy | Changed | Conflict | KeyedByHand | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The rows that a posting would write now."""

    key: PostingKey
    rows: tuple[RowChange, ...]
    withheld: str = ""
    """Why it would not be posted now all the same, such as the company's rung; empty where it would be."""


PreviewAnswer = Preview | Changed | KeyedByHand | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """What one reference, as written by people, names in the books."""

    invoices: tuple[Invoice, ...] = ()
    orders: tuple[Order, ...] = ()


class Erp(Protocol):
    """One company of the ERP.

    Raises:
        TransientError: the site cannot be reached or its tables are held by another program.
        ConfigurationError: a table or column that the profile names is missing or unfit.
    """

    def find_references(self, reference: str) -> References:
        """Invoices (current, then history, each once) and orders whose number is the reference."""
        ...

    def find_customer(self, number: CustomerNumber) -> Customer | None: ...

    def find_open_items(self, customer: CustomerNumber) -> tuple[Invoice, ...]:
        """All items of the customer with something open, credits included, oldest first."""
        ...

    def find_receipts(self, document: InvoiceNumber) -> tuple[ReceiptEntry, ...]:
        """What was received on the document, whoever entered it, oldest first."""
        ...

    def find_item(self, number: ItemNumber) -> Item | None:
        """The item of that number, charges such as freight among them."""
        ...

    def find_stock(self, number: ItemNumber) -> tuple[StockLevel, ...]:
        """How much of an item each location has; empty where none keeps it."""
        ...

    def find_posting(self, key: PostingKey) -> Posted | None:
        """What stands in the posting ledger under the key."""
        ...

    def preview(self, fact: Fact) -> PreviewAnswer:
        """The same plan as `post`, without a write."""
        ...

    def post(self, facts: Sequence[Fact]) -> tuple[PostingAnswer, ...]:
        """Posts each fact all or nothing; one answer per fact, in order."""
        ...
