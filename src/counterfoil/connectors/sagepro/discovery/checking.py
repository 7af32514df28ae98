"""Looks at one company through its profile before anything is posted; nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from counterfoil.connectors.sagepro.calibration.proven import proven_kinds
from counterfoil.connectors.sagepro.discover import locate_further, locate_tables, refusal_of, survey_site
from counterfoil.connectors.sagepro.discovery.cards import CardColumn, Scanned, scan_cards
from counterfoil.connectors.sagepro.discovery.further import look_further
from counterfoil.connectors.sagepro.discovery.probes import locked_rows, stale_indexes
from counterfoil.connectors.sagepro.discovery.rows import SAMPLE_ROWS
from counterfoil.connectors.sagepro.discovery.safety import Evidence, KindVerdict, Verdict, judge
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import POSTING_TABLES, TableName
from counterfoil.connectors.sagepro.sql.checking import DatabaseCheck, check_database
from counterfoil.connectors.sagepro.tables import Access, OpenTables, TableOpener, narrowed
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.foxpro.errors import FoxProError
from counterfoil.foxpro.records.record import DELETED_FLAG
from counterfoil.ports.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class SiteCheck:
    """What was found."""

    company: str
    kinds: list[KindVerdict]
    cards: Scanned
    locked: tuple[str, ...] = ()
    """Rows that a clerk has on the screen."""

    @property
    def safe_kinds(self) -> frozenset[str]:
        """The posting kinds that are safe with every tender that is in use."""
        used = [each for each in self.kinds if not each.is_unused]
        odd = {each.kind for each in used if each.verdict is not Verdict.SAFE}
        return frozenset({each.kind for each in used} - odd)

    def faults(self, kinds: Collection[str]) -> tuple[str, ...]:
        """What is not clean about the site, of these kinds and of the whole."""
        used = (each for each in self.kinds if each.kind in kinds and not each.is_unused)
        cards = (
            f"{column.table}.{column.column} holds what looks like card numbers: clear it first"
            for column in self.cards.columns
        )
        return tuple(dict.fromkeys((*(why for each in used for why in each.unsafe), *cards)))


def check_site(profile: Profile, rows_max: int = SAMPLE_ROWS) -> SiteCheck:
    """Opens tables for reading and shared, and takes no lock; a database is asked and never written.

    Raises:
        ConfigurationError: a module's folder is unknown or does not exist.
        TransientError: a table is held by another program.
    """
    if profile.database is not None:
        return _in_database(profile, check_database(profile, profile.database, rows_max))
    places = locate_tables(profile)
    paths = {**locate_further(profile), **places.paths}
    opener = TableOpener(profile, paths, Access())
    with translated(), OpenTables(opener, writable=False) as tables:
        stale = tuple(stale_indexes(tables))
        locked = tuple(locked_rows(tables, rows_max))
        further = look_further(tables, lambda name: refusal_of(tables.table(name), profile, writable=False))
    evidence = Evidence(
        problems=tuple(dict.fromkeys((*survey_site(opener, writable=False), *stale))),
        columns=_columns(opener),
        accounts=_accounts(profile),
        calibrated=proven_kinds(profile),
        further=further,
    )
    folders: list[Path] = sorted({path.parent for path in places.paths.values()})
    cards = scan_cards(folders, profile.company, rows_max)
    return SiteCheck(profile.company, judge(profile, evidence), cards, locked)


def _in_database(profile: Profile, found: DatabaseCheck) -> SiteCheck:
    evidence = Evidence(
        problems=found.problems,
        columns=found.columns,
        accounts=found.accounts,
        calibrated=proven_kinds(profile),
        further=found.further,
    )
    cards = tuple(
        CardColumn(each.table, each.column, each.count, each.looked_at, each.is_named_so)
        for each in found.cards
    )
    return SiteCheck(profile.company, judge(profile, evidence), Scanned(cards, found.rows, ()), found.notes)


def _columns(opener: TableOpener) -> Mapping[TableName, Collection[str]]:
    """A table that does not fit is told as a problem already."""
    found: dict[TableName, Collection[str]] = {}
    with OpenTables(opener, writable=False) as tables:
        for name in POSTING_TABLES:
            try:
                found[name] = tuple(tables.bound(name).shapes)
            except (FoxProError, ConfigurationError):
                continue
    return found


def _accounts(profile: Profile) -> Collection[str] | None:
    chart = TableName.ACCOUNTS
    try:
        paths = locate_tables(profile, [chart]).paths
        with OpenTables(TableOpener(profile, paths, Access()), writable=False) as tables:
            table, number = tables.table(chart), tables.bound(chart).shapes["number"].name
            codec = narrowed(table, {number})
            rows = (codec.decode(raw, recno) for recno, raw in table.storage.raws() if raw[0] != DELETED_FLAG)
            return {str(row[number] or "").strip() for row in rows}
    except (FoxProError, ConfigurationError):
        return None
