"""Entries for the general ledger that belong to no document: they leave as files that people enter.

Sage Pro's own tables of the general ledger are never written, because their structure is not known.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from counterfoil.domain.facts.keys import PostingKey

COLUMNS = ("journal", "date", "reference", "account", "description", "debit", "credit", "posting_key")
"""The columns of a journal file; proposed, as no import of Sage Pro's is known."""
_HASH_LENGTH = 10


class JournalError(ValueError):
    """Lines that are no journal entry; a defect of whoever built it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """One line: a debit where the amount is positive."""

    account: str
    amount: Decimal
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """Lines that sum to zero, none of them zero itself, under the key of their posting."""

    key: PostingKey
    posted_on: date
    lines: tuple[JournalLine, ...]

    def __post_init__(self) -> None:
        odd = sum((line.amount for line in self.lines), Decimal(0))
        if odd or not self.lines:
            raise JournalError(f"{self.key}: the lines of its journal entry sum to {odd}")
        if any(not line.amount or not line.account for line in self.lines):
            raise JournalError(f"{self.key}: a line of its journal entry has no amount or no account")

    @property
    def reference(self) -> str:
        """Short enough for a reference column, and of this posting alone."""
        digest = hashlib.sha256(str(self.key).encode()).digest()
        return base64.b32encode(digest).decode()[:_HASH_LENGTH]

    @property
    def name(self) -> str:
        """By which people find the file: day, effect and reference."""
        return f"{self.posted_on.isoformat()}-{self.key.effect.value.replace('_', '-')}-{self.reference}"

    def reversed(self, key: PostingKey, day: date) -> JournalEntry:
        """The entry that takes this one back."""
        lines = tuple(
            JournalLine(account=line.account, amount=-line.amount, text=line.text) for line in self.lines
        )
        return JournalEntry(key=key, posted_on=day, lines=lines)


def entry_from(key: PostingKey, day: date, amounts: Mapping[tuple[str, str], Decimal]) -> JournalEntry:
    """An entry from amounts by account and text; what is zero needs no line."""
    lines = tuple(
        JournalLine(account=account, amount=amount, text=text)
        for (account, text), amount in amounts.items()
        if amount
    )
    return JournalEntry(key=key, posted_on=day, lines=lines)


def render(entry: JournalEntry) -> str:
    """The file's text: a heading, then a line per amount, debits and credits in columns of their own."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(entry))
    return written.getvalue()


def _cells(entry: JournalEntry) -> Iterator[tuple[str, ...]]:
    for line in entry.lines:
        debit, credit = max(line.amount, Decimal(0)), max(-line.amount, Decimal(0))
        yield (
            entry.name,
            entry.posted_on.isoformat(),
            entry.reference,
            line.account,
            line.text,
            _amount(debit),
            _amount(credit),
            str(entry.key),
        )


def _amount(amount: Decimal) -> str:
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:.{places}f}" if amount else ""
