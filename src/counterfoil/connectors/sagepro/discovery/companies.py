"""Puts together what the system table says and where tables lie: companies, their modules, their layout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PureWindowsPath

from counterfoil.connectors.sagepro.discovery.folders import Spots
from counterfoil.connectors.sagepro.discovery.report import FoundCompany, Ground, Layout, ModuleFolder
from counterfoil.connectors.sagepro.records import POSTING_TABLES, TableName
from counterfoil.connectors.sagepro.system_table import SystemRow, walk

NEEDED = tuple(sorted({name.module for name in POSTING_TABLES}))
"""Modules without which nothing can be posted."""
_LEADING = TableName.CUSTOMERS.value
_MODULES_MIN = 2
_CODE = re.compile("[A-Za-z0-9]{2}")


def find_companies(system: Path | None, rows: Sequence[SystemRow], spots: Spots) -> list[FoundCompany]:
    """Every company that the system table or a table of customers names."""
    codes = {code: code for code, tables in spots.tables.items() if _LEADING in tables}
    told = (row.company for row in rows if row.module in NEEDED)
    codes |= {code.upper(): code for code in told if _CODE.fullmatch(code)}
    return [_company(codes[code], system, rows, spots) for code in sorted(codes)]


def _company(code: str, system: Path | None, rows: Sequence[SystemRow], spots: Spots) -> FoundCompany:
    own = {row.module: row for row in rows if row.company == code}
    seen = {table[:2].upper() for table in spots.tables.get(code.upper(), {})}
    names = sorted({*NEEDED, *own, *seen})
    modules = [_module(name, code, system, own.get(name), spots) for name in names]
    return FoundCompany(
        code=code,
        is_deleted=any(row.is_deleted for row in own.values() if row.module in NEEDED),
        layout=layout_of(code, modules),
        modules=modules,
    )


def _module(name: str, code: str, system: Path | None, row: SystemRow | None, spots: Spots) -> ModuleFolder:
    written = row.written if row else ""
    by_folder = {folder.resolve(): folder for folder in spots.of_module(code.upper(), name)}
    told = _told_folder(system, written)
    if told is not None and told.resolve() in by_folder:
        return ModuleFolder(
            module=name,
            folder=told,
            written=written,
            ground=Ground.VERIFIED,
            why="the system table names it, and the module's tables lie there",
            is_told=True,
        )
    return _module_by_tables(name, written, sorted(by_folder.values()), told)


def _module_by_tables(name: str, written: str, candidates: Sequence[Path], told: Path | None) -> ModuleFolder:
    """The folder where the module's tables lie, because the system table does not lead to them."""
    folder, ground = (candidates[0], Ground.INFERRED) if len(candidates) == 1 else (None, Ground.UNKNOWN)
    said = f"the system table names {written}" if written else "the system table has no row of it"
    if len(candidates) > 1:
        found = f"its tables lie in several folders: {', '.join(map(str, candidates))}"
    elif folder is not None:
        found = "its tables lie in this folder alone"
    else:
        found = "no table of it was found" + (f" in {told}" if told is not None else "")
    return ModuleFolder(module=name, folder=folder, written=written, ground=ground, why=f"{said}; {found}")


def _told_folder(system: Path | None, written: str) -> Path | None:
    """The folder that the system table means, where it is on this machine without a drive's explanation."""
    if system is None or not written:
        return None
    if Path(written).is_absolute():
        folder = Path(written)
    elif PureWindowsPath(written).anchor:
        return None
    else:
        folder = walk(system, written)
    return folder if folder.is_dir() else None


def layout_of(code: str, modules: Sequence[ModuleFolder]) -> Layout:
    """How the modules that were found lie to each other."""
    folders = {each.module: each.folder.resolve() for each in modules if each.folder is not None}
    if len(folders) < _MODULES_MIN:
        return Layout.UNKNOWN
    if len(set(folders.values())) == 1:
        return Layout.SINGLE
    if all(folder.name.upper().endswith(code.upper()) for folder in folders.values()):
        return Layout.COMPANIES
    return Layout.MODULES


def company_paths(company: FoundCompany, spots: Spots) -> Iterator[tuple[str, Path]]:
    """The company's known tables in the folders that were settled on."""
    for module in company.modules:
        if module.folder is None:
            continue
        wanted = module.folder.resolve()
        for table, places in sorted(spots.tables.get(company.code.upper(), {}).items()):
            if table.startswith(module.module.lower()):
                yield from ((table, path) for folder, path in places.items() if folder.resolve() == wanted)
