"""`counterfoil foxpro check`: whether tables hold together."""

from __future__ import annotations

import typer

from counterfoil.cli.foxpro.telling import (
    FINDINGS,
    AsJson,
    Tables,
    each_table,
    say,
    say_document,
    shown,
)
from counterfoil.foxpro.check import check_table


def check(tables: Tables, *, as_json: AsJson = False) -> None:
    """Checks tables, their memos and every key of their index tags, while others may work in them."""
    found = each_table(tables, lambda path: {"path": str(path), "findings": check_table(path)})
    if as_json:
        say_document({"tables": found})
    else:
        for table in found:
            for finding in table["findings"]:
                say(f"{table['path']}: {shown(finding)}")
    if any(table["findings"] for table in found):
        raise typer.Exit(FINDINGS)
