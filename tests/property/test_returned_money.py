"""However often and in whatever order it is told: what came back is taken back at most once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.domain.payment import PaymentStatus, Tender
from counterfoil.domain.receipt import receipt_key
from counterfoil.domain.taking_back import Returns
from counterfoil.ports.engine import Finished
from counterfoil.ports.erp import PostingAnswer
from tests.property.test_received_money import after_faults, before_faults
from tests.support.flows import Flows
from tests.support.memory_erp import MemoryErp
from tests.support.memory_store import Killed
from tests.support.samples import a_payment, an_invoice, usd

TOLD = (PaymentStatus.CAPTURED, PaymentStatus.SETTLED, PaymentStatus.RETURNED)
NUMBER = InvoiceNumber("1001")


def carried_to_the_end(flows: Flows, run: str) -> None:
    for _ in range(60):
        try:
            if flows.carry(run) == Finished():
                return
        except Killed:
            flows.store.kill_at_commit = None
    raise AssertionError(f"{run} does not end")


@settings(max_examples=60)
@given(
    # Each is told, and carried at once or only after the next was told too.
    st.lists(st.tuples(st.sampled_from(TOLD), st.booleans()), min_size=1, max_size=6),
    st.sampled_from(["80.00", "120.00", "150.00"]),
    st.booleans(),
    st.lists(st.sampled_from(before_faults), max_size=8),
    st.lists(st.sampled_from(after_faults), max_size=8),
    st.none() | st.integers(0, 12),
)
def test_the_books_hold_the_receipt_once_and_its_reversal_at_most_once_or_a_person_is_asked(
    told: list[tuple[PaymentStatus, bool]],
    amount: str,
    ach_when_captured: bool,
    before: list[Callable[[], PostingAnswer | None]],
    after: list[Callable[[], None]],
    kill_at: int | None,
) -> None:
    erp = MemoryErp(an_invoice("1001"))
    flows = Flows(erp, returns=Returns.POST, ach_when_captured=ach_when_captured)
    erp.before_post, erp.after_post = list(before), list(after)
    flows.store.kill_at_commit = kill_at
    payment = a_payment(amount, tender=Tender.ACH, invoice_reference="1001")
    waiting: list[str] = []
    for status, at_once in told:
        waiting.append(flows.tell(replace(payment, status=status)))
        if at_once:
            for run in waiting:
                carried_to_the_end(flows, run)
            waiting.clear()
    for run in waiting:
        carried_to_the_end(flows, run)

    key = receipt_key(payment)
    assert set(erp.ledger) <= {key, key.reversal}
    stands = key in erp.ledger and key.reversal not in erp.ledger
    applied = min(usd(amount), usd("120.00")) if stands else usd("0")
    assert erp.invoices[NUMBER].open == usd("120.00") - applied
    assert sum(held.amount for held in erp.on_account.values()) == (
        (usd(amount) - applied).amount if stands else 0
    )
    came_back = any(status is PaymentStatus.RETURNED for status, _ in told)
    assert not (stands and came_back) or flows.asked
