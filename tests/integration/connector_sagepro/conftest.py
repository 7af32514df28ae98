from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from tests.support.sagepro_site import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "sagepro").build()


@pytest.fixture
def company(site: Site) -> Iterator[SageProCompany]:
    with site.open() as company:
        yield company
    assert site.findings() == []
