"""The posting ledger over one connection: inside a posting's transaction, or for a question alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from counterfoil.connectors.sagepro.entries import Entry
from counterfoil.connectors.sagepro.entry_encoding import decode_entry, encode_entry
from counterfoil.connectors.sagepro.journal_entries import JournalEntry
from counterfoil.connectors.sagepro.sql.ledger_tables import LedgerTables
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.ports.encoding import FACT, decode, encode
from counterfoil.ports.erp import AlreadyPosted, Conflict, Posted


class SqlLedger:
    """Which posting key stands in the books; a row commits together with the posting."""

    def __init__(self, tables: LedgerTables, connection: sa.Connection) -> None:
        self._tables = tables
        self._connection = connection

    def find(self, key: PostingKey) -> Posted | None:
        posting = self._tables.posting.c
        found = self._ask(key, posting.fact, posting.document, posting.described)
        if found is None:
            return None
        fact, document, described = tuple(found)
        body = {"fact": json.loads(fact), "document": document, "rows": json.loads(described)}
        return decode(Posted, {"key": encode(key), **body})

    def known(self, fact: Fact) -> AlreadyPosted | Conflict | None:
        """What stands there about the fact's key."""
        first = self.find(fact.key)
        if first is None:
            return None
        if first.fact.digest != fact.digest:
            return Conflict(key=fact.key, why=f"the key stands for {first.document}, {first.fact.summary}")
        return AlreadyPosted(first=first)

    def count(self, keys: Sequence[PostingKey]) -> int:
        """How many of the keys stand in the books."""
        if not keys:
            return 0
        key = self._tables.posting.c.posting_key
        asked = sa.select(sa.func.count()).where(key.in_([str(one) for one in keys]))
        return self._connection.execute(asked).scalar_one()

    def entry(self, key: PostingKey) -> Entry | None:
        """The rows that were written under the key."""
        posting = self._tables.posting.c
        found = self._ask(key, posting.fact, posting.document, posting.entry)
        if found is None:
            return None
        return _entry(found)

    def citing(self, key: PostingKey) -> tuple[Entry, ...]:
        """What was posted that builds on the posting under the key, in order of posting."""
        posting, citation = self._tables.posting.c, self._tables.citation.c
        asked = (
            sa.select(posting.fact, posting.document, posting.entry)
            .where(posting.posting_key == citation.posting_key, citation.cited == str(key))
            .order_by(posting.posting_number)
        )
        return tuple(_entry(row) for row in self._connection.execute(asked))

    def record(self, posted: Posted, entry: Entry, at: datetime) -> None:
        """Notes a posting.

        Raises:
            IntegrityError: another writer noted one under the key.
        """
        values = {
            "posting_key": str(posted.key),
            "digest": posted.fact.digest,
            "fact": _text(FACT.encode(posted.fact)),
            "document": posted.document,
            "described": _text([encode(row) for row in posted.rows]),
            "entry": _text(encode_entry(entry)),
            "posted_at": at.isoformat(),
        }
        self._connection.execute(self._tables.posting.insert().values(values))
        for key in posted.fact.cites:
            cited = {"cited": str(key), "posting_key": str(posted.key)}
            self._connection.execute(self._tables.citation.insert().values(cited))

        for journal in entry.journals:
            named = {"file_name": journal.name, "posting_key": str(posted.key)}
            self._connection.execute(self._tables.journal.insert().values(named))

    def unwritten_journals(self) -> tuple[JournalEntry, ...]:
        """Journal entries without a file, in order of posting."""
        posting, journal = self._tables.posting.c, self._tables.journal.c
        asked = (
            sa.select(posting.fact, posting.document, posting.entry)
            .where(posting.posting_key == journal.posting_key, journal.written_at.is_(None))
            .order_by(posting.posting_number)
        )
        entries = [_entry(row) for row in self._connection.execute(asked)]
        return tuple(one for entry in entries for one in entry.journals)

    def note_journal(self, name: str, at: datetime) -> None:
        """Notes that people have the file."""
        journal = self._tables.journal
        update = journal.update().where(journal.c.file_name == name).values(written_at=at.isoformat())
        self._connection.execute(update)

    def last_number(self, name: str) -> int | None:
        """The number last drawn from a range of ours."""
        counter = self._tables.counter
        asked = sa.select(counter.c.last_number).where(counter.c.range_name == name)
        return self._connection.execute(asked).scalar_one_or_none()

    def record_number(self, name: str, last: int) -> None:
        """Notes the number last drawn."""
        counter = self._tables.counter
        update = counter.update().where(counter.c.range_name == name).values(last_number=last)
        if self._connection.execute(update).rowcount == 0:
            self._connection.execute(counter.insert().values(range_name=name, last_number=last))

    def _ask(self, key: PostingKey, *columns: sa.Column[Any]) -> sa.Row[Any] | None:
        asked = sa.select(*columns).where(self._tables.posting.c.posting_key == str(key))
        return self._connection.execute(asked).one_or_none()


def _entry(found: Iterable[Any]) -> Entry:
    fact, document, entry = tuple(found)
    return decode_entry(FACT.decode(json.loads(fact)), document, json.loads(entry))


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
