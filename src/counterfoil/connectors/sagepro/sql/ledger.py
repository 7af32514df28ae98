"""The posting ledger over one connection: inside a posting's transaction, or for a question alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog

from counterfoil.connectors.sagepro.entries import Entry
from counterfoil.connectors.sagepro.entry_encoding import decode_entry, encode_entry
from counterfoil.connectors.sagepro.journal_entries import JournalEntry
from counterfoil.connectors.sagepro.recorded import Recorded, recorded
from counterfoil.connectors.sagepro.sql.ledger_tables import LedgerTables, next_number, record_columns
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.ports.encoding import FACT, decode, encode
from counterfoil.ports.erp import AlreadyPosted, Conflict, Posted

_log = structlog.get_logger()


class SqlLedger:
    """Which posting key stands in the books; a row commits together with the posting."""

    def __init__(self, tables: LedgerTables, connection: sa.Connection) -> None:
        self._tables = tables
        self._connection = connection
        self._next = 0

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
        self._next = self._next or next_number(self._tables, self._connection)
        values = {
            "posting_number": self._next,
            "posting_key": str(posted.key),
            "digest": posted.fact.digest,
            "fact": _text(FACT.encode(posted.fact)),
            "document": posted.document,
            "described": _text([encode(row) for row in posted.rows]),
            "entry": _text(encode_entry(entry)),
            "posted_at": at.isoformat(),
        }
        self._next += 1
        self._connection.execute(self._tables.posting.insert().values(values))
        for key in posted.fact.cites:
            cited = {"cited": str(key), "posting_key": str(posted.key)}
            self._connection.execute(self._tables.citation.insert().values(cited))
        if entry.journals:
            self._record_journals(str(posted.key), [journal.name for journal in entry.journals])

    def _record_journals(self, key: str, names: Sequence[str]) -> None:
        """What a restore took away may have left its file with people: then it gets no other one."""
        journal = self._tables.journal
        of_key = journal.c.posting_key == key
        self._connection.execute(journal.delete().where(of_key, journal.c.written_at.is_(None)))
        written = self._connection.execute(sa.select(journal.c.file_name).where(of_key)).scalars().all()
        if written:
            _log.warning("journal_file_kept", posting_key=key, files=list(written))
            return
        for name in names:
            self._connection.execute(journal.insert().values(file_name=name, posting_key=key))

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

    def after(self, number: int, limit: int) -> Sequence[Recorded]:
        """The postings behind that number, in the order in which they were noted."""
        at = self._tables.posting.c.posting_number
        return self._recorded(self._asked().where(at > number).order_by(at).limit(limit))

    def before(self, number: int | None, limit: int) -> Sequence[Recorded]:
        """The postings before that number, the newest first."""
        at = self._tables.posting.c.posting_number
        asked = self._asked() if number is None else self._asked().where(at < number)
        return self._recorded(asked.order_by(at.desc()).limit(limit))

    def numbered(self, numbers: Sequence[int]) -> Sequence[Recorded]:
        """The postings with these numbers, in order."""
        at = self._tables.posting.c.posting_number
        return self._recorded(self._asked().where(at.in_(numbers)).order_by(at)) if numbers else ()

    def last_before(self, at: datetime) -> int:
        """The number of the last posting before that moment, which must be in the company's own zone."""
        posting = self._tables.posting.c
        asked = sa.select(sa.func.max(posting.posting_number)).where(posting.posted_at < at.isoformat())
        return int(self._connection.execute(asked).scalar_one() or 0)

    def pending(self) -> frozenset[str]:
        """None: the database itself finishes or undoes what was interrupted."""
        return frozenset()

    def quarantined(self) -> frozenset[str]:
        """None, for the same reason."""
        return frozenset()

    def _asked(self) -> sa.Select[Any]:
        posting = self._tables.posting
        return sa.select(posting.c.posting_number, *record_columns(posting))

    def _recorded(self, asked: sa.Select[Any]) -> Sequence[Recorded]:
        return [recorded(number, columns) for number, *columns in self._connection.execute(asked).all()]

    def _ask(self, key: PostingKey, *columns: sa.Column[Any]) -> sa.Row[Any] | None:
        asked = sa.select(*columns).where(self._tables.posting.c.posting_key == str(key))
        return self._connection.execute(asked).one_or_none()


def _entry(found: Iterable[Any]) -> Entry:
    fact, document, entry = tuple(found)
    return decode_entry(FACT.decode(json.loads(fact)), document, json.loads(entry))


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
