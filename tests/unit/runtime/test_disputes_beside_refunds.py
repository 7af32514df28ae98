"""A chargeback is not posted on top of a refund by others that the books do not have yet, nor beside one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from counterfoil.domain.dispute import Dispute, DisputeStage
from counterfoil.domain.disputing import DisputePolicy
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import PaymentKind, PaymentStatus, Tender
from counterfoil.domain.refunding import RefundPolicy
from tests.support.flows import Flows
from tests.support.memory_erp import MemoryErp
from tests.support.samples import a_payment, an_invoice, usd

LINEAGE = "gateway/shop/105968"
DISPUTE = Dispute(case="CB-2", stage=DisputeStage.OPENED, on=date(2026, 11, 21), amount=usd("120.00"))


def paid(**changes: Any) -> Flows:
    """A card payment of an invoice that stands in the books."""
    erp = MemoryErp(an_invoice())
    flows = Flows(erp, disputes=DisputePolicy.POST, refunds=RefundPolicy(reopens=True))
    payment = a_payment(**({"invoice_reference": "1001", "last_four": "0057"} | changes))
    assert flows.carried(flows.tell(payment))["posting"] == "posted"
    return flows


def refund(flows: Flows, amount: str = "120.00", **changes: Any) -> str:
    """One that a clerk made in the gateway's own terminal, under no document's number."""
    told: dict[str, Any] = {
        "transaction": TransactionId("200001"),
        "kind": PaymentKind.REFUND,
        "status": PaymentStatus.SETTLED,
        "last_four": "0057",
        "created_at": datetime(2026, 11, 10, 9, tzinfo=UTC),
    }
    return flows.tell(a_payment(amount, **(told | changes)))


def dispute(flows: Flows) -> dict[str, Any]:
    return flows.carried(flows.tell_dispute(DISPUTE, LINEAGE))


def is_charged_back(flows: Flows) -> bool:
    return flows.site.erp.find_posting(PostingKey("gateway/shop/dispute-CB-2", Effect.CHARGEBACK)) is not None


def test_a_refund_that_waits_for_a_person_makes_the_dispute_a_question() -> None:
    flows = paid()
    run = refund(flows)
    assert flows.carried(run, attempts=4)["result"] == "held"
    told = dispute(flows)
    assert (told["result"], is_charged_back(flows)) == ("held", False)
    assert "refund 200001 of 120.00 USD may have given its money back" in told["why"]


def test_a_refund_whose_run_has_not_begun_does_too() -> None:
    flows = paid()
    refund(flows, "20.00")
    assert (dispute(flows)["result"], is_charged_back(flows)) == ("held", False)


def test_a_refund_that_comes_between_decision_and_posting_does_too() -> None:
    flows = paid()
    run = flows.tell_dispute(DISPUTE, LINEAGE)
    acts: list[Callable[[], object]] = [lambda: refund(flows)]
    find = flows.site.erp.find_receipts

    def then(document: Any) -> Any:
        found = find(document)
        if acts:
            acts.pop()()
        return found

    flows.site.erp.find_receipts = then  # type: ignore[method-assign] # something happens while books are read
    told = flows.carried(run)
    assert (told["result"], is_charged_back(flows)) == ("held", False)
    assert "the gateway told meanwhile that refund 200001 of 120.00 USD may be of it" in told["why"]


@pytest.mark.parametrize(
    "changes",
    [
        {"last_four": "4242"},
        {"status": PaymentStatus.VOIDED},
        {"tender": Tender.ACH},
        {"amount": "120.01"},
        {"created_at": datetime(2026, 11, 1, tzinfo=UTC)},
    ],
)
def test_a_refund_that_cannot_be_of_the_payment_stops_no_dispute(changes: dict[str, Any]) -> None:
    flows = paid()
    refund(flows, **changes)
    assert (dispute(flows)["result"], is_charged_back(flows)) == ("done", True)


def test_our_own_refund_of_another_payment_and_one_in_the_books_stop_no_dispute() -> None:
    flows = paid()
    refund(flows)
    flows.known.refunded[TransactionId("200001")] = TransactionId("9")
    assert (dispute(flows)["result"], is_charged_back(flows)) == ("done", True)


def test_a_refund_after_the_chargeback_is_never_posted_on_top_of_it() -> None:
    flows = paid()
    dispute(flows)
    run = refund(flows, invoice_reference="1001")
    assert flows.carried(run, attempts=4)["result"] == "held"
    assert flows.site.erp.find_posting(PostingKey("gateway/shop/200001", Effect.REFUND)) is None
