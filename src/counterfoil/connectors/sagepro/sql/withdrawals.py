"""What a person decided about postings that a restore took away, among the posting ledger's tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from typing_extensions import override

from counterfoil.connectors.sagepro.recorded import RawRecord
from counterfoil.connectors.sagepro.sql.ledger_tables import LedgerTables, next_number, record_columns
from counterfoil.connectors.sagepro.sql.server import Server
from counterfoil.connectors.sagepro.sql.troubles import translated
from counterfoil.connectors.sagepro.watch.decisions import Decisions, Verdict
from counterfoil.domain.facts.fact import Fact
from counterfoil.ports.encoding import FACT
from counterfoil.ports.errors import ConfigurationError


class SqlDecisions(Decisions):
    """Each decision is one transaction of its own; it needs no lock of the company's."""

    def __init__(self, server: Server, tables: LedgerTables) -> None:
        self._server = server
        self._tables = tables

    @override
    def close(self) -> None:
        """Nothing is kept open."""

    @override
    def keys(self) -> frozenset[str]:
        withdrawn = self._tables.withdrawn.c
        found = self._asked(sa.select(withdrawn.posting_key).distinct())
        return frozenset(str(row.posting_key) for row in found)

    @override
    def waiting(self) -> tuple[Fact, ...]:
        withdrawn = self._tables.withdrawn.c
        asked = sa.select(withdrawn.fact).order_by(withdrawn.posting_number)
        found = self._asked(self._last(asked, Verdict.REPOST))
        return tuple(FACT.decode(json.loads(row.fact)) for row in found)

    @override
    def gone(self) -> Mapping[str, tuple[str, str]]:
        withdrawn = self._tables.withdrawn.c
        asked = sa.select(withdrawn.posting_key, withdrawn.person, withdrawn.judged_at)
        found = self._asked(self._last(asked, Verdict.GONE))
        return {row.posting_key: (row.person, row.judged_at) for row in found}

    @override
    def withdraw(self, records: Sequence[RawRecord], verdict: Verdict, person: str, at: datetime) -> None:
        tables = self._tables
        judged = {"verdict": verdict.value, "person": person.strip(), "judged_at": at.isoformat()}
        with self._writing(person) as connection:
            for number, record in enumerate(records, start=next_number(tables, connection)):
                values = {**_values(tables.withdrawn, number, record), **judged}
                connection.execute(tables.withdrawn.insert().values(values))
                for table in (tables.posting, tables.citation):
                    connection.execute(table.delete().where(table.c.posting_key == record.key))

    @override
    def put_back(self, records: Sequence[RawRecord], person: str) -> None:
        tables = self._tables
        with self._writing(person) as connection:
            for number, record in enumerate(records, start=next_number(tables, connection)):
                connection.execute(tables.posting.insert().values(_values(tables.posting, number, record)))
                for cited in dict.fromkeys(map(str, record.read().posted.fact.cites)):
                    connection.execute(tables.citation.insert().values(cited=cited, posting_key=record.key))

    @override
    def records(self, after: int, limit: int) -> tuple[RawRecord, ...]:
        number = self._tables.posting.c.posting_number
        asked = sa.select(number, *record_columns(self._tables.posting)).where(number > after)
        found = self._all(asked.order_by(number).limit(limit))
        return tuple(RawRecord(number=row[0], columns=tuple(row)[1:]) for row in found)

    @property
    @override
    def last_number(self) -> int:
        with self._server.reading() as connection:
            return next_number(self._tables, connection) - 1

    @override
    def has(self, key: str) -> bool:
        posting = self._tables.posting.c
        return bool(self._all(sa.select(posting.posting_number).where(posting.posting_key == key)))

    def _last(self, asked: sa.Select[Any], verdict: Verdict) -> sa.Select[Any]:
        """Of each posting the last decision, where it was this one."""
        withdrawn = self._tables.withdrawn
        later = withdrawn.alias("later")
        last = sa.select(sa.func.max(later.c.posting_number)).where(
            later.c.posting_key == withdrawn.c.posting_key
        )
        number = withdrawn.c.posting_number
        return asked.where(withdrawn.c.verdict == verdict.value, number == last.scalar_subquery())

    def _asked(self, asked: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        """What of the withdrawn does not stand among the postings."""
        posting = self._tables.posting.c
        standing = sa.exists().where(posting.posting_key == self._tables.withdrawn.c.posting_key)
        return self._all(asked.where(~standing))

    def _all(self, asked: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        with self._server.reading() as connection:
            return connection.execute(asked).all()

    @contextmanager
    def _writing(self, person: str) -> Iterator[sa.Connection]:
        if not person.strip():
            raise ConfigurationError("say who decides: --person NAME")
        with translated(), self._server.connect() as connection, connection.begin():
            yield connection


def _values(table: sa.Table, number: int, record: RawRecord) -> dict[str, object]:
    names = (column.name for column in record_columns(table))
    return {"posting_number": number, **dict(zip(names, record.columns, strict=True))}
