from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner
from typing_extensions import override

from counterfoil.cli import app
from counterfoil.connectors.sagepro.database import PASSWORD_VARIABLE
from counterfoil.foxpro.records.fields import Value
from counterfoil.foxpro.table import Table
from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.cast import Pick, cast_of
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.market import SMALL
from counterfoil.sandbox.sagepro.sql.tables import Databases
from counterfoil.sandbox.sagepro.sql.writer import write_company as write_database
from counterfoil.sandbox.sagepro.structures.layouts import COMPANIES, MODULES, Layout
from counterfoil.sandbox.sagepro.writer import write_company
from counterfoil.store.database import Database
from tests.support.sage_pro_clerk import Keyed, SageProClerk
from tests.support.sage_pro_sql_clerk import SqlSageProClerk
from tests.support.sagepro_sql_site import address_of, dsn_of, password_of

DAY = date(2026, 11, 23)
COMPANY = make_company(7, DAY, size=SMALL)
CAST = cast_of(COMPANY, unpaid=3)


class Site:
    """A sample company with its profile, a clerk at it, and the commands."""

    def __init__(self, folder: Path, clerk: SageProClerk, where: str) -> None:
        self.folder = folder
        self.clerk = clerk
        self.run("discover", where, "--write-profile", self.profile)
        clearing = f'clearing: {{card: "{chart.CARD_CLEARING}", ach: "{chart.ACH_CLEARING}"}}'
        text = self.profile.read_text("utf-8").replace("clearing: {}", clearing)
        self.profile.write_text(text, "utf-8")

    def decide(self) -> None:
        """The profile names what discounts and orders need."""
        text = self.profile.read_text("utf-8")
        text = text.replace('# discount: ""', f'discount: "{chart.CASH_DISCOUNTS}"')
        more = "numbering: {orders: {counter: int1}}\norders: {location: MSP}\n"
        self.profile.write_text(f"{text}\n{more}", "utf-8")

    @property
    def profile(self) -> Path:
        return self.folder / "profile.yaml"

    def path(self, name: str) -> Path:
        return self.folder / name

    def slip(self, pick: Pick, amount: str, reference: str, *, invoice: str = "", **more: Any) -> Keyed:
        return Keyed(
            customer=pick.customer,
            amount=Decimal(amount),
            reference=reference,
            day=DAY,
            account=chart.CARD_CLEARING,
            receivable=chart.RECEIVABLE,
            invoice=invoice,
            **more,
        )

    def run(self, *words: object, code: int = 0) -> str:
        result = CliRunner().invoke(app, ["sagepro", *map(str, words)])
        assert result.exit_code == code, result.output
        return result.output

    def calibrate(self, command: str, *words: object, code: int = 0) -> str:
        return self.run("calibrate", command, self.profile, *words, code=code)

    def contents(self) -> object:
        """Everything that the site holds."""
        raise NotImplementedError

    def clerk_with(self, habits: Mapping[str, Value]) -> SageProClerk:
        """A clerk at the screens of a site that fills in these columns."""
        raise NotImplementedError

    def comment(self, text: str) -> None:
        """Somebody types a comment on the third customer's screen."""
        raise NotImplementedError

    def rename_oti(self) -> None:
        """An update of Sage Pro gives a column of the cash table another name."""
        raise NotImplementedError


class FolderSite(Site):
    """In folders of FoxPro tables."""

    def __init__(self, folder: Path, layout: Layout) -> None:
        self.sagepro = folder / "site"
        write_company(COMPANY, self.sagepro, layout=layout)
        super().__init__(folder, SageProClerk(self.sagepro), str(self.sagepro))

    @override
    def contents(self) -> object:
        return {path: path.read_bytes() for path in sorted(self.sagepro.rglob("*")) if path.is_file()}

    @override
    def clerk_with(self, habits: Mapping[str, Value]) -> SageProClerk:
        return SageProClerk(self.sagepro, habits=habits)

    @override
    def comment(self, text: str) -> None:
        with Table.open(next(self.sagepro.rglob("ARCUST01.DBF")), writable=True) as customers:
            customers.update(3, {"comment": text})

    @override
    def rename_oti(self) -> None:
        path = next(self.sagepro.rglob("ARCASH01.DBF"))
        content = bytearray(path.read_bytes())
        at = content.index(b"OTI\0")
        content[at : at + 3] = b"OTX"
        path.write_bytes(content)


class DatabaseSite(Site):
    """In a database of the SQL Server edition, for which PostgreSQL stands."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.engine = sa.create_engine(dsn_of(database), poolclass=sa.pool.NullPool)
        write_database(COMPANY, self.engine, Databases())
        super().__init__(folder, SqlSageProClerk(self.engine), address_of(database).render_as_string())

    @override
    def contents(self) -> object:
        metadata = sa.MetaData()
        with self.engine.connect() as connection:
            for schema in ("PROSYS", "PRO01"):
                metadata.reflect(connection, schema=schema)
            return {
                name: connection.execute(sa.select(table).order_by("id_col")).all()
                for name, table in metadata.tables.items()
            }

    @override
    def clerk_with(self, habits: Mapping[str, Value]) -> SageProClerk:
        return SqlSageProClerk(self.engine, habits)

    @override
    def comment(self, text: str) -> None:
        self._do(f"""UPDATE "PRO01".arcust SET comment = '{text}' WHERE id_col = 3""")  # noqa: S608 - the tests' own words

    @override
    def rename_oti(self) -> None:
        self._do('ALTER TABLE "PRO01".arcash RENAME COLUMN oti TO otx')

    def _do(self, statement: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.text(statement))


@pytest.fixture(params=[MODULES, COMPANIES], ids=lambda layout: layout.name)
def layout(request: pytest.FixtureRequest) -> Layout:
    chosen: Layout = request.param
    return chosen


@pytest.fixture
def folders(tmp_path: Path) -> FolderSite:
    return FolderSite(tmp_path, MODULES)


@pytest.fixture(params=[MODULES.name, COMPANIES.name, "database"])
def site(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    if request.param != "database":
        return FolderSite(tmp_path, {each.name: each for each in (MODULES, COMPANIES)}[request.param])
    database: Database = request.getfixturevalue("empty_database")
    monkeypatch.setenv(PASSWORD_VARIABLE, password_of(database))
    return DatabaseSite(tmp_path, database)
