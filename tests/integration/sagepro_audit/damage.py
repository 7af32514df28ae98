"""A sample company on disk, one wrong row at a time, and the audit of it by the command."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.foxpro.records.fields import Value
from counterfoil.foxpro.table import Table
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.market import SMALL
from counterfoil.sandbox.sagepro.writer import write_company

AS_OF = date(2026, 11, 23)
CENT = Decimal("0.01")
Row = Mapping[str, Value]


def make_books(folder: Path) -> Path:
    write_company(make_company(7, AS_OF, size=SMALL), folder)
    return folder


@dataclass(frozen=True)
class Answer:
    """What the command said."""

    code: int
    output: str

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.output)
        return document

    @property
    def found(self) -> dict[str, list[tuple[str, int, str]]]:
        """Table, record and column of every finding, by check."""
        return {
            check["name"]: [
                (finding["table"], finding["record"], finding["column"]) for finding in check["findings"]
            ]
            for check in self.document["checks"]
            if check["findings"]
        }


def run(*words: object) -> Answer:
    result = CliRunner().invoke(app, ["sagepro", "audit", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return Answer(result.exit_code, result.output)


def audited(folder: Path, *words: object) -> Answer:
    return run(folder, "--json", "-", *words)


def table_path(folder: Path, table: str) -> Path:
    (path,) = (path for path in folder.rglob("*") if path.name.lower() == f"{table}01.dbf")
    return path


def rows(folder: Path, table: str) -> list[tuple[int, Row]]:
    with Table.open(table_path(folder, table)) as opened:
        return [(record.recno, record.values) for record in opened.records()]


def first(folder: Path, table: str, wanted: Callable[[Row], bool]) -> tuple[int, Row]:
    return next((recno, row) for recno, row in rows(folder, table) if wanted(row))


def change(folder: Path, table: str, recno: int, **values: Value) -> None:
    with Table.open(table_path(folder, table), writable=True) as opened:
        opened.update(recno, values)


def delete(folder: Path, table: str, recno: int) -> None:
    with Table.open(table_path(folder, table), writable=True) as opened:
        opened.delete(recno)


def append(folder: Path, table: str, values: Row) -> int:
    with Table.open(table_path(folder, table), writable=True) as opened:
        return opened.append(values)


def amount(row: Row, column: str) -> Decimal:
    value = row[column]
    return value if isinstance(value, Decimal) else Decimal(0)


def is_blank(row: Row, *columns: str) -> bool:
    return not any(str(row[column] or "").strip() for column in columns)
