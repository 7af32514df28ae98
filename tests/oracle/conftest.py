from __future__ import annotations

import pytest

from tests.oracle import setup


@pytest.fixture(autouse=True, scope="session")
def _witness() -> None:
    """Every test here asks CodeBase; without it none of them can say anything."""
    if reason := setup.missing():
        pytest.skip(f"NO INDEPENDENT CHECK OF THE FOXPRO FILES: {reason}")
