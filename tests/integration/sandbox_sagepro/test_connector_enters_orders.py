"""The connector enters and voids orders in the sample company; both audits look on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.facts.sales_order import OrderKind, SalesOrderFact
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.erp import Busy, Posted
from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.audit import audit
from counterfoil.sandbox.sagepro.audit.reader import read_books
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.market import SMALL
from counterfoil.sandbox.sagepro.structures import structures
from counterfoil.sandbox.sagepro.structures.columns import PRESETS, Widths
from counterfoil.sandbox.sagepro.writer import table_path, write_company
from tests.support.orders import DELIVERY, line, order
from tests.support.sagepro_books import usd
from tests.support.trust import stand

AS_OF = date(2026, 11, 23)
PROFILE = f"""
company: "01"
mode: test
system_folder: sagepro
accounts:
  clearing: {{card: {chart.CARD_CLEARING}}}
numbering: {{orders: {{counter: int1}}}}
orders:
  freight_item: FRT
  discount_item: DISCOUNT
  tax_item: TAX
  location: MSP
  charge_codes: {{FRT: FRT, DISCOUNT: DSC}}
"""


class Stage:
    """A small company on disk with the connector over it."""

    def __init__(self, folder: Path, widths: Widths) -> None:
        self.folder = folder / "sagepro"
        self.widths = widths
        self.company = make_company(7, AS_OF, widths=widths, size=SMALL)
        write_company(self.company, self.folder)
        self.profile = folder / "profile.yaml"
        self.profile.write_text(PROFILE, "utf-8")
        clock = ManualClock(datetime(2026, 11, 23, 15, 0, tzinfo=UTC))
        stand(read_profile(self.profile))
        self.erp = SageProCompany(read_profile(self.profile), clock)
        trade = self.company.trade
        self.customers = [one.number for one in trade.customers if one is not trade.locked_customer]
        self.items = [item.number for item in trade.items if item.stocked]

    def order(self, place: int, **changes: object) -> SalesOrderFact:
        """Two lines from two locations for one of the customers."""
        first, second = self.items[place], self.items[place + 1]
        lines = (line(first), line(second, quantity="2", location="DEN", discount_percent=Decimal(5)))
        number = f"77{place}"
        return order(*lines, shop_order=number, customer=self.customers[place], **changes)

    def broken(self) -> list[object]:
        """What either audit finds, and what is wrong with a table."""
        found: list[object] = [v.differences for v in audit(read_books(self.folder)) if not v.ok]
        own = CliRunner().invoke(app, ["sagepro", "audit", str(self.profile)])
        found += [] if own.exit_code == 0 else [own.output]
        for structure in structures(self.widths):
            found += check_table(self.folder / table_path(structure))
        return found


@pytest.fixture(params=PRESETS, ids=lambda widths: widths.name)
def stage(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stage]:
    stage = Stage(tmp_path, request.param)
    yield stage
    stage.erp.close()


def test_orders_of_every_kind_leave_the_books_clean_and_so_do_void_ones(stage: Stage) -> None:
    facts = [
        stage.order(0),
        stage.order(1, freight=usd("12.50"), discount=usd("1.00"), delivery=DELIVERY),
        stage.order(2, tax=usd("1.00"), tax_rate=Decimal(8)),
        stage.order(3, kind=OrderKind.BID),
        stage.order(4, kind=OrderKind.RETURN),
        replace(stage.order(5), ship_to="1"),
    ]
    answers = stage.erp.post(facts)
    assert [type(answer) for answer in answers] == [Posted] * len(facts), answers
    last = stage.company.trade.last_order
    assert [answer.document for answer in answers if isinstance(answer, Posted)] == [
        str(last + place) for place in range(1, len(facts) + 1)
    ]
    assert stage.broken() == []
    undone = stage.erp.post(
        [
            ReversalFact(key=fact.key.reversal, reverses=fact.key, reversed_on=AS_OF, reason="cancelled")
            for fact in facts
        ]
    )
    assert [type(answer) for answer in undone] == [Posted] * len(facts), undone
    assert stage.broken() == []


def test_the_order_of_a_customer_on_a_clerk_s_screen_waits(stage: Stage) -> None:
    fact = order(line(stage.items[0]), customer=stage.company.trade.locked_customer.number)
    (answer,) = stage.erp.post([fact])
    assert isinstance(answer, Busy)
    assert stage.broken() == []
