"""Which of the two editions keeps a company's books, for whoever reads them beside the agent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from counterfoil.connectors.sagepro.calibration.folders import FolderTables
from counterfoil.connectors.sagepro.calibration.taking import Advance, CompanyTables, Taken, keep_snapshot
from counterfoil.connectors.sagepro.discover import locate_further, locate_tables
from counterfoil.connectors.sagepro.ledger import FILE, PostingLedger
from counterfoil.connectors.sagepro.own_folder import own_folder
from counterfoil.connectors.sagepro.planning import Tables
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.sql.reading import open_for_reading
from counterfoil.connectors.sagepro.sql.snapshots import open_tables as open_database_tables
from counterfoil.connectors.sagepro.sql.watching import open_watched
from counterfoil.connectors.sagepro.tables import Access, OpenTables, TableOpener
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.connectors.sagepro.watch.decisions import Decisions
from counterfoil.connectors.sagepro.watch.folder_site import FolderSite
from counterfoil.connectors.sagepro.watch.sites import WatchedSite
from counterfoil.connectors.sagepro.watch.withdrawals import Withdrawals


@contextmanager
def open_tables(profile: Profile) -> Iterator[CompanyTables]:
    """All tables of the company, for reading alone.

    Raises:
        ConfigurationError: a folder is unknown or does not exist, or the database refuses.
        TransientError: the system table is held by another program, or the database does not answer.
    """
    if profile.database is not None:
        with open_database_tables(profile.database) as in_database:
            yield in_database
    else:
        yield FolderTables(profile)


def take_snapshot(
    profile: Profile, file: Path, now: datetime, advance: Advance = lambda _what, _done, _total: None
) -> Taken:
    """Reads every table of the company and the system tables into a new file outside the site.

    Raises:
        ConfigurationError: a folder is unknown, or the file exists or lies in the site.
        TransientError: a table is held by another program, or the database does not answer.
    """
    with open_tables(profile) as tables:
        return keep_snapshot(tables, profile.company, file, now, advance=advance)


@contextmanager
def look_into(profile: Profile) -> Iterator[Tables]:
    """The tables that the connector knows, for finding rows.

    Raises:
        ConfigurationError: a table is missing, or the database refuses.
        TransientError: a table is held by another program, or the database does not answer.
    """
    if profile.database is not None:
        with open_for_reading(profile, profile.database) as in_database:
            yield in_database
    else:
        with translated(), OpenTables(_opener(profile), writable=False) as in_folders:
            yield in_folders


@dataclass(frozen=True, slots=True)
class Watched:
    """A company as the watch reads it, with what was decided after restores."""

    site: WatchedSite
    decisions: Decisions | None
    """None where nothing was ever posted."""


@contextmanager
def watch(profile: Profile) -> Iterator[Watched]:
    """The company beside an agent that may run.

    Raises:
        ConfigurationError: a folder is unknown or does not exist, or the database refuses.
        TransientError: a file is held by another program, or the database does not answer.
    """
    if profile.database is not None:
        with open_watched(profile, profile.database) as (site, decisions):
            yield Watched(site, decisions)
        return
    opener, folder = _opener(profile), own_folder(profile)
    if not (folder / FILE).exists():
        yield Watched(FolderSite(opener, None), None)
        return
    with closing(PostingLedger(folder)) as ledger, closing(Withdrawals(folder)) as book:
        yield Watched(FolderSite(opener, ledger), book)


def _opener(profile: Profile) -> TableOpener:
    paths = {**locate_further(profile), **locate_tables(profile).paths}
    return TableOpener(profile, paths, Access())
