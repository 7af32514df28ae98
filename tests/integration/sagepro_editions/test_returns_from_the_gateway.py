"""A bank payment from the sandbox's bank into real books and back out of them, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.money import Money
from counterfoil.domain.taking_back import Returns
from counterfoil.flows.library import PAYMENT_TO_RECEIPT
from counterfoil.ports.gateway import GatewayRecord
from counterfoil.ports.instructions import Carried
from tests.contract.sandbox_desk import SandboxDesk, sandbox_desk
from tests.integration.sagepro_editions.test_return_flow import open_on
from tests.support.flows import Flows
from tests.support.sagepro_site import Site

LATE_RETURN = "1.10"
"""Of this amount the sandbox's bank thinks better only after it settled."""


@pytest.fixture
def desk() -> Iterator[SandboxDesk]:
    with sandbox_desk("v3") as desk:
        yield desk


class Days:
    """Polls once a day, and carries what is new."""

    def __init__(self, desk: SandboxDesk, flows: Flows) -> None:
        self._desk, self._flows = desk, flows
        self._first = desk.today()
        self.told: dict[str, str] = {}

    def pass_until(self, kind: str) -> None:
        for _ in range(30):
            found = self._desk.connection.gateway.fetch_range(self._first, self._desk.today())
            for record in found:
                if isinstance(record, GatewayRecord) and record.event_key not in self.told:
                    run = self._flows.accept(
                        PAYMENT_TO_RECEIPT, record.event_kind, record.lineage, record.body
                    )
                    self.told[record.event_key] = record.event_kind
                    self._flows.carried(run)
            if kind in self.told.values():
                return
            self._desk.pass_time(timedelta(days=1))
        raise AssertionError(f"not told in a month: {kind}")


def test_a_payment_that_settles_and_comes_back_weeks_later_is_posted_and_taken_back(
    desk: SandboxDesk, site: Site, company: SageProCompany
) -> None:
    before = open_on(site)
    flows = Flows(company, returns=Returns.POST)
    flows.site = replace(flows.site, gateway=desk.connection.gateway)
    answer = desk.pay_by_bank(LATE_RETURN, "1001")
    assert isinstance(answer, Carried)
    days = Days(desk, flows)
    days.pass_until("payment.settled")
    paid = Money.of(LATE_RETURN, "USD").amount
    assert open_on(site) == before - paid
    days.pass_until("payment.returned")
    assert list(days.told.values()) == ["payment.captured", "payment.settled", "payment.returned"]
    assert open_on(site) == before
    [lineage] = {run.order_key for run in flows.store.runs.values()}
    assert company.find_posting(PostingKey(lineage, Effect.RECEIPT).reversal) is not None
    assert flows.asked == []
