"""What a restore of the tables or of the posting ledger took away, as one batch for a person to decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from counterfoil.connectors.sagepro.recorded import RawRecord, Recorded
from counterfoil.connectors.sagepro.watch.decisions import Decisions, Verdict, record_of
from counterfoil.connectors.sagepro.watch.ledger_copy import LedgerCopy
from counterfoil.connectors.sagepro.watch.presence import Presence
from counterfoil.connectors.sagepro.watch.sites import Look, PostedLedger, WatchedBooks
from counterfoil.domain.facts.fact import Fact

_FIRST_PAGE = 10
"""The newest postings, which tell that nothing was put back; that is nearly always all."""
_PAGE = 100


class Lacks(Enum):
    """Where a posting is missing."""

    TABLES = "not in the tables"
    LEDGER = "not in the posting ledger"
    BOTH = "neither in the tables nor in the posting ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Astray:
    """A posting that was made and does not stand everywhere."""

    record: RawRecord
    fact: Fact
    document: str
    posted_at: datetime
    lacks: Lacks


def find_astray(look: Look, copy: LedgerCopy, book: Decisions) -> tuple[Astray, ...]:
    """In the order of posting; empty where nothing was put back.

    A restore takes away an end: the search goes back until a page of postings lacks none and one of them was
    really found.
    """
    missing = _not_in_tables(look.ledger, book, look.books) if look.ledger is not None else ()
    found = [*missing, *_not_in_ledger(copy, book, look.books)]
    return tuple(sorted(found, key=lambda one: (one.posted_at, one.record.number)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person says about a batch."""

    verdict: Verdict
    person: str
    at: datetime


def decide(batch: tuple[Astray, ...], decision: Decision, book: Decisions, copy: LedgerCopy) -> None:
    """What stands in the tables is noted in the ledger again; all else is posted again, or is gone.

    The copy forgets nothing that the ledger does not hold yet: whatever fails before, it still tells of all.

    Raises:
        ConfigurationError: nobody is named.
    """
    standing = [one.record for one in batch if one.lacks is Lacks.LEDGER]
    missing = [one.record for one in batch if one.lacks is not Lacks.LEDGER]
    last = book.last_number
    if standing:
        book.put_back(standing, decision.person)
    if missing:
        book.withdraw(missing, decision.verdict, decision.person, decision.at)
    if standing:
        copy.forget_after(last)
    copy.catch_up(book)


def _not_in_tables(ledger: PostedLedger, book: Decisions, tables: WatchedBooks) -> Iterator[Astray]:
    presence = Presence(tables)
    before: int | None = None
    while page := ledger.before(before, _FIRST_PAGE if before is None else _PAGE):
        unfinished = {*ledger.pending(), *ledger.quarantined()}
        finished = [one for one in page if str(one.posted.key) not in unfinished]
        found = {one.number: presence.is_in(one) for one in finished}
        for one in (one for one in finished if found[one.number] is False):
            record = record_of(book, one.number)
            if record is not None:
                yield _astray(record, one, Lacks.TABLES)
        before = page[-1].number
        if False not in found.values() and True in found.values():
            return


def _not_in_ledger(copy: LedgerCopy, book: Decisions, tables: WatchedBooks) -> Iterator[Astray]:
    presence = Presence(tables)
    for record in reversed(copy.lost(book)):
        recorded = record.read()
        is_missing = presence.is_in(recorded) is False
        yield _astray(record, recorded, Lacks.BOTH if is_missing else Lacks.LEDGER)


def _astray(record: RawRecord, recorded: Recorded, lacks: Lacks) -> Astray:
    return Astray(
        record=record,
        fact=recorded.posted.fact,
        document=recorded.posted.document,
        posted_at=recorded.posted_at,
        lacks=lacks,
    )
