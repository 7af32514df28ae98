"""What a posting has before it when it is planned."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from counterfoil.connectors.sagepro.entries import Entry
from counterfoil.connectors.sagepro.judgements import Judgement
from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.profile import PostingDate, Profile
from counterfoil.connectors.sagepro.reading import Books, Find, Moved
from counterfoil.connectors.sagepro.records import COLUMNS, TableName, Value
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.ports.erp import Busy, Changed, KeyedByHand, Refused

Answer = Plan | Changed | KeyedByHand | Refused | Busy

OPEN_CREDITS = "open_credits"
ORDERS = "orders"
CREDIT_MEMOS = "credit_memos"
CUSTOMERS = "customers"
"""What is numbered: the names in the profile, and of our own ranges in the posting ledger."""

_MARKER_LENGTH_MAX = 16


class NoNumberError(Exception):
    """No number can be drawn; says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The site's rules and the moment of posting, in the company's time zone."""

    profile: Profile
    now: datetime

    def posting_date(self, happened_on: date, batched_on: date | None = None) -> date:
        """The day that a posting bears; `batched_on` is that of the gateway's batch, where there is one."""
        match self.profile.posting_date:
            case PostingDate.RECEIVED:
                return happened_on
            case PostingDate.BATCH:
                return batched_on or happened_on
            case PostingDate.TODAY:
                return self.now.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The rules, the books as they stand under the locks, free numbers, and what was posted before."""

    terms: Terms
    books: Books
    marker_width: int
    """The width of the narrowest column that a marker goes into."""
    draw: Callable[[str], str]
    """The next number by the name of what is numbered; raises `NoNumberError` where there is none."""
    entry: Callable[[PostingKey], Entry | None]
    """What stands in the posting ledger under a key."""
    citing: Callable[[PostingKey], tuple[Entry, ...]]
    """What was posted that builds on the posting under a key."""
    judgement: Callable[[PostingKey], Judgement]
    """What a person said about receipts keyed by hand."""
    look: Find
    """Rows as they stand, which the plan does not rest on."""
    moved_receipts: Moved = lambda _customer, _since: ()
    has: Callable[[TableName], bool] = lambda _table: True
    """Whether the site has a table."""
    columns: Callable[[TableName], Collection[str]] = lambda table: COLUMNS[table]
    """Which of our columns a table of the site has."""
    pending: Callable[[TableName], Iterable[Mapping[str, Value]]] = lambda _table: ()
    """Rows that postings planned before this one will add to a table."""

    @property
    def profile(self) -> Profile:
        return self.terms.profile

    def standing(self, key: PostingKey) -> tuple[Entry, ...]:
        """What builds on the posting and was not taken back."""
        return tuple(
            entry
            for entry in self.citing(key)
            if entry.fact.key.effect is not Effect.REVERSAL and self.entry(entry.fact.key.reversal) is None
        )

    def standing_generation(self, lineage: str, effect: Effect) -> Entry | None:
        """The posting of an effect that was not taken back, whichever generation it is."""
        key = PostingKey(lineage, effect)
        while self.entry(key.reversal) is not None:
            key = replace(key, generation=key.generation + 1)
        return self.entry(key)

    def marker(self, key: PostingKey, reference: str) -> str:
        return choose_marker(key, reference, self.marker_width)


def choose_marker(key: PostingKey, reference: str, width: int) -> str:
    """The gateway's transaction number where it fits the narrowest reference column, else a hash of the key.

    The marker helps people and a rebuild; the posting ledger alone tells what was posted.
    """
    if reference and len(reference) <= width:
        return reference
    digest = hashlib.sha256(str(key).encode()).digest()
    return base64.b32encode(digest).decode()[: min(width, _MARKER_LENGTH_MAX)]
