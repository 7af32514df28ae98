"""What a person decided about postings that a restore took away, kept in the posting ledger itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

from counterfoil.connectors.sagepro.recorded import RawRecord
from counterfoil.domain.facts.fact import Fact


class Verdict(Enum):
    """What becomes of a posting that is not in the books any more."""

    REPOST = "repost"
    GONE = "gone"


class Decisions(Protocol):
    """A posting moves from the ledger's postings to the withdrawn ones, or back; nothing is deleted.

    Any process may work here while the agent runs.
    """

    def close(self) -> None:
        """Lets go of what keeps them."""
        ...

    def keys(self) -> frozenset[str]:
        """All that was ever decided about and does not stand among the postings."""
        ...

    def waiting(self) -> tuple[Fact, ...]:
        """What is to be posted again and was not yet, in its first order."""
        ...

    def gone(self) -> Mapping[str, tuple[str, str]]:
        """The keys of postings that are not in the books any more, with who accepted it, and when."""
        ...

    def withdraw(self, records: Sequence[RawRecord], verdict: Verdict, person: str, at: datetime) -> None:
        """Takes postings out of the ledger, or notes those that only its copy knows.

        Raises:
            ConfigurationError: nobody is named.
        """
        ...

    def put_back(self, records: Sequence[RawRecord], person: str) -> None:
        """Notes postings again whose rows stand in the books.

        Raises:
            ConfigurationError: nobody is named.
        """
        ...

    def records(self, after: int, limit: int) -> tuple[RawRecord, ...]:
        """The postings behind that number, in order, as the ledger keeps them."""
        ...

    @property
    def last_number(self) -> int:
        """The highest number that a posting bears or bore."""
        ...

    def has(self, key: str) -> bool:
        """Whether the posting stands in the ledger."""
        ...


def record_of(book: Decisions, number: int) -> RawRecord | None:
    """The posting of that number; None where there is none."""
    found = book.records(number - 1, 1)
    return found[0] if found and found[0].number == number else None
