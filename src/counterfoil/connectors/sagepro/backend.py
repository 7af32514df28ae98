"""What keeps one company's books, and how the company comes by it; one implementation for each edition."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from counterfoil.connectors.sagepro.backlog import HandedOver
from counterfoil.connectors.sagepro.planning import Over, Planned
from counterfoil.connectors.sagepro.results import Result
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, ItemNumber
from counterfoil.domain.invoice import Customer, Invoice, ReceiptEntry
from counterfoil.domain.stock import Item, StockLevel
from counterfoil.ports.changes import ChangeFeed
from counterfoil.ports.erp import (
    Busy,
    Changed,
    KeyedByHand,
    Posted,
    PostingAnswer,
    PreviewAnswer,
    References,
    Refused,
)


class Backend(Protocol):
    """Reads for any thread; `recover` and `post_group` for the lane's thread alone."""

    def find_references(self, reference: str) -> References: ...

    def find_customer(self, number: CustomerNumber) -> Customer | None: ...

    def find_open_items(self, customer: CustomerNumber) -> tuple[Invoice, ...]: ...

    def find_item(self, number: ItemNumber) -> Item | None: ...

    def find_stock(self, number: ItemNumber) -> tuple[StockLevel, ...]: ...

    def find_receipts(self, document: InvoiceNumber) -> tuple[ReceiptEntry, ...]: ...

    def find_posting(self, key: PostingKey) -> Posted | None: ...

    def known(self, fact: Fact) -> PostingAnswer | None:
        """What is posted or on its way and decides about the fact, on every rung of the ladder."""
        ...

    def fact_of(self, key: PostingKey) -> Fact | None:
        """The fact that stands under the key, posted or on its way."""
        ...

    def plan(self, fact: Fact, over: Over) -> Planned | Changed | KeyedByHand | Refused | Busy:
        """What `post_group` would write now, in our own columns; nothing is locked or written.

        It is planned as if the ledger held what stands over it too.
        """
        ...

    def preview(self, fact: Fact) -> PreviewAnswer: ...

    def recover(self) -> None:
        """Finishes what a crash interrupted.

        Raises:
            TransientError: that must wait; nothing is posted before it is done.
        """
        ...

    def post_group(self, facts: Sequence[Fact]) -> Sequence[Result]:
        """Posts facts of different keys together; one result each, in order."""
        ...

    def quarantined(self) -> Collection[str]:
        """Keys of postings that a crash interrupted and that wait for a person."""
        ...

    def close(self) -> None:
        """Lets go of everything that is open."""
        ...


class OpenFeed(ChangeFeed, Protocol):
    """What others do to the books, until it is closed."""

    def close(self) -> None:
        """Lets go of what is being looked at."""
        ...


PostGroup = Callable[[Sequence[Fact]], Sequence[Result]]
"""Posts facts of different keys; one result each, in order."""


class RestoreWatch(Protocol):
    """Notices that books or ledger were put back to an earlier time, and stands before the writer then."""

    @property
    def why(self) -> str:
        """Why nothing is posted; empty where all is well."""
        ...

    def look(self) -> None:
        """Compares ledger and books.

        Raises:
            TransientError: what keeps them does not answer.
        """
        ...

    def missed(self, key: PostingKey) -> str:
        """Why nobody may conclude that it was never posted although it does not stand; empty where they may.

        Any thread may ask.
        """
        ...

    def waiting(self) -> tuple[Fact, ...]:
        """What a person decided to post again, and what was not tried yet."""
        ...

    def before(self, post: PostGroup, objection: Callable[[Fact], str]) -> PostGroup:
        """The writer behind the watch, for the lane's thread alone.

        `objection` tells why a fact that is to be posted again may not be; empty where it may.
        """
        ...

    def close(self) -> None:
        """Lets go of its files."""
        ...


def _as_it_is(post: PostGroup) -> PostGroup:
    return post


@dataclass(frozen=True, slots=True)
class Opened:
    """The books at work."""

    backend: Backend
    feed: OpenFeed
    guard: RestoreWatch
    hand_over: PostGroup | None = None
    """Leaves facts for another program to enter; None where the profile names no outbox."""
    handed_over: Callable[[], HandedOver] = HandedOver
    """What was left for it and is not settled."""
    adopting: Callable[[PostGroup], PostGroup] = _as_it_is
    """Notes what a person accepted as posted before it is written once more."""


class Premises(Protocol):
    """One company's place: found and looked at once, then opened whenever work begins."""

    @property
    def folder(self) -> Path:
        """Our own files of the company, on a disk of this machine."""
        ...

    @property
    def lock_file(self) -> Path:
        """Where all who would write these books meet, whatever their settings say."""
        ...

    def check(self) -> None:
        """Looks at what is to be opened; writes nothing.

        Raises:
            ConfigurationError: it does not fit, or its posting ledger is lost.
        """
        ...

    def open(self) -> Opened:
        """The books, ready for work.

        Raises:
            ConfigurationError: they do not fit, or another agent holds them.
            TransientError: what keeps them does not answer.
        """
        ...
