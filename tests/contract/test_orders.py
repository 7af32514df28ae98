from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.store.server import EmbeddedServer
from tests import postgres
from tests.contract.order_suite import Desk, OrderSuite
from tests.support.agent_server import remote
from tests.support.customers import CUSTOMER_RULES, CUSTOMERS
from tests.support.order_site import order_site, take_orders
from tests.support.orders import order_profile
from tests.support.outbox_worker import ImportingErp, import_entries, outbox_company
from tests.support.sagepro_site import Site
from tests.support.sagepro_sql_site import PASSWORD, SqlSite


def profile(site: Site) -> Profile:
    rules = order_profile()
    numbering = rules.numbering.model_copy(update={"customers": CUSTOMERS})
    own = {"numbering": numbering, "orders": rules.orders, "customers": CUSTOMER_RULES}
    return site.profile.model_copy(update=own)


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    with postgres.running_server() as server:
        yield server


class TestSql(OrderSuite):
    """PostgreSQL stands in for SQL Server, which nobody has reached."""

    @pytest.fixture
    def desk(self, server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
        with postgres.new_database(server, "template0") as database:
            site = SqlSite(database, tmp_path)
            take_orders(site)
            site.build()
            monkeypatch.setenv(PASSWORD, site.password)
            with site.open(profile(site)) as company:
                yield Desk(company, site)
            assert site.findings() == []


class TestTables(OrderSuite):
    @pytest.fixture
    def desk(self, tmp_path: Path) -> Iterator[Desk]:
        site = order_site(tmp_path / "sagepro").build()
        with site.open(profile(site)) as company:
            yield Desk(company, site)
        assert site.findings() == []


class TestAgent(OrderSuite):
    @pytest.fixture
    def desk(self, tmp_path: Path) -> Iterator[Desk]:
        site = order_site(tmp_path / "sagepro").build()
        with site.open(profile(site)) as company, remote(company, tmp_path) as erp:
            yield Desk(erp, site)
        assert site.findings() == []


class TestOutbox(OrderSuite):
    """Postings are left in an outbox and entered by the FoxPro program, as under Visual FoxPro 6."""

    @pytest.fixture
    def desk(self, tmp_path: Path) -> Iterator[Desk]:
        site = order_site(tmp_path / "sagepro").build()
        with outbox_company(site, profile(site)) as company:
            erp = ImportingErp(company, lambda: import_entries(site, version=6))
            yield Desk(erp, site)
        assert site.findings() == []
