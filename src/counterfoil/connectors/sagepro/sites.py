"""What a person names on the command line: a profile, a folder with tables, or a database server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from counterfoil.connectors.sagepro.discovery.draft import draft_profile
from counterfoil.connectors.sagepro.discovery.report import FoundCompany, SiteReport
from counterfoil.connectors.sagepro.discovery.site import discover_site
from counterfoil.connectors.sagepro.profile import Profile, parse_profile, read_profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.sql.discovering import discover_server
from counterfoil.ports.errors import ConfigurationError

Advance = Callable[[str, int, int], None]
_ADDRESS = "://"


def find_site(where: str, advance: Advance) -> SiteReport:
    """What lies at an address of a database server, or below a folder.

    Raises:
        ConfigurationError: it is neither, or no Sage Pro company lies there.
        TransientError: the system table is held by another program, or the server does not answer.
    """
    if _ADDRESS in where:
        return discover_server(where, advance)
    return discover_site(Path(where), advance)


def site_profile(where: str | Path, company: str | None = None) -> Profile:
    """The profile in a file, or the one that discovery drafts for a folder or a database server.

    Raises:
        ConfigurationError: it is none of these, the company is not there, or one of several must be chosen.
        TransientError: the system table is held by another program, or the server does not answer.
    """
    if _ADDRESS in str(where):
        report = discover_server(str(where))
        return _drafted(report, _chosen(str(where), report, company))
    path = Path(where)
    if path.is_dir():
        report = discover_site(path)
        return _drafted(report, _chosen(path, report, company))
    profile = read_profile(path)
    if company not in {None, profile.company}:
        raise ConfigurationError(
            f"{path} is the profile of company {profile.company}, not of {company}: leave --company out"
        )
    return profile


def _chosen(path: str | Path, report: SiteReport, company: str | None) -> FoundCompany:
    codes = [each.code for each in report.live]
    if company is None and len(codes) != 1:
        raise ConfigurationError(
            f"{path} has the companies {', '.join(codes) or 'none'}: name one with --company"
        )
    found = next((each for each in report.live if company in {None, each.code}), None)
    if found is None:
        raise ConfigurationError(
            f"{path} has no company {company}: choose one of {', '.join(codes) or 'none'}"
        )
    return found


def _drafted(report: SiteReport, company: FoundCompany) -> Profile:
    """With the folder of every module that was found, those that nothing is posted to among them."""
    if company.database is not None:
        return parse_profile(draft_profile(report, company), source="the drafted profile")
    receivables = company.module(TableName.DOCUMENTS.module)
    if receivables is None or receivables.folder is None:
        why = receivables.why if receivables else "nothing tells of them"
        raise ConfigurationError(
            f"the receivables of company {company.code} were not found: {why}; name their folder under"
            f" folders.{TableName.DOCUMENTS.module} of a profile, and name the profile"
        )
    profile = parse_profile(draft_profile(report, company), source="the drafted profile")
    folders = {each.module: each.folder for each in company.modules if each.folder is not None}
    if report.system_folder is None:
        folders = {**{name.module: receivables.folder for name in TableName}, **folders}
    return profile.model_copy(update={"folders": {**folders, **profile.folders}})
