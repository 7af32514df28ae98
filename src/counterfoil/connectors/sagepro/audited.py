"""A company's tables as an audit reads them, whatever keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from counterfoil.connectors.sagepro.audit.reading import Source
from counterfoil.connectors.sagepro.books import Books
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.sql.books import open_books as open_sql_books

Advance = Callable[[str, int, int], None]


class AuditedBooks(Source, Protocol):
    """The rows, and by which names the site knows them."""

    @property
    def changed(self) -> Sequence[str]:
        """Tables that another program wrote to since they were opened."""
        ...

    def file(self, name: TableName) -> str:
        """The site's own name of the table."""
        ...

    def field(self, name: TableName, column: str) -> str:
        """The site's own name of our column; what is no column keeps its name."""
        ...


@contextmanager
def open_books(profile: Profile, advance: Advance) -> Iterator[AuditedBooks]:
    """The company's tables, for reading alone.

    Raises:
        ConfigurationError: a table that every company has is missing or unfit.
        TransientError: what keeps the tables is held by another program or does not answer.
    """
    if profile.database is not None:
        with open_sql_books(profile, profile.database, advance) as in_database:
            yield in_database
    else:
        with Books(profile, advance) as in_folders:
            yield in_folders
