"""Where the books of the SQL Server edition lie: the profile's entry, which holds no secret."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote_plus

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

PASSWORD_VARIABLE = "COUNTERFOIL_SAGEPRO_PASSWORD"  # noqa: S105 - the name of an environment variable
_SECRET = re.compile(r"[?&;]\s*(password|pwd|passfile|sslpassword)\s*=", re.IGNORECASE)
_Name = Annotated[str, Field(pattern="^[A-Za-z0-9_$#-]{1,64}$")]


def without_password(dsn: str) -> str:
    """The address itself.

    Raises:
        ValueError: it is none, or a password stands in it, where it would be seen.
    """
    scheme, found, rest = dsn.partition("://")
    if not found or not scheme:
        raise ValueError("write an address such as mssql+pymssql://user@host:1433")
    query = "?" + unquote_plus(rest.partition("?")[2])
    if ":" in rest.rpartition("@")[0] or _SECRET.search(query.replace("odbc_connect=", ";")):
        raise ValueError(f"leave the password out: put it into the environment variable {PASSWORD_VARIABLE}")
    return dsn


class Database(BaseModel):
    """Server, system database and company database of one company."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dsn: Annotated[str, AfterValidator(without_password)]
    """``mssql+pymssql://user@host:1433``; for the stand-in ``postgresql+psycopg://user@host/name``."""
    company_db: _Name
    """The company's own database, such as PRO01; in PostgreSQL a schema stands for it."""
    system_db: _Name = "PROSYS"
    """The system database with SYSDATA."""
    password_variable: Annotated[str, Field(pattern="^[A-Z][A-Z0-9_]*$")] = PASSWORD_VARIABLE
    """The environment variable that holds the password."""
    encryption: Literal["driver"] | None = None
    """``driver``: a person set up that SQL Server's driver encrypts and checks the server's certificate."""
    own_folder: Path = Path("counterfoil")
    """Counterfoil's own files beside the posting ledger, which lies in the company's database."""
