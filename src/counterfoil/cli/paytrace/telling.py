"""How connections and what was tried at them are told."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from counterfoil.bootstrap.bindings import reaches_production
from counterfoil.connectors.paytrace.checking import Check, Verdict
from counterfoil.store.connections import ConnectionRow

_MARKS = {
    Verdict.WORKS: "ok     ",
    Verdict.FAILS: "FAILS  ",
    Verdict.NOT_ALLOWED: "may not",
    Verdict.UNKNOWN: "unknown",
}


def kind_of(row: ConnectionRow) -> str:
    """What the connection really reaches, in letters that cannot be overlooked."""
    return "PRODUCTION" if reaches_production(row) else "sandbox"


def tell_checks(checks: Sequence[Check]) -> None:
    for check in checks:
        typer.echo(f"{_MARKS[check.verdict]}  {check.name}: {check.detail}")


def check_document(check: Check) -> dict[str, str]:
    return {"name": check.name, "verdict": check.verdict.value, "detail": check.detail}


def row_document(row: ConnectionRow) -> dict[str, object]:
    """A connection for programs, without anything secret."""
    named = (
        "address",
        "merchant",
        "username",
        "integrator_id",
        "generation",
        "merchant_number",
        "zone",
        "start",
    )
    return {
        "name": row.name,
        "environment": row.environment,
        "company": row.company,
        "kind": kind_of(row).lower(),
        "enabled": row.enabled,
    } | {name: row.settings.get(name, "") for name in named}
