"""Of which payment a refund is: never the wrong one, and a question where two fit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import PaymentKind, PaymentStatus
from counterfoil.domain.refunding import RefundPolicy
from counterfoil.ports.engine import Parked
from counterfoil.runtime.refund_operations import PATIENCE
from tests.support.flows import Flows
from tests.support.memory_erp import MemoryErp
from tests.support.samples import a_payment, an_invoice

REFUND = PostingKey("gateway/shop/200001", Effect.REFUND)


def paid(flows: Flows) -> None:
    assert flows.carried(pay(flows, "105968"))["posting"] == "posted"


def pay(flows: Flows, transaction: str, **changes: Any) -> str:
    told = {"invoice_reference": "1001", "last_four": "0057", "transaction": TransactionId(transaction)}
    return flows.tell(a_payment(**(told | changes)))


def refund(flows: Flows, **changes: Any) -> str:
    told: dict[str, Any] = {
        "transaction": TransactionId("200001"),
        "kind": PaymentKind.REFUND,
        "status": PaymentStatus.SETTLED,
        "invoice_reference": "1001",
        "last_four": "0057",
        "created_at": datetime(2026, 11, 10, 9, tzinfo=UTC),
    }
    return flows.tell(a_payment(**(told | changes)))


@pytest.fixture
def flows() -> Flows:
    return Flows(MemoryErp(an_invoice()), refunds=RefundPolicy(reopens=True))


def test_a_second_payment_that_is_not_in_the_books_makes_it_a_question(flows: Flows) -> None:
    paid(flows)
    pay(flows, "105969")
    told = flows.carried(refund(flows), attempts=PATIENCE)
    assert (told["result"], flows.site.erp.find_posting(REFUND)) == ("held", None)
    assert "it may be 105968, 105969" in told["why"]


def test_once_the_second_stands_in_the_books_too_it_still_is_one(flows: Flows) -> None:
    paid(flows)
    flows.carried(pay(flows, "105969"))
    told = flows.carried(refund(flows), attempts=PATIENCE)
    assert (told["result"], flows.site.erp.find_posting(REFUND)) == ("held", None)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": PaymentStatus.FAILED},
        {"status": PaymentStatus.VOIDED},
        {"last_four": "4242"},
        {"invoice_reference": "1002"},
        {"created_at": datetime(2026, 11, 11, tzinfo=UTC)},
    ],
)
def test_a_payment_that_it_cannot_be_of_is_none(flows: Flows, changes: dict[str, Any]) -> None:
    paid(flows)
    pay(flows, "105969", **changes)
    assert flows.carried(refund(flows))["posting"] == "posted"


def test_a_refund_that_is_told_before_its_payment_is_posted_waits_for_it(flows: Flows) -> None:
    run = refund(flows)
    assert isinstance(flows.carry(run), Parked)
    paid(flows)
    assert flows.carried(run)["posting"] == "posted"
