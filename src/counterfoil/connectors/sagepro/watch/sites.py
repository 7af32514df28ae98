"""What the watch reads of a company, whatever keeps its books."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from counterfoil.connectors.sagepro.binding import BoundTable
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.recorded import Recorded
from counterfoil.connectors.sagepro.records import Row, TableName


class Shelf(Protocol):
    """One watched table in one look: short rows, in which only the columns that matter stand.

    Rows have numbers by which they are known again; those of a span of numbers are a block.
    """

    @property
    def fingerprint(self) -> str:
        """Another one where short rows of before mean something else now."""
        ...

    def stamp(self, now: datetime) -> str | None:
        """What tells that nobody touched the table since it was last read; None where nothing does."""
        ...

    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """All blocks by their numbers, as the table stands; no lock is taken."""
        ...

    def without_cards(self, rows: bytes) -> bytes:
        """The rows of a block as they may be kept."""
        ...

    def rows_of(self, number: int, block: bytes) -> Iterator[tuple[int, bytes]]:
        """The live rows of a block with their record numbers."""
        ...

    def key_of(self, row: bytes) -> bytes:
        """The same for a row of the current table and of history, whatever their widths."""
        ...

    def parse(self, record: int, row: bytes) -> Row:
        """A short row by our column names.

        Raises:
            ConfigurationError: a field holds no value.
        """
        ...


class WatchedBooks(Protocol):
    """The tables, for finding rows."""

    @property
    def profile(self) -> Profile: ...

    @property
    def turn(self) -> AbstractContextManager[object]:
        """Held by whoever searches, where searches of one process get into each other's way."""
        ...

    def bound(self, name: TableName) -> BoundTable: ...

    def find(self, name: TableName, column: str, text: str) -> Iterator[Row]: ...

    def is_findable(self, name: TableName, column: str) -> bool:
        """Whether the site has the table, and rows of it are found by the column."""
        ...


class PostedLedger(Protocol):
    """The posting ledger, in its order."""

    def after(self, number: int, limit: int) -> Sequence[Recorded]:
        """The postings behind that number."""
        ...

    def before(self, number: int | None, limit: int) -> Sequence[Recorded]:
        """The postings before that number, the newest first."""
        ...

    def numbered(self, numbers: Sequence[int]) -> Sequence[Recorded]:
        """The postings with these numbers, in order."""
        ...

    def last_before(self, at: datetime) -> int:
        """The number of the last posting before that moment, which must be in the company's own zone."""
        ...

    def pending(self) -> Collection[str]:
        """The keys of postings that are decided and of which recovery has the last word."""
        ...

    def quarantined(self) -> Collection[str]:
        """The keys of interrupted postings that wait for a person."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a company."""

    books: WatchedBooks
    shelves: Callable[[], Mapping[TableName, Shelf]]
    """The watched tables that the site has."""
    ledger: PostedLedger | None
    """None where nothing was ever posted."""


class WatchedSite(Protocol):
    """Where a company's books lie."""

    @property
    def profile(self) -> Profile: ...

    def look(self) -> AbstractContextManager[Look]:
        """The books, opened for reading.

        Raises:
            TransientError: what keeps them is in use or does not answer.
            ConfigurationError: a table or column is missing or unfit.
        """
        ...

    def stamp(self) -> tuple[int, int]:
        """Which receipts these are, and how many: another first or a smaller second part is a restore's."""
        ...
