"""Which tables the words of a command line mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from counterfoil.foxpro.errors import TableMissingError

TABLE_SUFFIXES = frozenset({".dbf", ".dbc"})


def tables_of(words: Iterable[Path]) -> list[Path]:
    """A folder means the tables in it, a pattern those that it fits, anything else one table."""
    return list(dict.fromkeys(path for word in words for path in _tables_of(word)))


def _tables_of(word: Path) -> Iterator[Path]:
    if word.is_dir():
        yield from _found(word, word.iterdir())
    elif not word.exists() and set("*?[") & set(word.name):
        yield from _found(word, word.parent.glob(word.name))
    else:
        yield word


def _found(word: Path, candidates: Iterable[Path]) -> list[Path]:
    tables = sorted(path for path in candidates if path.suffix.lower() in TABLE_SUFFIXES)
    if not tables:
        raise TableMissingError(str(word), "tables")
    return tables
