"""PayTrace cut off and PayTrace that throttles: what the calls of two workers make of it."""

from __future__ import annotations

from datetime import date, timedelta

import httpx2
import pytest

from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.breakers import BreakerState
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.effects import EffectState
from counterfoil.ports.errors import RestingError, TransientError
from counterfoil.ports.instructions import Carried, Charge, StoredPayer
from counterfoil.runtime.breaker import FAILURES_MAX
from counterfoil.runtime.calls import ConnectionGuard
from counterfoil.runtime.gateway_writes import GatewayWrites
from counterfoil.runtime.memory.breakers import MemoryBreakers
from tests.support.memory_effects import MemoryEffects
from tests.support.samples import usd
from tests.unit.connector_paytrace.gateway import (
    EXPORT_BY_DATE_RANGE,
    NOON,
    SALE_BY_CUSTOMER,
    PreparedPaytrace,
    exported,
    reply,
)

DAY = date(2026, 3, 2)
CHARGE = Charge(payer=StoredPayer(reference="v1"), amount=usd("5.00"), invoice_id="1001")
APPROVED = {"success": True, "response_code": 101, "transaction_id": 7}
CUT = httpx2.ConnectTimeout("no route")


class Merchants:
    """Two connections, the first of them used by two workers; one store of breakers."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.breakers = MemoryBreakers(self.clock)
        self.shop, self.shop_again = self.worker("shop"), self.worker("shop")
        self.other = self.worker("other")
        self.effects = MemoryEffects(self.clock)
        self.effects.gate("shop", now=NOON, gap_from=DAY)
        self.effects.open("shop", seen_at=NOON, now=NOON)
        self.writes = GatewayWrites("shop", self.shop.connector, self.effects, self.clock)

    def worker(self, connection: str) -> PreparedPaytrace:
        def seconds() -> int:
            return (self.clock.now() - NOON) // timedelta(seconds=1)

        guard = ConnectionGuard(connection, connection, self.breakers, seconds)
        return PreparedPaytrace(guard=guard)

    def cut_off(self) -> None:
        """The shop's line is cut until its breaker is open."""
        self.shop.log_ins += [CUT] * FAILURES_MAX
        for _ in range(FAILURES_MAX):
            with pytest.raises(TransientError, match="cannot be reached"):
                self.shop.connector.fetch_range(DAY, DAY)
        assert self.breakers.find("shop")[0].state is BreakerState.OPEN


def test_a_gateway_cut_off_is_asked_by_nobody_others_are_and_a_charge_meanwhile_is_sent_once() -> None:
    merchants = Merchants()
    merchants.cut_off()
    asked = len(merchants.shop.requests)
    for _ in range(3):
        with pytest.raises(RestingError):
            merchants.writes.carry_out("k", CHARGE)
    with pytest.raises(RestingError):
        merchants.shop_again.connector.fetch_range(DAY, DAY)
    assert len(merchants.shop.requests) == asked
    assert merchants.shop_again.requests == []
    assert merchants.effects.rows["k"].state is EffectState.WAITING, "nothing was sent, and it says so"
    merchants.other.prepare(EXPORT_BY_DATE_RANGE, exported())
    assert list(merchants.other.connector.fetch_range(DAY, DAY)) == []
    merchants.clock.advance(timedelta(seconds=1))
    merchants.shop.prepare(SALE_BY_CUSTOMER, reply(APPROVED))
    for _ in range(2):
        assert merchants.writes.carry_out("k", CHARGE) == Carried(transaction=TransactionId("7"))
    assert len(merchants.shop.asked(SALE_BY_CUSTOMER)) == 1
    assert merchants.breakers.find("shop")[0].state is BreakerState.CLOSED


def test_a_write_whose_answer_is_lost_as_the_probe_is_not_sent_again() -> None:
    merchants = Merchants()
    merchants.cut_off()
    merchants.clock.advance(timedelta(seconds=1))
    merchants.shop.prepare(SALE_BY_CUSTOMER, httpx2.ReadTimeout("silence"))
    merchants.writes.carry_out("k", CHARGE)
    assert merchants.effects.rows["k"].state is EffectState.UNKNOWN
    merchants.clock.advance(timedelta(minutes=5))
    merchants.writes.carry_out("k", CHARGE)
    assert len(merchants.shop.asked(SALE_BY_CUSTOMER)) == 1


def test_retry_after_of_one_worker_s_answer_is_kept_by_the_other() -> None:
    merchants = Merchants()
    throttled = httpx2.Response(429, headers={"retry-after": "90"})
    merchants.shop.prepare(EXPORT_BY_DATE_RANGE, throttled)
    with pytest.raises(TransientError) as told:
        merchants.shop.connector.fetch_range(DAY, DAY)
    assert told.value.rests == "shop"
    merchants.clock.advance(timedelta(seconds=89))
    with pytest.raises(RestingError, match="asked for a pause; asked again in 1 s"):
        merchants.shop_again.connector.fetch_range(DAY, DAY)
    merchants.clock.advance(timedelta(seconds=1))
    merchants.shop_again.prepare(EXPORT_BY_DATE_RANGE, exported())
    assert list(merchants.shop_again.connector.fetch_range(DAY, DAY)) == []
