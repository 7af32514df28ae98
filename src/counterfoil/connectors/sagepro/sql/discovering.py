"""Looks at a database server that nobody described: companies, tables, columns; writes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from counterfoil.connectors.sagepro.discovery.columns import match_columns
from counterfoil.connectors.sagepro.discovery.conclusions import of_company
from counterfoil.connectors.sagepro.discovery.report import (
    Conclusion,
    FoundColumn,
    FoundCompany,
    FoundDatabase,
    FoundTable,
    Ground,
    Layout,
    Sampled,
    SiteReport,
)
from counterfoil.connectors.sagepro.discovery.rows import (
    DOCUMENT_COLUMNS,
    SAMPLE_ROWS,
    speaking_of_clearing,
    summarised,
)
from counterfoil.connectors.sagepro.records import (
    POSTING_TABLES,
    SYSTEM_FLAGS,
    SYSTEM_MODULE,
    SYSTEM_TABLE,
    Row,
    TableName,
)
from counterfoil.connectors.sagepro.sql.catalogue import CatalogueTable, read_catalogue
from counterfoil.connectors.sagepro.sql.ledger_tables import PREFIX
from counterfoil.connectors.sagepro.sql.server import Server
from counterfoil.connectors.sagepro.sql.tables import plain
from counterfoil.connectors.sagepro.standard import (
    CHART,
    CHART_NAME,
    CHART_NUMBER,
    COMPANY_CODE,
    COMPANY_CURRENCY,
    SYSTEM_COMPANIES,
    TABLES,
    is_standard,
)
from counterfoil.ports.errors import ConfigurationError

Advance = Callable[[str, int, int], None]
DATABASES_MAX = 200
OTHERS_MAX = 50
_CODE = re.compile("[A-Za-z0-9]{2}")
_OURS = {name.value: name for name in TableName}


def discover_server(
    dsn: str, advance: Advance = lambda _what, _done, _total: None, rows_max: int = SAMPLE_ROWS
) -> SiteReport:
    """Looks at every database of the server that the user may see.

    Raises:
        ConfigurationError: the address is none, or no company of Sage Pro was found there.
        TransientError: the server does not answer.
    """
    server = Server(dsn)
    try:
        with server.reading() as connection:
            return _Looking(server, connection, dsn, advance, rows_max).report()
    finally:
        server.close()


class _Looking:
    def __init__(
        self, server: Server, connection: sa.Connection, dsn: str, advance: Advance, rows_max: int
    ) -> None:
        self._connection = connection
        self._dsn = dsn
        self._advance = advance
        self._rows_max = rows_max
        found = [str(name) for (name,) in connection.execute(server.product.databases())]
        self._is_whole = len(found) <= DATABASES_MAX
        self._catalogues = {
            name: read_catalogue(connection, server.product, name) for name in found[:DATABASES_MAX]
        }

    def report(self) -> SiteReport:
        systems = [name for name, tables in self._catalogues.items() if SYSTEM_TABLE in tables]
        needed = {TableName.CUSTOMERS.value, TableName.DOCUMENTS.value}
        names = [name for name, tables in self._catalogues.items() if tables.keys() >= needed]
        if not names:
            raise ConfigurationError(
                "no database of this server that the user may read has the tables ARCUST and ARMAST: name the"
                " server of the SQL Server edition, and a user who may read its databases"
            )
        system = systems[0] if systems else ""
        return SiteReport(
            path=Path(),
            system_folder=None,
            companies=[self._company(name, system) for name in names],
            conclusions=list(self._conclusions(systems)),
            address=self._dsn,
        )

    def _conclusions(self, systems: list[str]) -> Iterator[Conclusion]:
        if systems:
            yield Conclusion("system database", f"{systems[0]} holds SYSDATA", Ground.VERIFIED)
        else:
            yield Conclusion("system database", "none with SYSDATA can be seen", Ground.UNKNOWN)
        if systems[1:]:
            text = f"further ones were not looked at: {', '.join(systems[1:])}"
            yield Conclusion("system database", text, Ground.UNKNOWN)
        if not self._is_whole:
            text = f"only the first {DATABASES_MAX} were looked at"
            yield Conclusion("databases", text, Ground.UNKNOWN)

    def _company(self, name: str, system: str) -> FoundCompany:
        tables = self._catalogues[name]
        code, ground = self._code(name, system)
        known = sorted(TABLES & tables.keys())
        looked = []
        for done, table in enumerate(known, start=1):
            self._advance(f"database {name}", done, len(known))
            looked.append(self._table(tables[table]))
        others = sorted(tables.keys() - TABLES - _OURS.keys() - {SYSTEM_TABLE})
        found = FoundCompany(
            code=code,
            is_deleted=False,
            layout=Layout.DATABASES,
            modules=(),
            tables=looked,
            others=[other for other in others if not other.startswith(PREFIX)][:OTHERS_MAX],
            database=FoundDatabase(dsn=self._dsn, company_db=name, system_db=system, code_ground=ground),
        )
        found = replace(found, sampled=self._sampled(found, system))
        conclusions = [*of_company(found), *_about(tables, known)]
        return replace(found, conclusions=conclusions, problems=tuple(_problems(tables, found)))

    def _code(self, name: str, system: str) -> tuple[str, Ground]:
        """The code of the system table's rows that ends the database's name, or the only one there."""
        codes = sorted(self._live_codes(system))
        ending = [code for code in codes if name.upper().endswith(code.upper())]
        if ending or len(codes) == 1:
            return (ending or codes)[0], Ground.INFERRED
        return (name[-2:] if _CODE.fullmatch(name[-2:]) else "??"), Ground.UNKNOWN

    def _live_codes(self, system: str) -> set[str]:
        rows = self._texts(self._catalogues.get(system, {}).get(SYSTEM_TABLE), SYSTEM_MODULE, SYSTEM_FLAGS)
        found = {key[2:]: flags for key, flags in rows if key[:2] == TableName.DOCUMENTS.module}
        return {code for code, flags in found.items() if flags[:1] != "D" and _CODE.fullmatch(code)}

    def _table(self, table: CatalogueTable) -> FoundTable:
        name, shapes = table.name.lower(), table.shapes()
        ours = _OURS.get(name)
        found = FoundTable(
            table=name,
            path=Path(table.schema) / table.name,
            kind="SQL table",
            rows=self._connection.execute(sa.select(sa.func.count()).select_from(_named(table))).scalar_one(),
            columns=[
                FoundColumn(field, shape.type, shape.width, shape.decimals, is_standard(name, field))
                for field, shape in shapes.items()
                if shape.name != table.identity
            ],
        )
        return replace(found, matched=match_columns(ours, shapes)[0]) if ours else found

    def _sampled(self, company: FoundCompany, system: str) -> Sampled:
        assert company.database is not None, "it was found in one"  # noqa: S101 - made above
        tables = self._catalogues[company.database.company_db]
        documents = company.table(TableName.DOCUMENTS.value)
        currencies = self._texts(
            self._catalogues.get(system, {}).get(SYSTEM_COMPANIES), COMPANY_CODE, COMPANY_CURRENCY
        )
        return replace(
            summarised(
                self._rows(tables, TableName.DOCUMENTS, DOCUMENT_COLUMNS),
                self._rows(tables, TableName.CUSTOMERS, ("receivable_account",)),
            ),
            total=documents.rows if documents else 0,
            company_currency=next((text for code, text in currencies if code == company.code), ""),
            clearing=speaking_of_clearing(self._texts(tables.get(CHART), CHART_NUMBER, CHART_NAME)),
        )

    def _rows(
        self, tables: Mapping[str, CatalogueTable], name: TableName, columns: Collection[str]
    ) -> list[Row]:
        """As many of the oldest rows as of the newest; none where they cannot be told apart."""
        table = tables[name.value]
        _, bound = match_columns(name, table.shapes())
        bound = replace(bound, shapes={ours: s for ours, s in bound.shapes.items() if ours in columns})
        if not table.identity or not bound.shapes:
            return []
        identity: sa.ColumnClause[int] = sa.column(table.identity)
        fields: list[sa.ColumnClause[Any]] = [sa.column(shape.name) for shape in bound.shapes.values()]
        found: dict[int, Row] = {}
        for order in (identity.asc(), identity.desc()):
            asked = sa.select(identity, *fields).select_from(_named(table)).order_by(order)
            for number, *values in self._connection.execute(asked.limit(self._rows_max // 2)).all():
                names = (shape.name for shape in bound.shapes.values())
                found[number] = bound.parse(number, dict(zip(names, map(plain, values), strict=True)))
        return list(found.values())

    def _texts(self, table: CatalogueTable | None, first: str, second: str) -> list[tuple[str, str]]:
        """Two text columns of a small table; nothing where it is not there or lacks one of them."""
        if table is None or not {first, second} <= table.shapes().keys():
            return []
        shapes = table.shapes()
        columns: list[sa.ColumnClause[Any]] = [sa.column(shapes[name].name) for name in (first, second)]
        asked = sa.select(*columns).select_from(_named(table)).limit(SAMPLE_ROWS)
        rows = self._connection.execute(asked).all()
        return [(str(one or "").strip(), str(other or "").strip()) for one, other in rows]


def _named(table: CatalogueTable) -> sa.TableClause:
    return sa.table(table.name, schema=table.schema)


def _about(tables: Mapping[str, CatalogueTable], known: Collection[str]) -> Iterator[Conclusion]:
    """What a database tells and table files do not."""
    found = [tables[name] for name in known]
    collations = {column.collation for table in found for column in table.columns if column.collation}
    if collations:
        yield Conclusion("collation", ", ".join(sorted(collations)), Ground.VERIFIED)
    without = [table.name for table in found if not table.identity]
    if without:
        yield Conclusion("tables without an identity column", ", ".join(without), Ground.VERIFIED)
    triggers = [table.name for table in found if table.has_trigger]
    if triggers:
        yield Conclusion("tables with triggers", ", ".join(triggers), Ground.VERIFIED)


def _problems(tables: Mapping[str, CatalogueTable], company: FoundCompany) -> Iterator[str]:
    """What would keep the agent from posting."""
    for name in POSTING_TABLES:
        table, found = tables.get(name.value), company.table(name.value)
        if table is None or found is None:
            yield f"there is no table {name.value}"
            continue
        if not table.identity:
            yield f"table {table.name} has no identity column, so that its rows cannot be told apart"
        for ours in found.matched.missing:
            yield f"table {table.name} lacks the column for {ours}: name it under columns in the profile"
        yield from (f"{table.name}: {text}" for text in found.matched.unfit)
