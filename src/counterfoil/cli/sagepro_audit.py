"""`counterfoil sagepro audit`: whether a company's books hold together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.audit_report import AuditReport, make_report
from counterfoil.cli.audit_text import tell, to_document
from counterfoil.cli.audit_workbook import write_workbook
from counterfoil.cli.foxpro.telling import CANNOT, FINDINGS, progress, say_error
from counterfoil.connectors.sagepro.audit.auditor import audit as audit_books
from counterfoil.connectors.sagepro.audit.baseline import Baseline, parse_baseline, render_baseline
from counterfoil.connectors.sagepro.audited import open_books
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.sites import site_profile
from counterfoil.connectors.sagepro.sorting import row_sorter
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.ports.errors import ConfigurationError, CounterfoilError

_STANDARD_OUTPUT = "-"


def audit(  # noqa: PLR0913, PLR0917 - each option of the command is one
    site: Annotated[
        str, typer.Argument(metavar="PATH|DSN|PROFILE", help="A folder, a database server, or a profile.")
    ],
    company: Annotated[str | None, typer.Option(help="Which company, where the folder has several.")] = None,
    json_file: Annotated[
        str | None, typer.Option("--json", metavar="FILE|-", help="Writes all as JSON; - prints it.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="Findings that are known: only others are new.")
    ] = None,
    write_baseline: Annotated[Path | None, typer.Option(help="Writes what is found now as known.")] = None,
    owner: Annotated[str, typer.Option(help="Who is to mend or explain what --write-baseline notes.")] = "",
    excel: Annotated[Path | None, typer.Option(help="Writes all as an Excel workbook.")] = None,
) -> None:
    """Audits a company's books: open items, balances, receipts, distributions, orders, stock, keys.

    Reads the tables in place and changes no byte of them; others may work meanwhile.
    """
    with _told():
        profile = site_profile(site, company)
        report = _audited(profile, _known(profile, baseline))
        if write_baseline is not None:
            _write_baseline(report, write_baseline, owner.strip())
        if excel is not None:
            write_workbook(report, excel)
        _tell(report, json_file)
    if report.fresh and (write_baseline is None or baseline is not None):
        raise typer.Exit(FINDINGS)


@contextmanager
def _told() -> Iterator[None]:
    """Says what cannot be done and what to do, and ends the command."""
    try:
        with translated():
            yield
    except CounterfoilError as error:
        say_error(str(error))
        raise typer.Exit(CANNOT) from error


def _audited(profile: Profile, baseline: Baseline) -> AuditReport:
    with progress() as advance, open_books(profile, advance) as books:
        verdicts = audit_books(books, row_sorter, profile.codes)
        return make_report(books, verdicts, baseline)


def _known(profile: Profile, path: Path | None) -> Baseline:
    if path is None:
        return Baseline(profile.company)
    return parse_baseline(_read(path), company=profile.company, source=str(path))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot read the baseline {path}: {error}") from error


def _write_baseline(report: AuditReport, path: Path, owner: str) -> None:
    if not owner and any(not each.owner for _, each in report.findings):
        raise ConfigurationError("say who is to mend or explain what is found: --owner NAME")
    overfull = [verdict.check for verdict in report.verdicts if not verdict.is_complete]
    if overfull:
        raise ConfigurationError(
            f"no baseline was written: {', '.join(overfull)} found more than can be kept, which tells of a"
            " rule that does not fit the site rather than of single faults; see codes and columns of the"
            " profile"
        )
    _write(path, render_baseline(report.company, (each for _, each in report.findings), owner))
    say_error(f"{len(report.findings)} findings stand in {path} as known now: name it with --baseline")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise ConfigurationError(f"cannot write {path}: {error}") from error


def _tell(report: AuditReport, json_file: str | None) -> None:
    if json_file is not None:
        text = to_document(report)
        if json_file == _STANDARD_OUTPUT:
            typer.echo(text)
            return
        _write(Path(json_file), text + "\n")
    tell(report)
