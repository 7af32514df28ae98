"""`counterfoil flows map`: what a mapping makes of a record, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.flows.files import read_text
from counterfoil.cli.flows.tables import Tables
from counterfoil.cli.foxpro.telling import CANNOT, FINDINGS, AsJson, say, say_document, say_error, shown
from counterfoil.flows.errors import nearest
from counterfoil.flows.mapping.carry import Mapped, Story, map_record
from counterfoil.flows.mapping.library import MAPPINGS, read_library_mapping
from counterfoil.flows.mapping.plan import MappingPlan, read_mapping
from counterfoil.flows.mapping.tables import Used
from counterfoil.flows.mapping.values import show
from counterfoil.http.exact_json import MalformedJsonError, decode_exact_object
from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.card_guard import scrub_object

_VERSION_SHOWN = 12
_INDENT = "    "


def map_(
    mapping: Annotated[str, typer.Argument(help="The mapping's file (YAML), or the name of a shipped one.")],
    *,
    record: Annotated[Path, typer.Option(help="A JSON object with the source's fields.", dir_okay=False)],
    tables: Annotated[
        Path | None,
        typer.Option(
            help="A folder of lookup tables (CSV); they come before those that ship.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    trace: Annotated[bool, typer.Option("--trace", help="Explain every value.")] = False,
    as_json: AsJson = False,
) -> None:
    """Maps a record and shows every target value; with a trace, where each came from and the rows used.

    Exit code 1 where a value is refused, 2 where the mapping, a table or the record cannot be used.
    """
    try:
        shelf = Tables(tables)
        plan = read_mapping(_mapping_text(mapping), shelf.get, shelf.names)
        mapped = map_record(plan, _record(record), explain=trace)
    except (ConfigurationError, OSError) as error:
        for line in str(error).splitlines():
            say_error(f"{mapping}: {line}")
        raise typer.Exit(CANNOT) from error
    if as_json:
        say_document(scrub_object(_document(plan, mapped)))
    else:
        _tell(plan, mapped, shelf)
    if mapped.problems:
        raise typer.Exit(FINDINGS)


def _mapping_text(name: str) -> str:
    if name in MAPPINGS:
        return read_library_mapping(name)
    path = Path(name)
    if not path.is_file():
        raise ConfigurationError(f"no such file, and no shipped mapping{nearest(name, MAPPINGS)}")
    return read_text(path)


def _record(path: Path) -> dict[str, object]:
    try:
        return decode_exact_object(read_text(path).encode())
    except MalformedJsonError as error:
        raise ConfigurationError(f"record {path}: {error}") from error


def _tell(plan: MappingPlan, mapped: Mapped, shelf: Tables) -> None:
    say(f"{plan.name}: {plan.title} (version {plan.version[:_VERSION_SHOWN]})")
    width = max(map(len, plan.targets))
    for name, value in mapped.values.items():
        say(f"{name.ljust(width)}  {shown(show(value)) or '(empty)'}")
        _say_story(mapped.stories.get(name))
    if mapped.value_stories:
        say("values on the way")
    for name, story in mapped.value_stories.items():
        say(f"{name} = {shown(story.value) or '(empty)'}")
        _say_story(story)
    for table in plan.tables.values():
        if table.note and shelf.ships(table.name):
            say(f"note: table {table.name}: {table.note}")
    for problem in mapped.problems:
        say_error(f"{problem.target}: {problem.text}")


def _say_story(story: Story | None) -> None:
    for line in _story(story) if story is not None else ():
        say(_INDENT + shown(line))


def _story(story: Story) -> Iterator[str]:
    for name, value in story.sources:
        yield f"from {name} = {value or '(empty)'}"
    if not story.sources:
        yield "fixed"
    for step in story.steps:
        yield f"{step.transform}: {_joined(step.given)} -> {step.gave or '(empty)'}"
        yield from (f"{_INDENT}{_row(row)}" for row in step.rows)


def _joined(values: Sequence[str]) -> str:
    return ", ".join(value or "(empty)" for value in values)


def _row(row: Used) -> str:
    cells = ", ".join(f"{column} {cell}" for column, cell in row.cells.items())
    return f"table {row.table} (version {row.version[:_VERSION_SHOWN]}), line {row.line}: {cells}"


def _document(plan: MappingPlan, mapped: Mapped) -> dict[str, Any]:
    document: dict[str, Any] = {
        "mapping": plan.name,
        "version": plan.version,
        "tables": {name: table.version for name, table in plan.tables.items()},
        "values": {
            name: value if isinstance(value, bool) or value is None else show(value)
            for name, value in mapped.values.items()
        },
        "problems": [{"target": each.target, "text": each.text} for each in mapped.problems],
    }
    if mapped.stories:
        document["trace"] = [_told("target", story) for story in mapped.stories.values()]
        document["trace"] += [_told("value", story) for story in mapped.value_stories.values()]
    return document


def _told(kind: str, story: Story) -> dict[str, Any]:
    return {
        kind: story.name,
        "from": [{"name": name, "value": value} for name, value in story.sources],
        "steps": [
            {
                "transform": step.transform,
                "given": list(step.given),
                "gave": step.gave,
                "rows": [
                    {"table": row.table, "version": row.version, "line": row.line, "cells": dict(row.cells)}
                    for row in step.rows
                ],
            }
            for step in story.steps
        ],
        "result": story.value,
    }
