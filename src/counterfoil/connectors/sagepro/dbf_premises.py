"""A company in folders of FoxPro tables, with its posting ledger beside them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import structlog
from typing_extensions import override

from counterfoil.connectors.sagepro.backend import Opened, Premises
from counterfoil.connectors.sagepro.company_lock import lock_beside
from counterfoil.connectors.sagepro.dbf_backend import DbfBackend
from counterfoil.connectors.sagepro.discover import (
    locate_further,
    locate_tables,
    require_fit,
    require_no_receipts_of_ours,
)
from counterfoil.connectors.sagepro.hand_keyed import HandKeyed
from counterfoil.connectors.sagepro.journal_files import JournalFiles
from counterfoil.connectors.sagepro.ledger import FILE, PostingLedger
from counterfoil.connectors.sagepro.outbox.folder import OutboxFolder
from counterfoil.connectors.sagepro.outbox.handed import HandedBook
from counterfoil.connectors.sagepro.outbox_backend import OutboxBackend, OutboxDeps
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.tables import Access, TableOpener
from counterfoil.connectors.sagepro.watch.accepted import AcceptedRows
from counterfoil.connectors.sagepro.watch.adoption import Adoption
from counterfoil.connectors.sagepro.watch.feed import Feed
from counterfoil.connectors.sagepro.watch.folder_site import FolderSite
from counterfoil.connectors.sagepro.watch.guard import RestoreGuard
from counterfoil.connectors.sagepro.watch.ledger_copy import LedgerCopy
from counterfoil.connectors.sagepro.watch.withdrawals import Withdrawals
from counterfoil.ports.clock import Clock
from counterfoil.ports.errors import ConfigurationError, TransientError

_log = structlog.get_logger()


class DbfPremises(Premises):
    """The folder of our own lies beside the receivables."""

    def __init__(self, profile: Profile, clock: Clock, access: Access) -> None:
        """Finds the tables.

        Raises:
            ConfigurationError: a module's folder is unknown or does not exist.
            TransientError: the system table is held by another program.
        """
        places = locate_tables(profile)
        paths = {**locate_further(profile), **places.paths}
        self._clock = clock
        self._folder = places.own_folder
        self._opener = TableOpener(profile, paths, access)

    @property
    @override
    def folder(self) -> Path:
        return self._folder

    @property
    @override
    def lock_file(self) -> Path:
        return lock_beside(self._opener.paths[TableName.DOCUMENTS])

    @override
    def check(self) -> None:
        """Tables that are in use just now are looked at when they are needed."""
        try:
            require_fit(self._opener)
        except TransientError as error:
            _log.warning("survey_skipped", company=self._opener.profile.company, why=str(error))
        if not (self._folder / FILE).exists():
            require_no_receipts_of_ours(self._opener, AcceptedRows(self._folder).all())

    @override
    def open(self) -> Opened:
        """Opens the books.

        Raises:
            ConfigurationError: entries are on their way through an outbox that the profile does not name.
        """
        ledger = PostingLedger(self._folder)
        journals = JournalFiles(self._folder, ledger, self._clock.now)
        hand_keyed = HandKeyed(self._folder)
        backend = DbfBackend(self._opener, ledger, self._clock, hand_keyed, journals)
        site = FolderSite(self._opener, ledger)
        feed = Feed(site, self._folder, self._clock)
        copy = LedgerCopy(self._opener.profile, self._folder)
        decisions = Withdrawals(self._folder)
        guard = RestoreGuard(site, copy, decisions)
        adoption = Adoption(AcceptedRows(self._folder), decisions, self._now)
        outbox = self._opener.profile.outbox
        book = HandedBook(self._folder)
        if outbox is None:
            self._require_nothing_handed(book)
            return Opened(backend, feed, guard, adopting=adoption.before)
        deps = OutboxDeps(
            direct=backend,
            profile=self._opener.profile,
            ledger=ledger,
            book=book,
            folder=OutboxFolder(outbox),
            hand_keyed=hand_keyed,
            clock=self._clock,
        )
        over = OutboxBackend(deps)
        return Opened(over, feed, guard, over.hand_over, book.standing, adoption.before)

    def _now(self) -> datetime:
        return self._clock.now().astimezone(self._opener.profile.zone)

    def _require_nothing_handed(self, book: HandedBook) -> None:
        waiting = book.open_entries()
        if waiting:
            numbers = ", ".join(str(one.number) for one in waiting)
            raise ConfigurationError(
                f"entries {numbers} of the outbox are not settled, and the profile of company"
                f" {self._opener.profile.company} names no outbox: name it again under outbox,"
                " then let the worker run or withdraw them before you take it out"
            )
