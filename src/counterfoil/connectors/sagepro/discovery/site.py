"""Discovery as a whole: from a path to a report, with bounds on everything that is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from counterfoil.connectors.sagepro.discover import locate_tables, survey_site
from counterfoil.connectors.sagepro.discovery.companies import company_paths, find_companies
from counterfoil.connectors.sagepro.discovery.conclusions import of_company, of_site
from counterfoil.connectors.sagepro.discovery.draft import draft_profile
from counterfoil.connectors.sagepro.discovery.folders import Spots, walk_site
from counterfoil.connectors.sagepro.discovery.report import FoundCompany, SiteReport
from counterfoil.connectors.sagepro.discovery.rows import SAMPLE_ROWS, sample_company
from counterfoil.connectors.sagepro.discovery.tables import ANY_CODE_PAGE, look_at_table
from counterfoil.connectors.sagepro.profile import parse_profile
from counterfoil.connectors.sagepro.system_table import SystemRow, read_system_table
from counterfoil.connectors.sagepro.tables import Access, TableOpener
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.foxpro.errors import CodePageError
from counterfoil.ports.errors import ConfigurationError, CounterfoilError

Advance = Callable[[str, int, int], None]
OTHERS_MAX = 50


def discover_site(
    path: Path, advance: Advance = lambda _what, _done, _total: None, rows_max: int = SAMPLE_ROWS
) -> SiteReport:
    """Looks at everything below a folder; nothing is written, and tables are opened for reading, shared.

    Raises:
        ConfigurationError: the path is no folder, or no Sage Pro company lies there.
        TransientError: the system table is held by another program.
    """
    if not path.is_dir():
        raise ConfigurationError(
            f"{path} is no folder: name Sage Pro's program folder, where SYSDATA.DBF lies, or its data folder"
        )
    base = path.resolve()
    spots = walk_site(base)
    system = spots.systems[0] if spots.systems else None
    rows = _system_rows(system)
    companies = find_companies(system, rows, spots)
    if not companies:
        raise ConfigurationError(
            f"below {path} lies neither SYSDATA.DBF with a company nor a table of customers (ARCUST and the"
            " company's code): name Sage Pro's program folder, or the folder of its data"
        )
    report = SiteReport(path=base, system_folder=system, companies=companies)
    looked = [_looked_at(report, company, spots, advance, rows_max) for company in companies]
    return replace(report, companies=looked, conclusions=of_site(report, spots))


def _system_rows(system: Path | None) -> list[SystemRow]:
    if system is None:
        return []
    with translated():
        try:
            return read_system_table(system)
        except CodePageError:
            return read_system_table(system, ANY_CODE_PAGE)


def _looked_at(
    report: SiteReport, company: FoundCompany, spots: Spots, advance: Advance, rows_max: int
) -> FoundCompany:
    if company.is_deleted:
        return company
    paths = list(company_paths(company, spots))
    tables = []
    for done, (table, path) in enumerate(paths, start=1):
        advance(f"company {company.code}", done, len(paths))
        tables.append(look_at_table(table, path))
    folders = {module.folder for module in company.modules if module.folder is not None}
    others = sorted(name for folder in folders for name in spots.others.get(folder, ()))
    found = replace(company, tables=tables, others=others[:OTHERS_MAX])
    found = replace(found, sampled=sample_company(found, report.system_folder, rows_max))
    return replace(found, conclusions=of_company(found), problems=tuple(_problems(report, found)))


def _problems(report: SiteReport, company: FoundCompany) -> Iterator[str]:
    """What the agent itself would say of the drafted profile; it opens the tables for reading alone here."""
    try:
        profile = parse_profile(draft_profile(report, company), source="the drafted profile")
        opener = TableOpener(profile, locate_tables(profile).paths, Access())
        yield from survey_site(opener, writable=False)
    except CounterfoilError as error:
        yield str(error)
