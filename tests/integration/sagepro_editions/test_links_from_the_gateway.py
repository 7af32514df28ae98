"""A link from the sandbox to pay an invoice of real books, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.flows.library import PAY_LINK, PAYMENT_TO_RECEIPT
from counterfoil.ports.gateway import GatewayRecord
from counterfoil.runtime.pay_links import GatewayPayLinks, LinkDesk
from tests.contract.sandbox_desk import SandboxDesk, sandbox_desk
from tests.integration.sagepro_editions.test_return_flow import open_on
from tests.support.flows import Flows
from tests.support.memory_effects import MemoryEffects
from tests.support.sagepro_site import Site
from tests.unit.sandbox_paytrace.test_checkout import FORM

DESK = LinkDesk(environment="dev", company="01", connection="shop", currency="USD")


@pytest.fixture
def desk() -> Iterator[SandboxDesk]:
    with sandbox_desk("v3") as desk:
        yield desk


class Asking:
    """People who ask for links, and a poll of what payers do."""

    def __init__(self, desk: SandboxDesk, company: SageProCompany) -> None:
        clock = desk.client.clock
        self.effects = MemoryEffects(clock)
        gate = self.effects.gate("shop", now=clock.now(), gap_from=desk.today())
        self.effects.open("shop", seen_at=gate.seen_at, now=clock.now())
        self.flows = Flows(company)
        self.flows.site = replace(self.flows.site, gateway=desk.connection.gateway)
        [account] = self.flows.cashier.accounts
        self.flows.cashier.accounts = (replace(account, gateway=desk.connection.gateway),)
        self.flows.links = GatewayPayLinks(DESK, desk.connection.hosted, self.effects, clock)
        self._desk = desk

    def ask(self, invoice: str = "1001") -> dict[str, object]:
        fields = {"invoice": invoice, "email": "ann@example.com"}
        kind = f"manual.{PAY_LINK}"
        run = self.flows.accept(PAY_LINK, kind, f"{kind}/01", {"fields": fields, "by": "Ann"})
        return self.flows.carried(run)

    def pay(self, link: str) -> None:
        answer = self._desk.client.send("POST", urlsplit(link).path, data=FORM)
        assert answer.status_code in {200, 302, 303}, answer.text

    def poll(self) -> list[dict[str, object]]:
        today = self._desk.today()
        found = self._desk.connection.gateway.fetch_range(today - timedelta(days=1), today)
        records = [record for record in found if isinstance(record, GatewayRecord)]
        return [
            self.flows.carried(
                self.flows.accept(PAYMENT_TO_RECEIPT, record.event_kind, record.lineage, record.body)
            )
            for record in records
        ]


def test_what_is_paid_at_a_link_becomes_a_receipt_and_the_link_is_not_sent_again(
    desk: SandboxDesk, site: Site, company: SageProCompany
) -> None:
    asking = Asking(desk, company)
    before = open_on(site)
    first, again = asking.ask(), asking.ask()
    assert (first["decision"], first["amount"]) == ("sent", f"{before:.2f} USD")
    assert again["link"] == first["link"]
    asking.pay(str(first["link"]))
    [posted] = asking.poll()
    assert posted["posting"] == "posted"
    assert open_on(site) == 0
    assert "it is paid" in str(asking.ask()["why"])
    assert len(asking.effects.rows) == 1


def test_nobody_is_asked_to_pay_what_was_paid_a_moment_ago(
    desk: SandboxDesk, company: SageProCompany
) -> None:
    asking = Asking(desk, company)
    desk.charged("5.00", "1001")
    today = desk.today()
    for record in desk.connection.gateway.fetch_range(today, today):
        assert isinstance(record, GatewayRecord)
        asking.flows.accept(PAYMENT_TO_RECEIPT, record.event_kind, record.lineage, record.body)
    refused = asking.ask()
    assert (refused["decision"], refused["result"]) == ("refused", "done")
    assert "is captured and not in the books" in str(refused["why"])
    assert asking.effects.rows == {}
