"""Exports that are longer than one answer may be, on both APIs."""

from __future__ import annotations

from datetime import date

import pytest

from counterfoil.connectors.paytrace.settings import Generation
from counterfoil.http.client import OutboundLimits
from counterfoil.ports.gateway import CutOffError, GatewayRecord
from tests.unit.connector_paytrace.gateway import EXPORT_BY_DATE_RANGE, PreparedPaytrace, exported, reply
from tests.unit.connector_paytrace.records import a_record

EXPORTS = {"v1": EXPORT_BY_DATE_RANGE, "v3": "/v3/transactions/export/by-date"}
BATCHES = {"v1": "/v1/batches/transaction_list", "v3": "/v3/batch/export/transactions"}
CHECKS = "/v3/checks/transactions"
CHECK = {
    "transaction_id": "0f2f8b1e-1111-4222-8333-944555566601",
    "transaction_type": "PAYMENT",
    "transaction_status": "SETTLED",
    "amount": "31.00",
    "created_at": "2026-03-01T20:00:00Z",
}
SATURDAY, DAY = date(2026, 2, 28), date(2026, 3, 1)


def ten_transactions(generation: Generation, limits: OutboundLimits) -> PreparedPaytrace:
    """Ten card transactions, as a day and as a batch, and one bank payment where such are told."""
    paytrace = PreparedPaytrace(generation=generation, limits=limits)
    ten = [a_record(transaction_id=number) for number in range(10)]
    answer = exported(*ten) if generation == "v1" else reply({"data": ten})
    paytrace.prepare(EXPORTS[generation], answer)
    paytrace.prepare(BATCHES[generation], answer)
    paytrace.prepare(CHECKS, reply({"data": [CHECK]}))
    return paytrace


@pytest.mark.parametrize("generation", ["v1", "v3"])
def test_days_that_are_longer_than_an_answer_may_be_are_cut_off(generation: Generation) -> None:
    paytrace = ten_transactions(generation, OutboundLimits(answer_bytes_max=2000))
    with pytest.raises(CutOffError, match="2026-02-28 to 2026-03-01"):
        paytrace.connector.fetch_range(SATURDAY, DAY)


@pytest.mark.parametrize("generation", ["v1", "v3"])
def test_a_single_day_or_batch_may_be_longer_because_less_of_it_cannot_be_asked_for(
    generation: Generation,
) -> None:
    paytrace = ten_transactions(generation, OutboundLimits(answer_bytes_max=2000))
    assert len(paytrace.connector.fetch_range(DAY, DAY)) >= 10
    assert len(paytrace.connector.fetch_batch("571")) == 10


@pytest.mark.parametrize(("generation", "others"), [("v1", 0), ("v3", 1)])
def test_a_single_day_that_is_too_long_says_so_and_its_bank_payments_are_told_all_the_same(
    generation: Generation, others: int
) -> None:
    paytrace = ten_transactions(generation, OutboundLimits(least_bytes_max=2000))
    with pytest.raises(CutOffError, match="more of 2026-03-01 than one answer may bring") as caught:
        paytrace.connector.fetch_range(DAY, DAY)
    assert [type(record) for record in caught.value.records] == [GatewayRecord] * others


@pytest.mark.parametrize("generation", ["v1", "v3"])
def test_a_batch_that_is_too_long_says_so(generation: Generation) -> None:
    paytrace = ten_transactions(generation, OutboundLimits(least_bytes_max=2000))
    with pytest.raises(CutOffError, match="more of batch 571 than one answer may bring"):
        paytrace.connector.fetch_batch("571")
