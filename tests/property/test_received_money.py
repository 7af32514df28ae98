"""Whatever happens on the way, received money stands in the books once or is shown to a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.identifiers import InvoiceNumber, TransactionId
from counterfoil.domain.money import Money, total
from counterfoil.domain.payment import Payment, PaymentStatus
from counterfoil.domain.receipt import receipt_key
from counterfoil.ports.engine import Finished
from counterfoil.ports.erp import Busy, PostingAnswer
from counterfoil.ports.errors import OutcomeUnknownError, TransientError
from tests.support.hub import Hub
from tests.support.memory_erp import MemoryErp
from tests.support.memory_store import Killed
from tests.support.samples import a_payment, an_invoice, usd

NUMBERS = ("1001", "1002", "1003")
cents = st.integers(1, 6).map(lambda units: usd(f"{units}0.00"))


@st.composite
def events(draw: st.DrawFn) -> list[Payment]:
    """News of a few payments; each payment is told of in one or several statuses."""
    told: list[Payment] = []
    for number in range(draw(st.integers(1, 4))):
        payment = replace(
            a_payment(
                transaction=TransactionId(str(number)),
                invoice_reference=draw(st.sampled_from(["", "999", *NUMBERS])),
                vault_customer=draw(st.sampled_from(["", "vault-9"])),
            ),
            amount=draw(cents),
        )
        statuses = draw(st.lists(st.sampled_from(PaymentStatus), min_size=1, max_size=3))
        told += [replace(payment, status=status) for status in statuses]
    return told


def raising(error: BaseException) -> None:
    raise error


def busy() -> PostingAnswer:
    return Busy(key=receipt_key(a_payment()), what="the ledger")


def nothing() -> None:
    return None


before_faults: list[Callable[[], PostingAnswer | None]] = [
    nothing,
    busy,
    partial(raising, TransientError("away")),
    partial(raising, Killed()),
]
after_faults: list[Callable[[], None]] = [
    nothing,
    partial(raising, OutcomeUnknownError("no answer")),
    partial(raising, Killed()),
]


def carried_to_the_end(hub: Hub, run_id: str) -> bool:
    for _ in range(40):
        try:
            if hub.carry(run_id) == Finished():
                return True
        except Killed:
            hub.store.kill_at_commit = None
    return False


@settings(max_examples=60)
@given(
    events(),
    st.lists(cents, min_size=3, max_size=3),
    st.lists(st.sampled_from(before_faults), max_size=8),
    st.lists(st.sampled_from(after_faults), max_size=8),
    st.none() | st.integers(0, 12),
)
def test_every_cent_is_posted_once_or_shown_to_a_person(
    told: list[Payment],
    opens: list[Money],
    before: list[Callable[[], PostingAnswer | None]],
    after: list[Callable[[], None]],
    kill_at: int | None,
) -> None:
    invoices = [an_invoice(number, str(left.amount)) for number, left in zip(NUMBERS, opens, strict=True)]
    hub = Hub(MemoryErp(*invoices))
    hub.store.cross_references["shop", "vault_customer", "vault-9"] = "ABC"
    hub.erp.before_post, hub.erp.after_post, hub.store.kill_at_commit = list(before), list(after), kill_at
    for place, payment in enumerate(told):
        hub.accept(payment, f"run-{place}")
        assert carried_to_the_end(hub, f"run-{place}")

    shown = {task.details["transaction"] for task in hub.store.reviews}
    for payment in told:
        if payment.is_money:
            assert receipt_key(payment) in hub.erp.ledger or payment.transaction in shown
    posted = total(
        (each.fact.amount for each in hub.erp.ledger.values() if isinstance(each.fact, ReceiptFact)), "USD"
    )
    left = [hub.erp.invoices[InvoiceNumber(number)].open for number in NUMBERS]
    applied = total(opens, "USD") - total(left, "USD")
    assert posted == applied + total(hub.erp.on_account.values(), "USD")
    assert all(open_ >= usd("0") for open_ in left)
