"""The same small company in folders and in a database: whatever is asked here must hold for both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.store.database import Database
from tests.support.sagepro_site import Site
from tests.support.sagepro_sql_site import PASSWORD, SqlSite


@pytest.fixture(params=["folders", "database"])
def edition(request: pytest.FixtureRequest) -> str:
    """What keeps the books. A file whose tests are about decisions leaves most of one edition to the soak."""
    return str(request.param)


@pytest.fixture
def odd_site(
    edition: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Site:
    """A site that the test may still change before it builds it."""
    if edition == "folders":
        return Site(tmp_path / "sagepro")
    database: Database = request.getfixturevalue("empty_database")
    site = SqlSite(database, tmp_path)
    monkeypatch.setenv(PASSWORD, site.password)
    return site


@pytest.fixture
def site(odd_site: Site) -> Site:
    return odd_site.build()


@pytest.fixture
def company(site: Site) -> Iterator[SageProCompany]:
    with site.open() as company:
        yield company
    assert site.findings() == []
