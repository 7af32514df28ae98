"""A sandbox gateway is not bound to live books, whoever stores the connections and in whatever order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from counterfoil.bootstrap.demo_connections import BOOKS, GATEWAY
from counterfoil.bootstrap.gateways import open_gateways
from counterfoil.bootstrap.sites import SiteBook
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.run_store import Run, StoredEvent
from counterfoil.store import schema
from counterfoil.store.connections import ConnectionRow
from tests.support.product import RunningHere

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ELSEWHERE = "qa"


@pytest.fixture(autouse=True)
def nothing_is_left(product: RunningHere) -> Iterator[None]:
    """Other tests of this hub find no company and no gateway there."""
    yield
    with product.workspace.database.transaction() as session:
        session.execute(sa.delete(schema.connection).where(schema.connection.c.environment == ELSEWHERE))


def rows(product: RunningHere, folder: Path) -> tuple[ConnectionRow, ConnectionRow]:
    """The demo's connections in another environment, its company marked as live."""
    gateway, books = (product.workspace.connections.find(name) for name in (GATEWAY, BOOKS))
    assert gateway is not None
    assert books is not None
    profile = folder / "live.yaml"
    text = Path(str(books.settings["profile"])).read_text("utf-8")
    profile.write_text(text.replace("mode: test", "mode: live"), "utf-8")
    live = replace(books, id="live-books", mode="live", settings={"profile": str(profile)}, enabled=False)
    return replace(gateway, id="sandbox", environment=ELSEWHERE), replace(live, environment=ELSEWHERE)


def run_of(gateway: ConnectionRow) -> Run:
    event = StoredEvent(
        id="e", key="k", connection=gateway.id, kind="payment.captured", source="poll",
        occurred_at=NOW, received_at=NOW, body={},
    )  # fmt: skip
    return Run(
        id="r", event=event, flow="f", flow_version="v", environment=ELSEWHERE, company=gateway.company,
        order_key="o", attempt=1,
    )  # fmt: skip


def test_neither_can_be_stored_beside_the_other(product: RunningHere, tmp_path: Path) -> None:
    gateway, books = rows(product, tmp_path)
    product.workspace.connect(books, {})
    with pytest.raises(ConfigurationError, match="keeps real books"):
        product.workspace.connect(gateway, {})
    assert product.workspace.connections.find(gateway.id) is None
    with pytest.raises(ConfigurationError, match="says mode: live: make the two say the same"):
        product.workspace.connect(replace(books, mode="test"), {})


def test_what_stands_in_the_database_already_is_not_opened(product: RunningHere, tmp_path: Path) -> None:
    gateway, books = rows(product, tmp_path)
    connections = product.workspace.connections
    connections.put(books, {})
    connections.put(gateway, connections.secrets(GATEWAY))
    try:
        links = open_gateways(product.workspace)
        assert GATEWAY in {link.connection for link in links}
        assert gateway.id not in {link.connection for link in links}
        with (
            closing(SiteBook(product.workspace, links)) as sites,
            pytest.raises(ConfigurationError, match=r"keeps real books .*bind it to a company"),
        ):
            sites.site_of(run_of(gateway))
    finally:
        connections.put(replace(gateway, enabled=False), {})
