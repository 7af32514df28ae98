from __future__ import annotations

from collections.abc import Iterator

import pytest

from counterfoil.store.database import Database
from counterfoil.store.server import EmbeddedServer
from tests import postgres
from tests.integration.store.samples import Hub


@pytest.fixture(scope="session")
def shared_server() -> Iterator[EmbeddedServer]:
    """One server for all tests of this process; tests that kill servers make their own."""
    with postgres.running_server() as server:
        yield server


@pytest.fixture
def own_server() -> Iterator[EmbeddedServer]:
    """A server that the test may kill."""
    with postgres.running_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_template(shared_server: EmbeddedServer) -> str:
    """A migrated, empty database to copy from."""
    return postgres.make_template(shared_server)


@pytest.fixture
def database(shared_server: EmbeddedServer, migrated_template: str) -> Iterator[Database]:
    """A migrated, empty database of the test's own."""
    with postgres.new_database(shared_server, migrated_template) as database:
        yield database


@pytest.fixture
def empty_database(shared_server: EmbeddedServer) -> Iterator[Database]:
    """A database without any table."""
    with postgres.new_database(shared_server, "template0") as database:
        yield database


@pytest.fixture
def hub(database: Database) -> Hub:
    """The store's parts over the test's own database."""
    return Hub(database)
