from __future__ import annotations

from collections.abc import Iterator

import pytest

from counterfoil.store.server import EmbeddedServer
from tests import postgres


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
