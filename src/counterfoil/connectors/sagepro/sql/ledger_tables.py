"""The tables of the posting ledger, in the company's own database."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import mssql

PREFIX = "counterfoil_"
"""Of our own tables' names, so that nobody takes them for the site's."""
_KEY_LENGTH = 400
"""Of posting keys; SQL Server bounds an index's key at 900 bytes."""
_EXACT = "Latin1_General_BIN2"
"""Keys differ in every letter's case, whatever the company's database makes of letters."""


@dataclass(frozen=True, slots=True)
class LedgerTables:
    """The first posting under a key stands for ever; the key's uniqueness makes two writers harmless.

    Postings and what was withdrawn of them share one row of numbers, so that none is given twice.
    """

    posting: sa.Table
    citation: sa.Table
    counter: sa.Table
    journal: sa.Table
    """Journal entries by the names of their files: whose they are, and since when people have them."""
    withdrawn: sa.Table
    """Postings that a restore took away: who decided what becomes of each, and what stood here."""

    @classmethod
    def named(cls, schema: str) -> LedgerTables:
        """The tables in a schema of the company's database."""
        metadata = sa.MetaData(schema=schema)
        posting = sa.Table(
            f"{PREFIX}posting",
            metadata,
            sa.Column("posting_number", sa.BigInteger, nullable=False, unique=True),
            sa.Column("posting_key", _key(), primary_key=True),
            *_recorded(),
        )
        citation = sa.Table(
            f"{PREFIX}citation",
            metadata,
            sa.Column("cited", _key(), nullable=False, index=True),
            sa.Column("posting_key", _key(), nullable=False),
        )
        counter = sa.Table(
            f"{PREFIX}counter",
            metadata,
            sa.Column("range_name", _key(), primary_key=True),
            sa.Column("last_number", sa.BigInteger, nullable=False),
        )
        journal = sa.Table(
            f"{PREFIX}journal",
            metadata,
            sa.Column("file_name", _key(), primary_key=True),
            sa.Column("posting_key", _key(), nullable=False),
            sa.Column("written_at", sa.Unicode(40)),
        )
        withdrawn = sa.Table(
            f"{PREFIX}withdrawn",
            metadata,
            sa.Column("posting_number", sa.BigInteger, primary_key=True, autoincrement=False),
            sa.Column("posting_key", _key(), nullable=False),
            *_recorded(),
            sa.Column("verdict", sa.Unicode(10), nullable=False),
            sa.Column("person", sa.Unicode(200), nullable=False),
            sa.Column("judged_at", sa.Unicode(40), nullable=False),
        )
        return cls(posting, citation, counter, journal, withdrawn)

    def create(self, connection: sa.Connection) -> None:
        """Makes those that are not there."""
        self.posting.metadata.create_all(connection)

    def exist(self, connection: sa.Connection) -> bool:
        return sa.inspect(connection).has_table(self.posting.name, schema=self.posting.schema)


def record_columns(table: sa.Table) -> list[sa.Column[str]]:
    """The columns of a posting in the order in which ledgers tell them (`recorded.RECORD_COLUMNS`)."""
    names = ("posting_key", "digest", "fact", "document", "described", "posted_at", "entry")
    return [table.c[name] for name in names]


def next_number(tables: LedgerTables, connection: sa.Connection) -> int:
    """What the next posting is numbered: never as one that stands or was withdrawn."""
    numbers = (tables.posting.c.posting_number, tables.withdrawn.c.posting_number)
    asked = sa.select(*(sa.select(sa.func.max(number)).scalar_subquery() for number in numbers))
    return 1 + max(int(number or 0) for number in connection.execute(asked).one())


def _recorded() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("digest", sa.Unicode(128), nullable=False),
        sa.Column("fact", sa.UnicodeText, nullable=False),
        sa.Column("document", sa.Unicode(40), nullable=False),
        sa.Column("described", sa.UnicodeText, nullable=False),
        sa.Column("entry", sa.UnicodeText, nullable=False),
        sa.Column("posted_at", sa.Unicode(40), nullable=False),
    )


def _key() -> sa.types.TypeEngine[str]:
    return sa.Unicode(_KEY_LENGTH).with_variant(mssql.NVARCHAR(_KEY_LENGTH, collation=_EXACT), "mssql")
