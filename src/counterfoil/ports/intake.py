"""What comes in: hints kept until they are confirmed, events stored once, cursors of polls."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.errors import DefectError
from counterfoil.ports.gateway import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """An unconfirmed push that names a transaction; nothing else that it says counts."""

    id: str
    connection: str
    source: str
    transaction: TransactionId
    attempts: int
    """How often its confirmation was tried before."""
    pushes: int = 1
    """How often it was pushed when it was read; pushed again since, it tells of something newer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What of an event a person should decide; while it is open, further news of its topic adds to it."""

    topic: str
    kind: str
    title: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksEvent:
    """Something that others did in the books of a company."""

    key: str
    """The same however often the books tell of it."""
    kind: str
    order_key: str
    body: Mapping[str, object]
    occurred_at: datetime
    """When it was seen; the books do not tell when it was done."""
    question: Question | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEvent:
    """A start that Counterfoil itself makes: at a time, on a person's word, or for one item of a list."""

    connection: str
    company: str
    """Whose books it is about; nothing else decides it."""
    key: str
    """The same however often it is told."""
    source: str
    kind: str
    order_key: str
    body: Mapping[str, object]
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEventTold:
    """What became of it."""

    event: str
    runs: tuple[str, ...]
    """What it started now; none where it was told before, or where no flow is live for it."""
    is_new: bool


class OwnEventSink(Protocol):
    """Where own starts become events."""

    def tell(self, events: Sequence[OwnEvent]) -> list[OwnEventTold]:
        """Stores each once, durably and in the order given; one answer each.

        Raises:
            TransientError: not all are known to be stored; tell them again.
            DefectError: one cannot be stored as it is.
        """
        ...


class HintStore(Protocol):
    """Hints that wait for confirmation."""

    def due(self, connection: str, limit: int) -> Sequence[Hint]:
        """The connection's waiting hints whose time has come, oldest first."""
        ...

    def confirm(self, hint: Hint, event: str) -> None:
        """The gateway's own record was read and stored as this event; pushed again since, it waits on."""
        ...

    def refuse(self, hint: Hint, why: str) -> None:
        """The gateway does not know the transaction; the hint is kept with the reason."""
        ...

    def postpone(self, hint: Hint, due_at: datetime, why: str, *, looked: bool) -> None:
        """Not confirmed yet; tried again at the given time. A look is counted where the source was asked."""
        ...


class EventSink(Protocol):
    """Where confirmed records become events."""

    def accept(self, connection: str, record: Told, source: str) -> str:
        """Stores the record's event once, durably, and gives its id; known ones give theirs.

        Raises:
            TransientError: it is not known to be stored; send it again.
        """
        ...

    def accept_all(self, connection: str, records: Sequence[Told], source: str) -> list[DefectError]:
        """The same for many, in their order; gives what stood in the way of single ones.

        Raises:
            TransientError: not all are known to be stored; send them again.
        """
        ...

    def known(self, connection: str, event_keys: Collection[str]) -> set[str]:
        """Which of the event keys are stored already."""
        ...

    def body_of(self, connection: str, event_key: str) -> Mapping[str, object] | None:
        """The record of a stored event, as it was sent."""
        ...


class BooksEventSink(Protocol):
    """Where news of the books becomes events."""

    def accept_news(self, connection: str, news: Sequence[BooksEvent]) -> int:
        """Stores each once, durably, and tells how many were new.

        Raises:
            TransientError: not all are known to be stored; send them again.
        """
        ...


class CursorStore(Protocol):
    """How far each connection's poll has read."""

    def read(self, connection: str, name: str) -> str | None: ...

    def write(self, connection: str, name: str, value: str) -> None: ...
