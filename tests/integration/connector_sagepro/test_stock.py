"""Items and stock read through the port, on real tables and through the agent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.identifiers import ItemNumber
from counterfoil.domain.stock import Item, StockLevel
from counterfoil.ports.errors import ConfigurationError
from tests.support.agent_server import remote
from tests.support.order_site import STOCK, order_site
from tests.support.sagepro_books import usd
from tests.support.sagepro_site import BOOKS

BOLT = ItemNumber("BOLT")


def level(location: str, on_hand: int, allocated: int = 0) -> StockLevel:
    return StockLevel(location=location, on_hand=Decimal(on_hand), allocated=Decimal(allocated))


def test_an_item_and_its_stock_by_location_are_read_here_and_through_the_agent(tmp_path: Path) -> None:
    west = [row for row in STOCK[TableName.LOCATIONS] if row["loctid"] == "DEN"]
    east = [{**row, "lsoaloc": Decimal(70)} for row in STOCK[TableName.LOCATIONS] if row not in west]
    site = order_site(tmp_path / "site", {**BOOKS, TableName.LOCATIONS: [*east, *west]}).build()
    with site.open() as company, remote(company, tmp_path) as client:
        for erp in (company, client):
            assert erp.find_item(BOLT) == Item(
                number=BOLT, description="Hex bolt", unit="EA", price=usd("2.5"), is_stocked=True
            )
            freight = erp.find_item(ItemNumber("FRT"))
            assert freight is not None
            assert not freight.is_stocked
            assert erp.find_item(ItemNumber("NONE")) is None
            assert erp.find_stock(BOLT) == (level("DEN", 40), level("MSP", 60, 70))
            assert [one.available for one in erp.find_stock(BOLT)] == [Decimal(40), Decimal(-10)]
            assert erp.find_stock(ItemNumber("NONE")) == ()


def test_stock_is_found_without_an_index(tmp_path: Path) -> None:
    site = order_site(tmp_path / "site")
    site.tags = {**site.tags, TableName.LOCATIONS: (), TableName.ITEMS: ()}
    with site.build().open() as company:
        assert company.find_stock(BOLT) == (level("DEN", 40), level("MSP", 60))
        assert company.find_item(BOLT) is not None


def test_a_site_without_stock_says_what_to_do(tmp_path: Path) -> None:
    site = order_site(tmp_path / "site")
    site.tables = [name for name in site.tables if name.module != "IC"]
    with site.build().open() as company:
        with pytest.raises(ConfigurationError, match=r"iciloc.*folders\.IC"):
            company.find_stock(BOLT)
        with pytest.raises(ConfigurationError, match="icitem"):
            company.find_item(BOLT)
