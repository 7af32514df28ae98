"""What others did to the books: the change feed of one company."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from counterfoil.domain.facts.keys import PostingKey
from counterfoil.ports.erp import FieldChange

PAGE_MAX = 1000
"""How many notices one page bears at most."""


class Subject(Enum):
    """What a change is about."""

    CUSTOMER = "customer"
    INVOICE = "invoice"
    """Invoices, credit memos and open credits, wherever they stand."""
    ORDER = "order"
    PAYMENT = "payment"
    """Receipts that somebody else keyed; of ours, only that somebody changed or removed them."""


class Happened(Enum):
    """What became of it."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    """Deleted: it stands neither among what is current nor in history."""


class Notice(ABC):
    """What the feed tells of; `ports.encoding` lists the kinds by their words."""

    __slots__ = ()

    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Notice):
    """Something in the books is not as it was when it was last looked at."""

    subject: Subject
    happened: Happened
    number: str
    customer: str
    fields: tuple[FieldChange, ...]
    """What changed, by our words; of something new or gone, everything that is filled in."""
    seen_at: datetime
    copy: int = 0
    """Which of several equal ones that were seen at once: two equal receipts are two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One field that should hold something else."""

    field: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LostUpdate(Notice):
    """A row holds again what stood there before postings of ours, whose other rows stand."""

    postings: tuple[PostingKey, ...]
    table: str
    record: int
    number: str
    fields: tuple[Expectation, ...]
    advice: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Notices in the order in which they were seen."""

    notices: tuple[Notice, ...]
    cursor: str
    """Where to go on; it says nothing else."""
    more: bool
    """Whether further notices wait already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartOver:
    """What happened since the cursor is not known: read anew what matters, then go on from here."""

    cursor: str
    why: str


ChangesAnswer = Page | StartOver


class ChangeFeed(Protocol):
    """Tells what others changed."""

    def changes(self, since: str | None, limit: int) -> ChangesAnswer:
        """At most `limit` notices after the cursor; without one, standing lost updates and the cursor of now.

        Raises:
            TransientError: tables or the feed's own file are in use.
            ConfigurationError: a table or column is missing or unfit.
        """
        ...
