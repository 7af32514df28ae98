"""`counterfoil foxpro dump`: a table's rows as text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from counterfoil.cli.foxpro.rows import Format, Mask, heading, line_of
from counterfoil.cli.foxpro.selection import Selection
from counterfoil.cli.foxpro.telling import FINDINGS, CodePage, say_error, told
from counterfoil.foxpro.errors import FoxProError
from counterfoil.foxpro.table import Table


@dataclass(slots=True)
class _Bad:
    """Counts the rows that cannot be read."""

    stop: bool
    count: int = 0

    def __call__(self, error: FoxProError) -> None:
        if self.stop:
            raise error
        self.count += 1
        say_error(f"left out: {error}")


def dump(  # noqa: PLR0913 - a command's options
    table: Annotated[Path, typer.Argument(help="The table.")],
    *,
    form: Annotated[Format, typer.Option("--format", help="CSV, or a JSON object a line.")] = Format.CSV,
    fields: Annotated[str, typer.Option(help="These fields alone, with commas between them.")] = "",
    where_tag: Annotated[
        tuple[str, str], typer.Option(help="Rows whose key in this index tag begins so, in its order.")
    ] = ("", ""),
    recno: Annotated[list[int] | None, typer.Option(help="This record alone; may be given again.")] = None,
    limit: Annotated[int | None, typer.Option(min=0, help="So many rows at most.")] = None,
    deleted: Annotated[bool, typer.Option("--deleted", help="Rows flagged deleted as well.")] = False,
    unmasked: Annotated[bool, typer.Option("--unmasked", help="Show what looks like card data.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Stop at a row that cannot be read.")] = False,
    code_page: CodePage = None,
) -> None:
    """Writes a table's rows to standard output; mind that they may hold personal data.

    A row that cannot be read is told on standard error and left out; the exit code is then 1.
    """
    chosen = Selection(recno or (), *where_tag, deleted=deleted)
    bad = _Bad(stop=stop)
    with told(), Table.open(table, code_page=code_page) as opened, _output() as output:
        names = _chosen_fields(opened, fields)
        mask = Mask([field.name for field in opened.fields])
        output.write(heading(form, names, deleted=deleted).encode())
        for record in islice(chosen.records(opened, bad), limit):
            row = record if unmasked else mask(record)
            output.write(line_of(form, row, names, deleted=deleted).encode())
    if bad.count:
        raise typer.Exit(FINDINGS)


def _chosen_fields(table: Table, names: str) -> list[str]:
    if not names:
        return [field.name for field in table.fields]
    return [table.codec.field(name.strip())[0].name for name in names.split(",")]


@contextmanager
def _output() -> Iterator[BinaryIO]:
    """Standard output in UTF-8; a reader that wants no more, such as `head`, ends the command quietly."""
    output = typer.get_binary_stream("stdout")
    try:
        yield output
        output.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), output.fileno())
        raise typer.Exit(0) from None
