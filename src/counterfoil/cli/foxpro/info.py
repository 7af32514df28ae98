"""`counterfoil foxpro info`: what tables are."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.foxpro.telling import (
    AsJson,
    CodePage,
    Document,
    Tables,
    each_table,
    is_told_as_error,
    outcome,
    say,
    say_document,
    shown,
)
from counterfoil.foxpro.description import describe_table

_INDENT = "    "


def info(
    tables: Tables,
    *,
    code_page: CodePage = None,
    count: Annotated[bool, typer.Option(help="Read the rows and count those flagged deleted.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tells what tables are: version, fields, memos, index tags, and what could not be written and why."""

    def look(path: Path) -> Document:
        return dataclasses.asdict(describe_table(path, code_page=code_page, count=count))

    found = each_table(tables, look)
    if as_json:
        say_document({"tables": found})
    else:
        _tell(found)
    if code := outcome(found, lambda _: True):
        raise typer.Exit(code)


def _tell(found: Sequence[Document]) -> None:
    for number, table in enumerate(found):
        if number:
            say()
        if is_told_as_error(table):
            continue
        say(shown(table["path"]))
        for line in _lines(table):
            say(_INDENT + shown(line))


def _lines(table: Document) -> Iterator[str]:
    deleted = "" if table["deleted"] is None else f", {table['deleted']} of them deleted"
    yield f"{table['kind']} (0x{table['version']:02X}), last changed {table['updated'] or 'on no known day'}"
    yield f"{table['records']} records of {table['record_length']} bytes{deleted}"
    yield f"code page {table['code_page']} (mark 0x{table['code_page_mark']:02X})"
    if container := table["container"]:
        yield from _container(container)
    if table["database"]:
        yield from _database(table["database"])
    yield "fields"
    yield from _columns([_field(field) for field in table["fields"]])
    if memo := table["memo"]:
        yield f"memos in {memo['bytes']} bytes, {memo['block_size']} a block, next block {memo['next_block']}"
    if index := table["index"]:
        yield f"index tags (change counter {index['counter']})"
        yield from _columns([_tag(tag) for tag in index["tags"]])
    yield from (f"not written here: {reason}" for reason in table["not_written"])


def _container(container: Document) -> Iterator[str]:
    where = f"found at {container['path']}" if container["path"] else "not found"
    name = container["name"] or "no table of it"
    yield f"belongs to the database {container['backlink']} ({where}) as {name}"
    if container["problem"]:
        yield f"{_INDENT}but {container['problem']}"
    yield from (f"{_INDENT}FoxPro applies {duty}" for duty in container["duties"])


def _database(database: Document) -> Iterator[str]:
    yield "a database with the tables"
    for table in database["tables"]:
        yield f"{_INDENT}{table['name']}  {table['file']}"
        yield from (f"{_INDENT * 2}FoxPro applies {rule}" for rule in table["rules"])
    for what in ("views", "connections"):
        if database[what]:
            yield f"{what} {', '.join(database[what])}"
    if database["has_procedures"]:
        yield "stored procedures"


def _field(field: Document) -> list[str]:
    width = f"{field['width']},{field['decimals']}" if field["decimals"] else str(field["width"])
    marks = [mark for mark in ("nullable", "binary", "hidden") if field[mark]]
    if counter := field["counter"]:
        marks.append(f"autoincrement, next {counter['next']}, step {counter['step']}")
    return [field["name"], field["type"], width, ", ".join(marks)]


def _tag(tag: Document) -> list[str]:
    marks = [mark for mark in ("candidate", "unique", "descending") if tag[mark]]
    marks += [] if tag["collation"] == "MACHINE" else [tag["collation"]]
    condition = f"FOR {tag['filter']}" if tag["filter"] else ""
    return [tag["name"], tag["expression"], condition, f"{tag['key_length']} bytes", ", ".join(marks)]


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield _INDENT + "  ".join(cells).rstrip()
