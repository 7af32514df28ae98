"""FoxPro tables in folders, as the watch reads them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from typing_extensions import override

from counterfoil.connectors.sagepro.ledger import PostingLedger
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.tables import OpenTables, TableOpener
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.connectors.sagepro.watch.columns import HISTORY, WATCHED
from counterfoil.connectors.sagepro.watch.layout import Layout
from counterfoil.connectors.sagepro.watch.sites import Look, WatchedSite
from counterfoil.foxpro.errors import FoxProError, TableMissingError
from counterfoil.foxpro.files.table_file import find_file


class FolderSite(WatchedSite):
    """The tables that an opener opens, and the ledger beside them."""

    def __init__(self, opener: TableOpener, ledger: PostingLedger | None) -> None:
        self._opener = opener
        self._ledger = ledger

    @property
    @override
    def profile(self) -> Profile:
        return self._opener.profile

    @contextmanager
    @override
    def look(self) -> Iterator[Look]:
        with translated(), OpenTables(self._opener, writable=False) as tables:
            yield Look(tables, lambda: dict(_layouts(tables)), self._ledger)

    @override
    def stamp(self) -> tuple[int, int]:
        """Which file holds the receipts, and how large it is."""
        with suppress(OSError, FoxProError):
            status = find_file(self._opener.paths[TableName.CASH]).stat()
            return status.st_ino, status.st_size
        return 0, 0


def _layouts(tables: OpenTables) -> Iterator[tuple[TableName, Layout]]:
    """The watched tables that the site has."""
    for name, watched in WATCHED.items():
        for one in (name, HISTORY.get(name)):
            if one is not None and tables.has(one):
                with suppress(TableMissingError):
                    yield one, Layout(tables.table(one), tables.bound(one), watched)
