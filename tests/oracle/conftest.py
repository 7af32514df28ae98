from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.oracle import setup


@pytest.fixture(autouse=True, scope="session")
def _witness() -> Iterator[None]:
    """Every test here asks CodeBase; without it none of them can say anything. Wine stays up in between."""
    if reason := setup.missing():
        pytest.skip(f"NO INDEPENDENT CHECK OF THE FOXPRO FILES: {reason}")
    with setup.in_use():
        yield
