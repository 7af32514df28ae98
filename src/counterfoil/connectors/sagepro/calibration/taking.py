"""Takes a snapshot of a company's tables in place, whatever keeps them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from counterfoil.connectors.sagepro.calibration.snapshot import Numbered, SnapshotWriter, Source
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.ports.errors import ConfigurationError, TransientError

Advance = Callable[[str, int, int], None]
Kept = tuple[Source, Iterator[Numbered]]
"""A table and its rows in the order of their numbers, without what must not be kept."""


class CompanyTables(Protocol):
    """All tables of one company and of its system, as they are now; nothing is written or locked."""

    @property
    def names(self) -> Sequence[str]:
        """Without the company's code, such as ``arcash``."""
        ...

    def require_outside(self, file: Path) -> None:
        """Raises ConfigurationError where the file would lie in the site."""
        ...

    def read(self, name: str) -> AbstractContextManager[Kept]:
        """One table.

        Raises:
            ConfigurationError: it cannot be read.
            TransientError: another program holds it, or what keeps it does not answer.
        """
        ...

    def structures(self, names: Collection[str]) -> Mapping[str, str]:
        """A digest of the columns that each of these tables has.

        Raises:
            ConfigurationError, TransientError: as `read`.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a snapshot holds."""

    tables: int
    rows: int
    unread: tuple[str, ...]
    """Columns that look like card numbers, and tables that could not be read, in words."""


def keep_snapshot(
    tables: CompanyTables, company: str, file: Path, now: datetime, *, advance: Advance
) -> Taken:
    """Reads every table into a new file.

    Raises:
        ConfigurationError: the file exists or lies in the site.
        TransientError: a table is held by another program.
    """
    tables.require_outside(file)
    rows, unread = 0, list[str]()
    with translated(), closing(SnapshotWriter(file, company, now)) as writer:
        for done, name in enumerate(tables.names, start=1):
            advance(f"company {company}", done, len(tables.names))
            try:
                with tables.read(name) as (source, kept):
                    rows += writer.add(source, kept)
            except TransientError:
                file.unlink(missing_ok=True)
                raise
            except ConfigurationError as error:
                unread.append(f"{name}: {error}")
                continue
            unread += [f"{name}.{column}: looks like card numbers" for column in source.unread]
    return Taken(tables=len(tables.names), rows=rows, unread=tuple(unread))
