"""Whatever is posted: what the FoxPro program enters are the rows that Counterfoil itself would write."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.outbox.folder import Place
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.foxpro.records.fields import Value
from counterfoil.ports.erp import Busy, HandedOver, Posted
from tests.support.order_site import order_site
from tests.support.orders import DELIVERY, line, order, order_profile
from tests.support.outbox_site import files_of
from tests.support.outbox_worker import ImportingErp, import_entries, outbox_company
from tests.support.outgoing import fees, payments, settlement
from tests.support.sagepro_books import DAY, receipt, usd
from tests.support.sagepro_site import Site

FULL = order(line(), freight=usd("8.50"), tax=usd("0.80"), tax_rate=Decimal(8), delivery=DELIVERY)
RECEIPT = receipt("ABC", {"1001": "60", "1002": "80"}, "5")


def back(fact: Fact) -> Fact:
    return ReversalFact(key=fact.key.reversal, reverses=fact.key, reversed_on=DAY, reason="by mistake")


def profile_of(site: Site) -> Profile:
    return order_profile().model_copy(update={"system_folder": site.folder})


def books(site: Site) -> dict[TableName, list[dict[str, Value]]]:
    return {table: site.read(table) for table in TableName if site.path(table).exists()}


@pytest.mark.parametrize(
    "facts",
    [(RECEIPT,), (RECEIPT, back(RECEIPT)), (FULL,), (FULL, back(FULL))],
    ids=["receipt", "receipt taken back", "order", "order taken back"],
)
@pytest.mark.parametrize("version", [6, 9])
def test_the_program_enters_the_rows_that_we_would_write(
    tmp_path: Path, facts: Sequence[Fact], version: int
) -> None:
    ours, theirs = order_site(tmp_path / "ours").build(), order_site(tmp_path / "theirs").build()
    with ours.open(profile_of(ours)) as company:
        for fact in facts:
            assert isinstance(company.post([fact])[0], Posted)
    with outbox_company(theirs, profile_of(theirs)) as company:
        erp = ImportingErp(company, lambda: import_entries(theirs, version=version))
        for fact in facts:
            assert isinstance(erp.post([fact])[0], Posted)
    assert books(theirs) == books(ours)
    assert theirs.findings() == ours.findings() == []


def test_an_order_on_its_way_is_not_taken_twice(tmp_path: Path) -> None:
    site = order_site(tmp_path / "site").build()
    with outbox_company(site, profile_of(site)) as company:
        again = order(line(), key=PostingKey("shopify/s2/1001", Effect.ORDER))
        assert isinstance(company.post([FULL])[0], HandedOver)
        (answer,) = company.post([again])
        assert isinstance(answer, Busy), answer
        (other,) = company.post([order(line(), shop_order="1002")])
        assert isinstance(other, HandedOver)
        assert import_entries(site) == 2
    numbers = [str(row["sono"]).strip() for row in site.read(TableName.ORDERS)]
    assert numbers[-2:] == ["601", "602"]
    assert site.findings() == []


def test_a_settlement_needs_no_worker(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").build()
    with outbox_company(site) as company:
        assert isinstance(company.post([settlement("97", payments("100"), fees("-3"))])[0], Posted)
    assert files_of(site, Place.WAITING) == []
