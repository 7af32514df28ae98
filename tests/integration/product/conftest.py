from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.product import Ground, RunningHere, hub_here, new_ground


@pytest.fixture(scope="session")
def ground() -> Iterator[Ground]:
    """One company and one sandbox for all tests of this process; each test takes invoices of its own."""
    with new_ground() as made:
        yield made


@pytest.fixture(scope="session")
def product(ground: Ground) -> Iterator[RunningHere]:
    """A hub at work on it."""
    with hub_here(ground) as running:
        yield running
