"""A company is opened for posting: its lock taken, its tables bound, its posting ledger in place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import POSTING_TABLES, TableName
from counterfoil.connectors.sagepro.sql.ledger_tables import LedgerTables
from counterfoil.connectors.sagepro.sql.server import Server
from counterfoil.connectors.sagepro.sql.tables import Bindings, missing
from counterfoil.connectors.sagepro.sql.writer import Writer
from counterfoil.ports.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One company as it was found."""

    bindings: Bindings
    ledger_tables: LedgerTables


def open_company(profile: Profile, writer: Writer, server: Server, accepted: Collection[str] = ()) -> Opened:
    """The company, ready for postings; `accepted` are the markers of rows for which a person vouched.

    Raises:
        ConfigurationError: tables do not fit, another agent holds it, or its ledger is lost.
        SQLAlchemyError: the database does not answer or refuses.
    """
    writer.open()
    with writer.transaction() as connection:
        bindings = Bindings.read(connection, server.product, profile)
        problems = tuple(missing(bindings, (*POSTING_TABLES, *profile.own_tables)))
        if problems:
            raise ConfigurationError(
                f"company {profile.company} cannot be posted to: {'; '.join(dict.fromkeys(problems))}"
            )
        ledger_tables = LedgerTables.named(bindings.catalogue(TableName.DOCUMENTS).schema)
        if not ledger_tables.exist(connection):
            _require_no_receipts_of_ours(connection, bindings, accepted)
        ledger_tables.create(connection)
    return Opened(bindings=bindings, ledger_tables=ledger_tables)


def _require_no_receipts_of_ours(
    connection: sa.Connection, bindings: Bindings, accepted: Collection[str]
) -> None:
    """Receipts that we posted must have a ledger, or they come twice."""
    profile, cash = bindings.profile, TableName.CASH
    columns = [
        bindings.column(cash, name) for name in ("user", "added_by") if name in bindings.bound(cash).shapes
    ]
    ours = sa.or_(sa.false(), *(column == profile.user for column in columns))
    asked = sa.select(bindings.column(cash, "reference")).distinct().where(ours)
    if {str(marker or "").strip() for marker in connection.scalars(asked)} - set(accepted):
        raise ConfigurationError(
            f"table {bindings.bound(cash).file} holds receipts that Counterfoil posted (user {profile.user}),"
            " but the posting ledger that tells which payments they are is missing: bring the tables"
            " counterfoil_posting and counterfoil_counter back, from the same backup. If they are lost for"
            " good, compare the receipts with PayTrace and accept them with counterfoil sagepro restored, or"
            " give another user in the profile"
        )
