"""The lookup tables that a mapping may name: those of a folder before those that ship."""

from __future__ import annotations

from pathlib import Path

from counterfoil.flows.mapping.library import TABLES, read_library_table
from counterfoil.flows.mapping.tables import Table, TableError, parse_table

_BYTES_MAX = 40_000_000


class Tables:
    """Reads a table when a mapping names it."""

    def __init__(self, folder: Path | None) -> None:
        self._own = {path.stem: path for path in sorted(folder.glob("*.csv"))} if folder else {}
        self.names = tuple(sorted({*self._own, *TABLES}))

    def get(self, name: str) -> Table | None:
        """The table, or None where there is none.

        Raises:
            TableError: the file is no table.
        """
        if name in self._own:
            return parse_table(name, _text(name, self._own[name]))
        return parse_table(name, read_library_table(name)) if name in TABLES else None

    def ships(self, name: str) -> bool:
        """Whether the table is the shipped one."""
        return name in TABLES and name not in self._own


def _text(name: str, path: Path) -> str:
    if path.stat().st_size > _BYTES_MAX:
        raise TableError(f"table {name}: the file is larger than {_BYTES_MAX} bytes")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(f"table {name}: not UTF-8 at byte {error.start}; save it as CSV UTF-8") from error
