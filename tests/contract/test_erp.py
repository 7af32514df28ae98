from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.remote import RemoteErp
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, OrderNumber
from counterfoil.domain.invoice import Invoice, ItemKind, Order, Shelf
from counterfoil.store.server import EmbeddedServer
from tests import postgres
from tests.contract.erp_suite import ABC, ErpSuite
from tests.support.agent_server import remote
from tests.support.memory_erp import MemoryErp
from tests.support.outbox_worker import ImportingErp, import_entries, outbox_company
from tests.support.receivables import ACCOUNTS, WRITE_OFFS
from tests.support.sagepro_books import usd
from tests.support.sagepro_site import BOOKS, Rows, Site, invoice
from tests.support.sagepro_sql_site import PASSWORD, SqlSite


def sample_rows() -> Rows:
    first, *others = BOOKS[TableName.DOCUMENTS]
    terms = {"pdisc": Decimal(2), "pdays": Decimal(60)}
    documents = [{**first, **terms}, *others, invoice("3001", "XYZ", "0", arstat="V")]
    return {**BOOKS, TableName.DOCUMENTS: documents}


def sample_site(folder: Path) -> Site:
    return Site(folder, rows=sample_rows()).build()


def sample_profile(site: Site) -> Profile:
    return site.profile.model_copy(update={"accounts": ACCOUNTS, "write_offs": WRITE_OFFS})


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    with postgres.running_server() as server:
        yield server


class TestSql(ErpSuite):
    """PostgreSQL stands in for SQL Server, which nobody has reached."""

    @pytest.fixture
    def erp(
        self, server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[SageProCompany]:
        with postgres.new_database(server, "template0") as database:
            site = SqlSite(database, tmp_path, rows=sample_rows()).build()
            monkeypatch.setenv(PASSWORD, site.password)
            with site.open(sample_profile(site)) as company:
                yield company
            assert site.findings() == []


class TestTables(ErpSuite):
    @pytest.fixture
    def erp(self, tmp_path: Path) -> Iterator[SageProCompany]:
        site = sample_site(tmp_path / "sagepro")
        with site.open(sample_profile(site)) as company:
            yield company
        assert site.findings() == []


class TestAgent(ErpSuite):
    @pytest.fixture
    def erp(self, tmp_path: Path) -> Iterator[RemoteErp]:
        site = sample_site(tmp_path / "sagepro")
        with site.open(sample_profile(site)) as company, remote(company, tmp_path) as erp:
            yield erp
        assert site.findings() == []


class TestOutbox(ErpSuite):
    """Postings are left in an outbox and entered by the FoxPro program, as under Visual FoxPro 6."""

    version = 6

    @pytest.fixture
    def erp(self, tmp_path: Path) -> Iterator[ImportingErp]:
        site = sample_site(tmp_path / "sagepro")
        with outbox_company(site, sample_profile(site)) as company:
            yield ImportingErp(company, lambda: import_entries(site, version=self.version))
        assert site.findings() == []


class TestOutboxVfp9(TestOutbox):
    """The same as under Visual FoxPro 9, where free tables can be part of a transaction."""

    version = 9


class TestMemory(ErpSuite):
    @pytest.fixture
    def erp(self) -> MemoryErp:
        def item(number: str, customer: str, open_: str, order: str = "", *, void: bool = False) -> Invoice:
            return Invoice(
                number=InvoiceNumber(number),
                customer=CustomerNumber(customer),
                kind=ItemKind.INVOICE,
                shelf=Shelf.CURRENT,
                invoiced_on=date(2026, 10, 1),
                due_on=None,
                total=usd(open_),
                open=usd(open_),
                void=void,
                order=OrderNumber(order) if order else None,
            )

        return MemoryErp(
            item("1001", "ABC", "100", "501"),
            item("1002", "ABC", "80"),
            item("2001", "XYZ", "50"),
            item("3001", "XYZ", "0", void=True),
            orders=[Order(number=OrderNumber("501"), customer=ABC)],
        )
