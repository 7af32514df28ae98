"""What the posting ledger in a database tells of journal entries, between postings."""

from __future__ import annotations

from datetime import datetime

from typing_extensions import override

from counterfoil.connectors.sagepro.journal_entries import JournalEntry
from counterfoil.connectors.sagepro.journal_files import JournalLedger
from counterfoil.connectors.sagepro.sql.ledger import SqlLedger
from counterfoil.connectors.sagepro.sql.ledger_tables import LedgerTables
from counterfoil.connectors.sagepro.sql.server import Server
from counterfoil.connectors.sagepro.sql.troubles import translated
from counterfoil.connectors.sagepro.sql.writer import Writer


class SqlJournals(JournalLedger):
    """For the lane's thread alone, because notes go through the one connection that writes."""

    def __init__(self, tables: LedgerTables, server: Server, writer: Writer) -> None:
        self._tables = tables
        self._server = server
        self._writer = writer

    @override
    def unwritten_journals(self) -> tuple[JournalEntry, ...]:
        with translated(), self._server.reading() as connection:
            return SqlLedger(self._tables, connection).unwritten_journals()

    @override
    def note_journal(self, name: str, at: datetime) -> None:
        with translated(), self._writer.transaction() as connection:
            SqlLedger(self._tables, connection).note_journal(name, at)
