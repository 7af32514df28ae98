"""Walks the folders of a site within bounds, and tells which company's tables lie where."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from counterfoil.connectors.sagepro.records import SYSTEM_TABLE
from counterfoil.connectors.sagepro.standard import TABLES

DEPTH_MAX = 3
ENTRIES_MAX = 100_000
_TABLE = re.compile(r"([a-z]+)([a-z0-9]{2})\.dbf")
_ENDING = ".dbf"
_CONTAINER = ".dbc"
_ABOVE_MAX = 2


@dataclass(slots=True)
class Spots:
    """What the walk found."""

    tables: dict[str, dict[str, dict[Path, Path]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )
    """Paths of known tables by company, table and folder."""
    others: dict[Path, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Names of unknown tables by folder."""
    containers: list[Path] = field(default_factory=list)
    systems: list[Path] = field(default_factory=list)
    """Folders that hold a system table, nearest first."""
    system_above: Path | None = None
    """The nearest folder above with a system table, where none lies below."""
    is_whole: bool = True

    def of_module(self, company: str, module: str) -> Mapping[Path, list[Path]]:
        """The module's tables of the company, by folder."""
        found: dict[Path, list[Path]] = defaultdict(list)
        for table, places in self.tables.get(company, {}).items():
            if table.startswith(module.lower()):
                for folder, path in places.items():
                    found[folder].append(path)
        return found


def walk_site(path: Path) -> Spots:
    """Looks at names alone; no file is opened. Links are not followed."""
    spots = Spots()
    left = ENTRIES_MAX
    level = [path]
    for _ in range(DEPTH_MAX + 1):
        deeper: list[Path] = []
        for folder in level:
            for entry in _entries(folder):
                left -= 1
                if left < 0:
                    spots.is_whole = False
                    return spots
                if entry.is_dir(follow_symlinks=False):
                    deeper.append(Path(entry.path))
                else:
                    _note(spots, folder, entry.name)
        level = sorted(deeper)
    if not spots.systems:
        spots.system_above = next((above for above in path.parents[:_ABOVE_MAX] if _is_system(above)), None)
    return spots


def _is_system(folder: Path) -> bool:
    return any(entry.name.casefold() == f"{SYSTEM_TABLE}{_ENDING}" for entry in _entries(folder))


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """A folder that may not be read has none."""
    try:
        with os.scandir(folder) as entries:
            yield from sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return


def _note(spots: Spots, folder: Path, name: str) -> None:
    folded = name.casefold()
    if folded == f"{SYSTEM_TABLE}{_ENDING}":
        spots.systems.append(folder)
    elif folded.endswith(_CONTAINER):
        spots.containers.append(folder / name)
    elif found := _TABLE.fullmatch(folded):
        table, company = found.groups()
        if table in TABLES:
            spots.tables[company.upper()][table].setdefault(folder, folder / name)
            return
    if folded.endswith(_ENDING):
        spots.others[folder].append(name)
