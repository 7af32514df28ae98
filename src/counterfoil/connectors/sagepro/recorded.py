"""A posting as a ledger tells it, whatever keeps the ledger."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from counterfoil.connectors.sagepro.entries import Entry
from counterfoil.connectors.sagepro.entry_encoding import decode_entry
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.ports.encoding import decode, encode
from counterfoil.ports.erp import Posted

RECORD_COLUMNS = "key, digest, fact, document, rows, posted_at, entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One posting with its place in the ledger's order."""

    number: int
    posted: Posted
    entry: Entry
    posted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """One posting as the ledger keeps it, untouched."""

    number: int
    columns: tuple[str, ...]
    """In the order of `RECORD_COLUMNS`."""

    @property
    def key(self) -> str:
        return self.columns[0]

    def read(self) -> Recorded:
        """What it says."""
        return recorded(self.number, self.columns)


def recorded(number: int, columns: Sequence[str]) -> Recorded:
    """A posting from the texts of `RECORD_COLUMNS`."""
    key, _, fact, document, rows, posted_at, entry = columns
    body = {"fact": json.loads(fact), "document": document, "rows": json.loads(rows)}
    posted = decode(Posted, {"key": encode(PostingKey.parse(key)), **body})
    return Recorded(
        number=number,
        posted=posted,
        entry=decode_entry(posted.fact, document, json.loads(entry)),
        posted_at=datetime.fromisoformat(posted_at),
    )
