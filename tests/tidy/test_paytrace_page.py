from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from types import ModuleType

from counterfoil.connectors.paytrace import wire_v1, wire_v3
from counterfoil.connectors.paytrace.mapping.records_v3 import check_status
from counterfoil.connectors.paytrace.ways import Use, Way
from counterfoil.connectors.paytrace.wire_v3.checks import Status

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "paytrace.md"


def ways(package: ModuleType) -> dict[Use, Way]:
    """Every call that the wire modules of a generation name."""
    found: dict[Use, Way] = {}
    for module in pkgutil.iter_modules(package.__path__):
        names = vars(importlib.import_module(f"{package.__name__}.{module.name}"))
        for way in (value for value in names.values() if isinstance(value, Way)):
            assert found.setdefault(way.use, way) == way, f"{way.use.value} has two calls"
    return found


def cell(way: Way | None) -> str:
    if way is None:
        return "not offered"
    return f"`{way.method} {way.path}`, {way.certainty.value}: {way.source}"


def rows(text: str) -> list[list[str]]:
    lines = (line for line in text.splitlines() if line.startswith("| "))
    return [[part.strip() for part in line.strip("|").split("|")] for line in lines]


def section(name: str) -> str:
    found = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found is not None
    return found.group(1)


def test_the_page_tells_every_call_as_the_code_makes_it() -> None:
    first, second = ways(wire_v1), ways(wire_v3)
    expected = [[use.value, cell(first.get(use)), cell(second.get(use))] for use in Use]
    assert [row for row in rows(section("Calls")) if row[0] != "what for"] == expected


def test_the_page_tells_what_every_status_of_a_bank_payment_counts_as() -> None:
    told = {
        word.strip(): row[1]
        for row in rows(section("Records"))
        if len(row) == 2 and row[0] != "status"
        for word in row[0].split(",")
    }
    assert told == {word.value: check_status(word).value for word in Status if word.value}
