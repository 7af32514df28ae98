from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.own_folder import own_folder
from counterfoil.store.server import EmbeddedServer
from tests import postgres
from tests.contract.money_back_suite import Desk, MoneyBackSuite
from tests.support.agent_server import remote
from tests.support.outbox_worker import ImportingErp, import_entries, outbox_company
from tests.support.sagepro_books import profile
from tests.support.sagepro_site import Site
from tests.support.sagepro_sql_site import PASSWORD, SqlSite


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    with postgres.running_server() as server:
        yield server


class TestSql(MoneyBackSuite):
    """PostgreSQL stands in for SQL Server, which nobody has reached."""

    @pytest.fixture
    def desk(self, server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
        with postgres.new_database(server, "template0") as database:
            site = SqlSite(database, tmp_path).build()
            monkeypatch.setenv(PASSWORD, site.password)
            own = site.profile.model_copy(update={"accounts": profile().accounts})
            with site.open(own) as company:
                yield Desk(company, site, own_folder(own))
            assert site.findings() == []


class TestTables(MoneyBackSuite):
    @pytest.fixture
    def desk(self, tmp_path: Path) -> Iterator[Desk]:
        site = Site(tmp_path / "sagepro").build()
        with site.open() as company:
            yield Desk(company, site, own_folder(site.profile))
        assert site.findings() == []


class TestAgent(MoneyBackSuite):
    @pytest.fixture
    def desk(self, tmp_path: Path) -> Iterator[Desk]:
        site = Site(tmp_path / "sagepro").build()
        with site.open() as company, remote(company, tmp_path) as erp:
            yield Desk(erp, site, own_folder(site.profile))
        assert site.findings() == []


class TestOutbox(MoneyBackSuite):
    """Postings are left in an outbox and entered by the FoxPro program, as under Visual FoxPro 6."""

    @pytest.fixture
    def desk(self, tmp_path: Path) -> Iterator[Desk]:
        site = Site(tmp_path / "sagepro").build()
        with outbox_company(site, site.profile) as company:
            erp = ImportingErp(company, lambda: import_entries(site, version=6))
            yield Desk(erp, site, own_folder(site.profile))
        assert site.findings() == []
