"""The FoxPro side enters rows of a table of the site's own like all others."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.ports.erp import AlreadyPosted, HandedOver
from tests.support.outbox_worker import import_entries, outbox_company
from tests.support.own_table import OWN, with_own_rows, with_own_table
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site

FACT = receipt("ABC", {"1001": "60"})


@pytest.mark.parametrize("version", [6, 9])
def test_a_row_for_the_sites_own_table_is_entered_with_the_posting(tmp_path: Path, version: int) -> None:
    site = with_own_table(Site(tmp_path / "sagepro")).build()
    with outbox_company(site, with_own_rows(site.profile)) as company:
        (answer,) = company.post([FACT])
        assert isinstance(answer, HandedOver)
        assert site.read(OWN) == []
        assert import_entries(site, version=version) == 1
        (answer,) = company.post([FACT])
    assert isinstance(answer, AlreadyPosted)
    (row,) = site.read(OWN)
    assert (str(row["zkey"]).strip(), row["zgross"]) == (str(FACT.key), Decimal(60))
    assert site.findings() == []
