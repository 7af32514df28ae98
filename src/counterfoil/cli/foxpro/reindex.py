"""`counterfoil foxpro reindex`: builds the index tags of tables anew."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.foxpro.telling import (
    CANNOT,
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
    say_error,
    shown,
)
from counterfoil.foxpro.checking.table_check import table_findings
from counterfoil.foxpro.description import describe_table
from counterfoil.foxpro.errors import FoxProError
from counterfoil.foxpro.index.reindex import reindex as reindex_table


def reindex(
    tables: Tables,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    code_page: CodePage = None,
    as_json: AsJson = False,
) -> None:
    """Builds every index tag of tables anew and checks it, while nobody else works in the tables.

    A table in which anybody else holds a lock is left as it is.
    """
    plans = each_table(tables, lambda path: {"path": str(path), "plan": _plan(path, code_page)})
    if not yes:
        _ask(plans, as_json=as_json)
    with progress() as advance:

        def work(path: Path) -> Document:
            def tell(what: str, done: int, total: int) -> None:
                advance(f"{path.name}: {what}", done, total)

            done = reindex_table(path, code_page=code_page, progress=partial(tell, "reindex"))
            found = table_findings(path, code_page=code_page, advance=tell)
            faults = [shown(str(finding)) for finding in found if finding.is_fault]
            return {"path": str(path), "rows": done.rows, "keys": dict(done.keys), "findings": faults}

        done = each_table([Path(plan["path"]) for plan in plans], work)
    code = outcome(done, lambda table: not table["findings"])
    if as_json:
        say_document({"done": code == SOUND, "tables": done})
    else:
        for table in done:
            _tell(table)
    if code:
        raise typer.Exit(code)


def _plan(path: Path, code_page: str | None) -> str:
    try:
        table = describe_table(path, code_page=code_page)
    except FoxProError as error:
        return str(error)
    if table.index is None:
        return "no index file"
    tags = ", ".join(f"{tag.name} ({tag.expression})" for tag in table.index.tags)
    return f"{table.records} rows, tags {tags}"


def _ask(plans: Sequence[Document], *, as_json: bool) -> None:
    """Tells what will be done; goes on only when somebody wants it."""
    if as_json:
        say_error("nothing was changed: a document is written without asking, so add --yes")
        raise typer.Exit(CANNOT)
    say_error("These indexes will be built anew. Nobody else may work in the tables meanwhile:")
    for plan in plans:
        say_error(f"    {plan['path']}: {plan['plan']}")
    try:
        goes_on = typer.confirm("Go on?", err=True)
    except typer.Abort:  # Nobody is there to answer.
        goes_on = False
    if not goes_on:
        say_error("nothing was changed")
        raise typer.Exit(CANNOT)


def _tell(table: Document) -> None:
    if is_told_as_error(table):
        return
    keys = ", ".join(f"{name} {count}" for name, count in sorted(table["keys"].items()))
    verdict = "; NOT SOUND" if table["findings"] else ""
    say(f"{shown(table['path'])}: {table['rows']} rows, keys: {shown(keys)}{verdict}")
    for finding in table["findings"]:
        say(f"    {finding}")
