"""The command line as a test uses it, and tables to use it on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.foxpro import Field, Table, TagSpec, Value, create_table

CARD = "4111111111111111"
FIELDS = (
    Field("custno", "C", 6),
    Field("company", "C", 30),
    Field("balance", "N", 12, 2),
    Field("since", "D"),
    Field("active", "L"),
    Field("seen", "T"),
    Field("number", "I"),
    Field("notes", "M"),
)
TAGS = (
    TagSpec("custno", "UPPER(custno)", candidate=True),
    TagSpec("balance", "balance", descending=True),
    TagSpec("since", "since", filter="!DELETED()"),
    TagSpec("active", "active"),
)


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


def run(*words: object, text: str | None = None) -> Said:
    result = CliRunner().invoke(app, ["foxpro", *map(str, words)], input=text)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Said(result.exit_code, result.stdout_bytes.decode(), result.stderr)


def row(number: int) -> dict[str, Value]:
    return {
        "custno": f"C{number:03}",
        "company": f'Müller & "Sons", {number}',
        "balance": Decimal(number) / 4,
        "since": date(2026, 1, 1 + number % 28) if number % 3 else None,
        "active": number % 2 == 0,
        "seen": datetime(2026, 11, 2, 8, 30, number % 60),  # noqa: DTZ001 - FoxPro times are local
        "number": number,
        "notes": f"note {number}\r\nsecond line" if number % 2 else "",
    }


def customers(folder: Path, count: int = 9, name: str = "customer.dbf") -> Path:
    """A table with the third row deleted."""
    path = folder / name
    create_table(path, FIELDS, TAGS, rows=map(row, range(1, count + 1)), today=date(2026, 11, 2))
    with Table.open(path, writable=True) as table:
        table.delete(3)
    return path


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below a folder: its bytes and when it was changed."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
