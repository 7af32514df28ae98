"""Writes a sample company as Visual FoxPro tables with their memo and index files."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from counterfoil.foxpro.creation import create_table
from counterfoil.foxpro.index.index_file import TagSpec
from counterfoil.foxpro.records.fields import Field
from counterfoil.foxpro.records.fields import Value as FieldValue
from counterfoil.foxpro.table import Table
from counterfoil.sandbox.sagepro.company import CODE, Company
from counterfoil.sandbox.sagepro.rows import system
from counterfoil.sandbox.sagepro.structures import structures
from counterfoil.sandbox.sagepro.structures.columns import Folder, Structure
from counterfoil.sandbox.sagepro.structures.layouts import MODULES, Layout

SYSTEM_TABLE = "sysdata"
Progress = Callable[[str, int], None]
"""Told each table's name and rows when it stands."""


class FolderTakenError(Exception):
    """The folder holds files already; a company is only ever written into a new or an empty one."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is not empty: nothing was written. Choose a new or an empty folder.")
        self.folder = folder


def table_path(structure: Structure, code: str = CODE, layout: Layout = MODULES) -> Path:
    """Where the table lies below the system directory: ``ardata/ARCUST01.DBF``, ``SYSDATA.DBF``."""
    return layout.path_of(structure, code)


def _fields(structure: Structure) -> list[Field]:
    return [Field(each.name, each.type, each.width, each.decimals) for each in structure.columns]


def _tags(structure: Structure) -> list[TagSpec]:
    return [TagSpec(tag.name, tag.expression) for tag in structure.tags]


def _rows(structure: Structure, company: Company, layout: Layout) -> Iterator[Mapping[str, FieldValue]]:
    rows = company.tables[structure.table]
    if structure.table == SYSTEM_TABLE:
        rows = list(system.in_folders(rows, lambda place: layout.folder_of(place, CODE)))
    kept = {layout.newer(column.name) for column in layout.structured(structure).columns}
    for row in rows:
        yield {layout.named(name): value for name, value in row.items() if name in kept}


def _write_table(path: Path, structure: Structure, company: Company, layout: Layout) -> None:
    made = layout.structured(structure)
    rows = _rows(structure, company, layout)
    version = layout.format.version if layout.format else None
    create_table(path, _fields(made), _tags(made), version=version, rows=rows, today=company.as_of)
    deleted = company.deleted.get(structure.table)
    if deleted:
        with Table.open(path, writable=True, today=company.as_of) as table:
            for record in sorted(deleted):
                table.delete(record)


def write_company(
    company: Company,
    folder: Path,
    progress: Progress = lambda _table, _rows: None,
    *,
    layout: Layout = MODULES,
) -> None:
    """Makes the company's folder in one step: after an interruption there is either all of it or none.

    Raises:
        FolderTakenError: the folder holds files already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FolderTakenError(folder)
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for place in Folder:
        (unfinished / layout.folder_of(place, CODE)).mkdir(parents=True, exist_ok=True)
    for structure in structures(company.widths):
        _write_table(unfinished / table_path(structure, CODE, layout), structure, company, layout)
        progress(structure.table, len(company.tables[structure.table]))
    if folder.exists():
        folder.rmdir()
    unfinished.rename(folder)
