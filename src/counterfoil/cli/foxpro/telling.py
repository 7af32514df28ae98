"""What all commands of the group share: exit codes, documents, how an error is told."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from counterfoil.cli.foxpro.paths import tables_of
from counterfoil.foxpro.errors import FoxProError
from counterfoil.security.card_guard import scrub_text

SOUND, FINDINGS, CANNOT = 0, 1, 2
"""Exit codes: done and sound; something is wrong with a table; it could not be done."""

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
Tables = Annotated[list[Path], typer.Argument(help="Tables, or folders with all their tables.")]
CodePage = Annotated[
    str | None, typer.Option(help="The tables' code page, such as cp1252, where the header is wrong.")
]
Document = dict[str, Any]


def each_table(words: Iterable[Path], look: Callable[[Path], Document]) -> list[Document]:
    """What is to be told of each table; one that cannot be looked at does not keep the others back."""
    with told():
        paths = tables_of(words)
    return [_looked_at(path, look) for path in paths]


def _looked_at(path: Path, look: Callable[[Path], Document]) -> Document:
    try:
        return look(path)
    except FoxProError as error:
        return {"path": str(path), "error": error_document(error)}


def outcome(documents: Iterable[Document], is_sound: Callable[[Document], bool]) -> int:
    """The exit code for what was told of several tables."""
    told_of = list(documents)
    if any("error" in each for each in told_of):
        return CANNOT
    return SOUND if all(map(is_sound, told_of)) else FINDINGS


def is_told_as_error(document: Document) -> bool:
    """Says that a table could not be looked at, where that is so."""
    if "error" in document:
        say_error(f"{shown(document['path'])}: {document['error']['message']}")
    return "error" in document


def error_document(error: FoxProError) -> dict[str, str]:
    return {"kind": type(error).__name__, "message": shown(str(error))}


@contextmanager
def told() -> Iterator[None]:
    """Says what cannot be done and ends the command."""
    try:
        yield
    except FoxProError as error:
        say_error(str(error))
        raise typer.Exit(CANNOT) from error


def say(text: str = "") -> None:
    typer.echo(text)


def say_error(text: str) -> None:
    typer.echo(shown(text), err=True)


def say_document(document: Mapping[str, Any]) -> None:
    typer.echo(json.dumps(document, indent=2, default=_plain))


def shown(text: str) -> str:
    """Text out of a file, fit for a terminal: no card numbers, no control characters."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in scrub_text(text))


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    raise TypeError(type(value).__name__)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Shows how far a long work is, on a terminal only: what is done, how much of it, of how much."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
        known: dict[str, TaskID] = {}

        def advance(what: str, done: int, total: int) -> None:
            if what not in known:
                for task in known.values():
                    bars.update(task, visible=False)
                known[what] = bars.add_task(shown(what))
            bars.update(known[what], completed=done, total=max(total, 1))

        yield advance
