"""`counterfoil sandbox sagepro --sql`: the sample company in a database."""

from __future__ import annotations

from counterfoil.sandbox.sagepro.company import Company
from counterfoil.sandbox.sagepro.sql.tables import Databases
from counterfoil.sandbox.sagepro.sql.writer import (
    DatabaseKindError,
    DatabaseTakenError,
    DatabaseUnreachableError,
    Progress,
    open_database,
    write_company,
)

REFUSALS = (DatabaseKindError, DatabaseTakenError, DatabaseUnreachableError)


def into_database(company: Company, dsn: str, advance: Progress) -> str:
    """Writes the company and tells where it stands."""
    names = Databases()
    with open_database(dsn) as engine:
        write_company(company, engine, names, advance)
    return f"{names.system} and {names.company}"
