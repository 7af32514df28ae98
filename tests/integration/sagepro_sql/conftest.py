from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.store.database import Database
from tests.support.sagepro_sql_site import PASSWORD, SqlSite


@pytest.fixture
def odd_site(empty_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SqlSite:
    """A site that the test may still change before it builds it."""
    site = SqlSite(empty_database, tmp_path)
    monkeypatch.setenv(PASSWORD, site.password)
    return site


@pytest.fixture
def site(odd_site: SqlSite) -> SqlSite:
    return odd_site.build()


@pytest.fixture
def company(site: SqlSite) -> Iterator[SageProCompany]:
    with site.open() as company:
        yield company
    assert site.findings() == []
