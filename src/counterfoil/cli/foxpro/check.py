"""`counterfoil foxpro check`: whether tables hold together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from counterfoil.cli.foxpro.telling import (
    SOUND,
    AsJson,
    CodePage,
    Document,
    Tables,
    each_table,
    is_told_as_error,
    outcome,
    progress,
    say,
    say_document,
    shown,
)
from counterfoil.foxpro.checking.table_check import FINDINGS_MAX, table_findings
from counterfoil.foxpro.index.findings import Finding

_COLOURS = {"fault": typer.colors.RED, "note": typer.colors.YELLOW}


def check(tables: Tables, *, code_page: CodePage = None, as_json: AsJson = False) -> None:
    """Checks tables, their memos and every key of their index tags, while others may work in them.

    Notes ask for nothing and do not count as findings.
    """
    with progress() as advance:

        def look(path: Path) -> Document:
            found = list(
                table_findings(
                    path,
                    code_page=code_page,
                    advance=lambda what, done, total: advance(f"{path.name}: {what}", done, total),
                )
            )
            return _document(path, found)

        checked = each_table(tables, look)
    code = outcome(checked, lambda table: bool(table["sound"]))
    if as_json:
        say_document({"sound": code == SOUND, "tables": checked})
    else:
        for table in checked:
            _tell(table)
    if code:
        raise typer.Exit(code)


def _document(path: Path, found: Sequence[Finding]) -> Document:
    findings = [
        {"severity": finding.severity.value, "tag": finding.tag, "text": shown(finding.text)}
        for finding in found
    ]
    return {
        "path": str(path),
        "sound": not any(finding.is_fault for finding in found),
        "complete": len(found) < FINDINGS_MAX,
        "findings": findings,
    }


def _tell(table: Document) -> None:
    if is_told_as_error(table):
        return
    path = shown(table["path"])
    say(f"{path}: {'sound' if table['sound'] else typer.style('NOT SOUND', fg=typer.colors.RED)}")
    for finding in table["findings"]:
        severity = typer.style(finding["severity"], fg=_COLOURS[finding["severity"]])
        tag = f"tag {finding['tag']}: " if finding["tag"] else ""
        say(f"    {severity}  {tag}{finding['text']}")
    if not table["complete"]:
        say(f"    only the first {FINDINGS_MAX} are told")
