"""An audit in words and as a JSON document."""

from __future__ import annotations

import json
from typing import Any

import typer

from counterfoil.cli.audit_report import AuditReport, Place
from counterfoil.cli.foxpro.telling import say, say_error, shown
from counterfoil.connectors.sagepro.audit.baseline import Identified, State
from counterfoil.connectors.sagepro.audit.findings import plain
from counterfoil.connectors.sagepro.audit.verdicts import Verdict

TOLD_MAX = 20
"""So many findings of one check are told in words; the document and the workbook have all."""
_COLOURS = {State.NEW: typer.colors.RED, State.CHANGED: typer.colors.RED, State.KNOWN: typer.colors.YELLOW}


def to_document(report: AuditReport) -> str:
    return json.dumps(
        {
            "company": report.company,
            "sound": not report.fresh,
            "new": report.fresh,
            "known": sum(each.state is State.KNOWN for _, each in report.findings),
            "gone": report.gone,
            "changed_meanwhile": list(report.changed),
            "checks": [_check(report, verdict) for verdict in report.verdicts],
        },
        indent=2,
    )


def _check(report: AuditReport, verdict: Verdict) -> dict[str, Any]:
    return {
        "name": verdict.check,
        "meaning": verdict.meaning,
        "columns": verdict.certainty.value,
        "not_made": shown(verdict.not_made) or None,
        "looked_at": verdict.looked_at,
        "count": verdict.count,
        "complete": verdict.is_complete,
        "findings": [_finding(place, each) for place, each in report.of(verdict.check)],
    }


def _finding(place: Place, each: Identified) -> dict[str, Any]:
    finding = each.finding
    return {
        "id": each.id,
        "state": each.state.value,
        "owner": each.owner or None,
        "table": place.file,
        "record": finding.record,
        "key": shown(finding.key),
        "column": place.field,
        "expected": shown(finding.expected),
        "found": shown(finding.found),
        "difference": None if finding.difference is None else plain(finding.difference),
    }


def tell(report: AuditReport) -> None:
    for verdict in report.verdicts:
        if verdict.not_made:
            state = typer.style("not made", fg=typer.colors.YELLOW)
            say(f"{verdict.check}: {state}: {shown(verdict.not_made)}")
        elif verdict.count:
            _tell_findings(report, verdict)
    for name in report.changed:
        say_error(
            f"{name} was written to while the audit read it, so that findings may be of the moment: run it"
            " again when nobody posts"
        )
    say(_summary(report))


def _tell_findings(report: AuditReport, verdict: Verdict) -> None:
    say(f"{verdict.check}: {verdict.meaning} Not so: {verdict.count}")
    found = report.of(verdict.check)
    for place, each in sorted(found, key=lambda pair: pair[1].state is State.KNOWN)[:TOLD_MAX]:
        finding = each.finding
        state = typer.style(each.state.value, fg=_COLOURS[each.state])
        say(
            f"    {state}  {shown(finding.key)}: {place.file} record {finding.record}, {place.field}:"
            f" expected {shown(finding.expected)}, found {shown(finding.found) or 'blank'}{_owner(each)}"
        )
    if verdict.count > TOLD_MAX:
        say(f"    and {verdict.count - TOLD_MAX} more: --json or --excel has {_how_many(verdict)}")


def _owner(each: Identified) -> str:
    return f" (owner: {shown(each.owner)})" if each.owner else ""


def _how_many(verdict: Verdict) -> str:
    return "all" if verdict.is_complete else f"the first {len(verdict.findings)}"


def _summary(report: AuditReport) -> str:
    made = sum(not verdict.not_made for verdict in report.verdicts)
    known = sum(each.state is State.KNOWN for _, each in report.findings)
    state = "NOT SOUND" if report.fresh else "sound"
    beside = f", {known} known, {report.gone} gone since the baseline" if known or report.gone else ""
    return (
        f"Company {report.company}: {state}; {made} of {len(report.verdicts)} checks made,"
        f" new findings: {report.fresh}{beside}"
    )
