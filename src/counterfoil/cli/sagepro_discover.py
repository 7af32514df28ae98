"""`counterfoil sagepro discover`: what lies at a Sage Pro site, and a profile to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.discovery_text import tell, to_document
from counterfoil.cli.foxpro.telling import CANNOT, FINDINGS, AsJson, progress, say, say_document, say_error
from counterfoil.connectors.sagepro.discovery.draft import DECIDE, draft_profile
from counterfoil.connectors.sagepro.discovery.report import FoundCompany, SiteReport
from counterfoil.connectors.sagepro.profile import parse_profile
from counterfoil.connectors.sagepro.sites import find_site
from counterfoil.ports.errors import ConfigurationError, CounterfoilError


def discover(
    site: Annotated[
        str, typer.Argument(metavar="PATH|DSN", help="Sage Pro's folder, its data's, or a database server.")
    ],
    *,
    as_json: AsJson = False,
    write_profile: Annotated[
        Path | None, typer.Option(help="New file outside the site for the profile to start from.")
    ] = None,
    company: Annotated[str | None, typer.Option(help="Whose profile, where the site has several.")] = None,
) -> None:
    """Finds a site's companies, folders, tables, columns and customs; each with what it stands on.

    Opens tables for reading and shared, samples rows within bounds, and changes no byte of the site. Of a
    database server the password is taken from COUNTERFOIL_SAGEPRO_PASSWORD.
    """
    try:
        with progress() as advance:
            report = find_site(site, advance)
        written = _write(report, company, write_profile) if write_profile else None
    except CounterfoilError as error:
        say_error(str(error))
        raise typer.Exit(CANNOT) from error
    if as_json:
        say_document(to_document(report))
    else:
        tell(report)
        if written is not None:
            say(f"{write_profile}: profile of company {written.code}; look at its lines with {DECIDE}")
    if any(each.problems for each in report.live):
        raise typer.Exit(FINDINGS)


def _write(report: SiteReport, code: str | None, file: Path) -> FoundCompany:
    """A new file; one that exists or would lie in the site is refused."""
    company = _chosen(report, code)
    text = draft_profile(report, company)
    parse_profile(text, source="the drafted profile")
    folders = {report.path, *(module.folder for module in company.modules if module.folder)}
    if any(file.resolve().is_relative_to(folder) for folder in folders):
        raise ConfigurationError(f"{file} lies in the site, where nothing is written: name a file elsewhere")
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise ConfigurationError(f"cannot write {file}: {error.strerror}; name a new file") from error
    return company


def _chosen(report: SiteReport, code: str | None) -> FoundCompany:
    codes = [company.code for company in report.live]
    if code is None and len(codes) == 1:
        code = codes[0]
    company = next((each for each in report.live if each.code == code), None)
    if company is None:
        raise ConfigurationError(
            f"name one of the companies {', '.join(codes) or '(there is none)'} with --company"
        )
    return company
