"""Charges through the whole stack: the service, PostgreSQL, the connector and the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import httpx2
import pytest
from typing_extensions import override

from counterfoil.connectors.paytrace.connector import connect
from counterfoil.connectors.paytrace.settings import PaytraceSettings
from counterfoil.domain.giving_back import GiveBack
from counterfoil.domain.identifiers import MerchantId
from counterfoil.ports.effects import EffectState
from counterfoil.ports.instructions import Carried, Charge, StoredPayer
from counterfoil.runtime.asking import Asker
from counterfoil.runtime.gap import WORKS, GapStores, GapWatch
from counterfoil.runtime.gateway_writes import GatewayWrites, Pending
from counterfoil.runtime.polling import PollSettings
from counterfoil.runtime.searching import Search
from counterfoil.runtime.sending import WritesHeld
from counterfoil.sandbox.paytrace.server import running
from counterfoil.security.secrets import Secret
from counterfoil.store.cursors import StoredCursors
from counterfoil.store.effects import StoredEffects
from counterfoil.store.gates import StoredGates
from tests.integration.store.samples import Hub
from tests.support.samples import usd
from tests.support.simulated_gateway import PACIFIC
from tests.unit.sandbox_paytrace.client import START, SandboxClient, keyed

CHARGE = Charge(payer=StoredPayer(reference="ACME"), amount=usd("12.34"), invoice_id="1001")


class LosingTransport(httpx2.HTTPTransport):
    """Loses the answers to the next sales, after they arrived."""

    losses = 0

    @override
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = super().handle_request(request)
        if "/sale/" in request.url.path and self.losses:
            self.losses -= 1
            answer.close()
            raise httpx2.ReadTimeout("lost on the way back", request=request)
        return answer


class Desk:
    """One connection of a hub to a sandbox."""

    def __init__(self, hub: Hub, url: str, transport: LosingTransport) -> None:
        settings = PaytraceSettings(
            address=url, merchant=MerchantId("M1"), username="demo123", password=Secret("demo123")
        )
        self.hub = hub
        self.transport = transport
        self.connection = connect(settings, hub.clock, transport=transport)
        gateway, zone = self.connection.gateway, self.connection.zone
        self.effects = StoredEffects(hub.database, hub.clock)
        self.writes = GatewayWrites("c1", gateway, self.effects, hub.clock)
        search = Search("c1", gateway, self.effects, zone)
        self.asker = Asker("c1", self.writes, search, self.effects, hub.clock, lag=timedelta(minutes=30))
        stores = GapStores(
            effects=self.effects,
            gates=StoredGates(hub.database),
            cursors=StoredCursors(hub.database, hub.clock),
        )
        self.gap = GapWatch("c1", gateway, PollSettings(zone=zone), stores, hub.clock)

    def state(self, key: str) -> EffectState:
        row = self.effects.find(key)
        assert row is not None
        return row.state


@pytest.fixture
def sandbox() -> Iterator[SandboxClient]:
    client = SandboxClient()
    client.ok("/v1/customer/create", {"customer_id": "ACME"} | keyed("1.00"))
    yield client
    client.ledger.close()


@pytest.fixture
def desk(hub: Hub, sandbox: SandboxClient) -> Iterator[Desk]:
    hub.clock.advance(START - hub.clock.now())
    with running(sandbox.app) as url:
        desk = Desk(hub, url, LosingTransport())
        with closing(desk.connection):
            yield desk


def sales(sandbox: SandboxClient) -> int:
    day = f"{START.astimezone(PACIFIC):%m/%d/%Y}"
    days = {"start_date": day, "end_date": day, "transaction_type": "SALE"}
    told = sandbox.ok("/v1/transactions/export/by_date_range", days)["transactions"]
    assert isinstance(told, list)
    return len(told)


def test_nothing_is_sent_before_the_gap_was_looked_at(desk: Desk, sandbox: SandboxClient) -> None:
    assert isinstance(desk.writes.carry_out("k", CHARGE), WritesHeld)
    assert sales(sandbox) == 0
    assert desk.gap.turn() == WORKS
    assert isinstance(desk.writes.carry_out("k", CHARGE), Carried)
    assert isinstance(desk.writes.carry_out("k", CHARGE), Carried)
    assert sales(sandbox) == 1


def test_a_charge_whose_answer_was_lost_is_found_by_its_invoice_id(
    desk: Desk, sandbox: SandboxClient
) -> None:
    desk.gap.turn()
    desk.transport.losses = 1
    assert isinstance(desk.writes.carry_out("k", CHARGE), Pending)
    desk.hub.clock.advance(timedelta(seconds=30))
    desk.asker.turn()
    assert desk.state("k") is EffectState.DONE
    assert sales(sandbox) == 1


def test_a_charge_is_voided_when_it_is_wanted_back(desk: Desk) -> None:
    desk.gap.turn()
    charged = desk.writes.carry_out("k", CHARGE)
    assert isinstance(charged, Carried)
    desk.writes.want_back("b", GiveBack(transaction=charged.transaction, amount=usd("12.34")))
    desk.asker.turn()
    assert desk.state("b") is EffectState.DONE


def test_after_settlement_it_is_refunded(desk: Desk, sandbox: SandboxClient) -> None:
    desk.gap.turn()
    charged = desk.writes.carry_out("k", CHARGE)
    assert isinstance(charged, Carried)
    desk.writes.want_back("b", GiveBack(transaction=charged.transaction, amount=usd("2.34")))
    desk.asker.turn()
    assert desk.state("b") is EffectState.WAITING
    sandbox.ok("/v1/transactions/settle")
    desk.hub.clock.advance(timedelta(minutes=30))
    desk.asker.turn()
    assert desk.state("b") is EffectState.DONE


def test_a_lost_database_takes_over_what_was_charged_through_it(desk: Desk, sandbox: SandboxClient) -> None:
    desk.gap.turn()
    desk.writes.carry_out("k", CHARGE)
    with desk.hub.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM effect")
        connection.exec_driver_sql("UPDATE gateway_gate SET seen = 'before', opened = 'before'")
    assert desk.gap.turn().startswith("writes held")
    assert desk.gap.turn().startswith("writes held")
    assert isinstance(desk.writes.carry_out("k", CHARGE), Carried), "it was taken over"
    desk.hub.clock.advance(timedelta(minutes=30))
    assert desk.gap.turn() == WORKS
    assert sales(sandbox) == 1
