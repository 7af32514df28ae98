"""The same small company in folders and in a database: whatever is asked here must hold for both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.store.database import Database
from tests.support.sagepro_site import Site
from tests.support.sagepro_sql_site import PASSWORD, SqlSite

FOLDERS_FIRST = {
    "test_by_hand_command.py",
    "test_change_feed_history.py",
    "test_decline_flow.py",
    "test_links_from_the_gateway.py",
    "test_marked_rows.py",
    "test_nightly_check.py",
    "test_own_rows.py",
    "test_recorded_flows.py",
    "test_refund_flow.py",
    "test_returns_from_the_gateway.py",
    "test_rungs.py",
    "test_shadow_command.py",
}
"""What lies above the backends, which one contract suite holds to each other: over a database in the soak."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.name in FOLDERS_FIRST and "[database" in item.name:
            item.add_marker(pytest.mark.soak)


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
