"""Makes the second half of docs/reference/sample-company.md; run it with ``python -m``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from counterfoil.sandbox.sagepro.audit import CHECKS
from counterfoil.sandbox.sagepro.structures import SOURCES, structures
from counterfoil.sandbox.sagepro.structures.columns import PRO_VFP, WIDE, Column, Folder, Mark, Structure

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "sample-company.md"
HEADING = "## What the audit checks\n"
_HISTORY = {
    "arymst": "armast",
    "arytrn": "artran",
    "arycsh": "arcash",
    "soymst": "somast",
    "soytrn": "sotran",
}

_MARKS = """\
## The marks

- **verified**: name, type and width are as read in the named source;
- **inferred**: the name is as read in the named source; type or width follow a neighbour or a stated reason;
- **proposed**: no source shows it; made in the manner of the others.

Two presets of widths: `pro-vfp`, and `wide` where newer generations have longer customer and item numbers.

| source | what it is |
|---|---|
"""


def _column(column: Column, wide: Column) -> str:
    other = "" if wide.spelling == column.spelling else f" (wide {wide.spelling})"
    return f"{column.name} {column.spelling}{other}"


def _columns(structure: Structure, wide: Structure) -> Iterator[str]:
    yield "| mark | source | columns |"
    yield "|---|---|---|"
    pairs = zip(structure.columns, wide.columns, strict=True)
    for (mark, source), group in groupby(pairs, key=lambda pair: (pair[0].mark, pair[0].source)):
        names = ", ".join(_column(column, other) for column, other in group)
        yield f"| {mark.value} | {source} | {names} |"


def _tags(structure: Structure) -> Iterator[str]:
    for tag in structure.tags:
        yield f"| {tag.mark.value} | {tag.source} | tag {tag.name}: `{tag.expression}` |"


def _table(structure: Structure, wide: Structure) -> Iterator[str]:
    folder = structure.folder.value if structure.folder is not Folder.SYSTEM else "the system directory"
    yield ""
    yield f"### {structure.table}"
    yield ""
    yield f"{structure.about} In {folder}."
    yield ""
    if original := _HISTORY.get(structure.table):
        yield f"Columns and tags as in {original}."
    else:
        yield from _columns(structure, wide)
        yield from _tags(structure)


def _census() -> str:
    columns = [column for structure in structures(PRO_VFP) for column in structure.columns]
    counts = (f"{sum(column.mark is mark for column in columns)} {mark.value}" for mark in Mark)
    return f"{len(columns)} columns in {len(structures(PRO_VFP))} tables: {', '.join(counts)}."


def render_reference() -> str:
    checks = [f"- `{check.name}`: {check.meaning}" for check in CHECKS]
    sources = [f"| {key} | {text} |" for key, text in SOURCES.items()]
    tables = [
        line
        for structure, wide in zip(structures(PRO_VFP), structures(WIDE), strict=True)
        for line in _table(structure, wide)
    ]
    marks = _MARKS.rstrip("\n")
    lines = (HEADING, *checks, "", marks, *sources, "", _census(), "", "## Tables", *tables)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    written = PAGE.read_text("utf-8").partition(HEADING)[0]
    PAGE.write_text(written + render_reference(), "utf-8")
