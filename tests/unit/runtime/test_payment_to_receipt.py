from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from counterfoil.domain.dispute import Dispute, DisputeStage
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import PaymentKind, PaymentStatus
from counterfoil.domain.receipt import receipt_key
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.engine import Finished, Parked, RetryAfter
from counterfoil.ports.erp import (
    Busy,
    Conflict,
    HandedOver,
    KeyedByHand,
    KeyedReceipt,
    PostingAnswer,
    Refused,
)
from counterfoil.ports.errors import OutcomeUnknownError
from tests.simulation.books import Books
from tests.support.flows import Flows
from tests.support.hub import NOW, START, Hub
from tests.support.memory_erp import MemoryErp
from tests.support.samples import a_payment, an_invoice, an_order, usd

KEY = receipt_key(a_payment())
NAMED = {"invoice_reference": "Inv #1001"}


def carried(hub: Hub, amount: str = "120.00", **changes: Any) -> dict[str, Any]:
    """The summary of one payment's run, which must end."""
    hub.accept(a_payment(amount, **changes))
    assert hub.carry() == Finished()
    return hub.summary()


def open_on(hub: Hub, number: str = "1001") -> Money:
    return hub.erp.invoices[InvoiceNumber(number)].open


def test_a_payment_pays_its_invoice() -> None:
    hub = Hub(MemoryErp(an_invoice()))
    assert carried(hub, **NAMED) == {
        "result": "done",
        "transaction": "105968",
        "kind": "payment",
        "status": "captured",
        "amount": "120.00 USD",
        "tender": "card",
        "decision": "applied",
        "why": "invoice 1001 is named and 120.00 USD is open on it",
        "how": "invoice 1001 belongs to ABC",
        "customer": "ABC",
        "applications": [{"invoice": "1001", "amount": "120.00 USD"}],
        "applied": "120.00 USD",
        "on_account": "0.00 USD",
        "posting": "posted",
        "posting_key": "gateway/shop/105968/receipt#1",
        "document": "R00001",
    }
    assert open_on(hub).is_zero


def test_a_surcharge_pays_no_invoice_and_is_no_overpayment() -> None:
    hub = Hub(MemoryErp(an_invoice()))
    summary = carried(hub, "123.60", surcharge=usd("3.60"), **NAMED)
    assert (summary["applied"], summary["on_account"]) == ("120.00 USD", "0.00 USD")
    assert open_on(hub).is_zero
    posted = hub.erp.find_posting(KEY)
    assert posted is not None
    assert isinstance(posted.fact, ReceiptFact)
    assert (posted.fact.amount, posted.fact.surcharge) == (usd("123.60"), usd("3.60"))


def test_intent_and_result_of_the_posting_are_kept_with_what_was_read() -> None:
    hub = Hub(MemoryErp(an_invoice()))
    carried(hub, **NAMED)
    assert hub.store.commits == ["begin post#1", "finish post#1", "close done"]
    assert {step for _, step in hub.store.results} == {"look#1", "match#1", "post#1"}
    assert hub.store.intents["run-1", "post#1"]["inputs"] == {
        "payment": hub.store.runs["run-1"].event.body,
        "decision": hub.store.results["run-1", "match#1"]["value"],
    }


def test_a_payment_without_an_invoice_waits_on_account() -> None:
    hub = Hub(MemoryErp(an_invoice(), an_invoice("1002"), customers=["ABC"]))
    hub.store.cross_references["shop", "vault_customer", "vault-9"] = "ABC"
    summary = carried(hub, "50.00", vault_customer="vault-9")
    assert (summary["result"], summary["applied"], summary["on_account"]) == ("done", "0.00 USD", "50.00 USD")
    assert summary["why"] == (
        "no invoice number was given and no open invoice of ABC is exactly 50.00 USD; 2 invoices are open"
    )
    assert hub.erp.on_account[CustomerNumber("ABC")] == usd("50.00")


def test_an_order_reference_finds_the_customer() -> None:
    hub = Hub(MemoryErp(an_invoice(order=an_order().number), orders=[an_order()]))
    assert carried(hub, order_reference="SO-5521")["applied"] == "120.00 USD"


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (PaymentStatus.FAILED, "the payment was declined or failed"),
        (PaymentStatus.PENDING, "it is not known yet whether the payment succeeded"),
        (PaymentStatus.AUTHORISED, "the bank holds 120.00 USD, nothing was taken"),
        (PaymentStatus.VOIDED, "the payment was voided before settlement"),
        (PaymentStatus.EXPIRED, "the authorisation expired without a capture"),
        (PaymentStatus.RETURNED, "the payer's bank returned the payment"),
    ],
)
def test_what_is_no_money_is_recorded_as_such_and_never_posted(status: PaymentStatus, why: str) -> None:
    hub = Hub(MemoryErp(an_invoice()))
    summary = carried(hub, status=status, **NAMED)
    assert (summary["result"], summary["decision"], summary["why"]) == ("done", "no_money", why)
    assert hub.erp.ledger == {}
    assert hub.store.commits == ["close done"]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "unidentified_receipt"),
        ({"invoice_reference": "1001", "order_reference": "7"}, "customer_disagreement"),
        ({"invoice_reference": "1001", "kind": PaymentKind.REFUND}, "refund"),
        ({"invoice_reference": "1001", "amount": Money.of("120.00", "EUR")}, "currency"),
    ],
)
def test_what_nobody_can_decide_is_held_for_a_person(changes: dict[str, Any], kind: str) -> None:
    hub = Hub(MemoryErp(an_invoice(), orders=[an_order("7", "XYZ")]))
    hub.accept(replace(a_payment(), **changes))
    assert hub.carry() == Finished()
    assert hub.summary()["result"] == "held"
    assert [task.kind for task in hub.store.reviews] == [kind]
    assert hub.store.reviews[0].details["transaction"] == "105968"
    assert hub.erp.ledger == {}


def test_a_second_payment_of_a_paid_invoice_is_on_account_and_shown_to_a_person() -> None:
    hub = Hub(MemoryErp(an_invoice(open_amount="0.00")))
    summary = carried(hub, **NAMED)
    assert (summary["result"], summary["on_account"]) == ("held", "120.00 USD")
    assert hub.store.reviews[0].kind == "suspected_duplicate"


def test_a_vault_customer_whom_the_books_do_not_know_is_no_clue() -> None:
    hub = Hub(MemoryErp())
    hub.store.cross_references["shop", "vault_customer", "vault-9"] = "GONE"
    carried(hub, vault_customer="vault-9")
    assert hub.store.reviews[0].kind == "unidentified_receipt"


def test_a_later_event_of_a_posted_payment_matches_nothing_anew() -> None:
    hub = Hub(MemoryErp(an_invoice()))
    carried(hub, **NAMED)
    hub.erp.asked.clear()
    hub.accept(a_payment(status=PaymentStatus.SETTLED, **NAMED), "run-2")
    assert hub.carry("run-2") == Finished()
    summary = hub.summary("run-2")
    assert (summary["result"], summary["decision"], summary["document"]) == ("done", "in_the_books", "R00001")
    assert (summary["applied"], hub.erp.asked, len(hub.erp.ledger)) == ("120.00 USD", [], 1)


def test_a_void_after_the_receipt_goes_to_a_person() -> None:
    hub = Hub(MemoryErp(an_invoice()))
    carried(hub, **NAMED)
    hub.accept(a_payment(status=PaymentStatus.VOIDED, **NAMED), "run-2")
    hub.carry("run-2")
    assert hub.summary("run-2")["result"] == "held"
    assert [task.kind for task in hub.store.reviews] == ["taken_back"]


def test_what_a_person_was_asked_about_is_not_decided_again_when_it_settles() -> None:
    hub = Hub(MemoryErp(customers=["ABC"]))
    assert carried(hub, **NAMED)["result"] == "held"
    # The clerk enters the money by hand, then the invoice appears: posting it now would be the second time.
    hub.erp.invoices[InvoiceNumber("1001")] = an_invoice()
    hub.accept(a_payment(status=PaymentStatus.SETTLED, **NAMED), "run-2")
    assert hub.carry("run-2") == Finished()
    summary = hub.summary("run-2")
    assert (summary["result"], summary["decision"]) == ("done", "superseded")
    assert summary["why"] == "a person was asked about this payment before; nothing is decided again"
    assert (hub.erp.ledger, len(hub.store.reviews)) == ({}, 1)


def test_a_payment_is_posted_though_a_dispute_of_it_was_told_and_asked_about_before() -> None:
    payment = a_payment(invoice_reference="1001")
    dispute = Dispute(
        case="D1",
        stage=DisputeStage.OPENED,
        on=payment.created_at.date(),
        amount=payment.amount,
        transaction=payment.transaction,
    )
    flows = Flows(MemoryErp(an_invoice()))
    assert flows.carried(flows.tell_dispute(dispute, payment.lineage))["result"] == "held"
    assert flows.carried(flows.tell(payment))["posting"] == "posted"


def test_money_that_is_voided_while_a_person_is_asked_about_it_is_told_to_that_person() -> None:
    hub = Hub(MemoryErp())
    carried(hub, **NAMED)
    hub.accept(a_payment(status=PaymentStatus.VOIDED, **NAMED), "run-2")
    hub.carry("run-2")
    assert [task.kind for task in hub.store.reviews] == ["unidentified_receipt", "taken_back"]


def test_a_late_capture_does_not_bring_back_what_was_voided() -> None:
    hub = Hub(MemoryErp(an_invoice()))
    carried(hub, status=PaymentStatus.VOIDED, **NAMED)
    hub.accept(a_payment(**NAMED), "run-2")
    hub.carry("run-2")
    assert hub.summary("run-2")["result"] == "held"
    assert [task.kind for task in hub.store.reviews] == ["taken_back"]
    assert hub.erp.ledger == {}


def test_a_capture_is_not_posted_once_it_is_known_to_be_voided() -> None:
    hub = Hub(MemoryErp(an_invoice()))
    hub.accept(a_payment(**NAMED))
    hub.accept(a_payment(status=PaymentStatus.VOIDED, **NAMED), "run-2")
    hub.carry()
    hub.carry("run-2")
    assert [hub.summary(run)["decision"] for run in ("run-1", "run-2")] == ["superseded", "no_money"]
    assert (hub.erp.ledger, hub.store.reviews) == ({}, [])


@pytest.mark.parametrize("first", [PaymentStatus.PENDING, PaymentStatus.AUTHORISED])
def test_a_payment_that_becomes_money_is_posted_then(first: PaymentStatus) -> None:
    hub = Hub(MemoryErp(an_invoice()))
    carried(hub, status=first, **NAMED)
    hub.accept(a_payment(**NAMED), "run-2")
    hub.carry("run-2")
    assert hub.summary("run-2")["posting"] == "posted"


def paid_elsewhere(hub: Hub, *left: str) -> None:
    """Before each of the next postings, somebody else leaves just so much open on the invoice."""
    number = InvoiceNumber("1001")

    def edit(amount: str) -> None:
        hub.erp.invoices[number] = replace(hub.erp.invoices[number], open=usd(amount))

    hub.erp.before_post += [partial(edit, amount) for amount in left]


def test_books_that_move_between_match_and_post_are_matched_again() -> None:
    hub = Hub(MemoryErp(an_invoice()))
    paid_elsewhere(hub, "100.00")
    summary = carried(hub, **NAMED)
    assert (summary["applied"], summary["on_account"]) == ("100.00 USD", "20.00 USD")
    assert "post#2" in {step for _, step in hub.store.results}


def test_books_that_move_three_times_are_still_matched_and_the_fourth_goes_to_a_person() -> None:
    def moving(times: int) -> Hub:
        hub = Hub(MemoryErp(an_invoice()))
        paid_elsewhere(hub, *("100.00", "80.00", "60.00", "40.00")[:times])
        carried(hub, **NAMED)
        return hub

    assert moving(3).summary()["applied"] == "60.00 USD"
    fourth = moving(4)
    assert fourth.summary()["result"] == "held"
    assert fourth.store.reviews[0].kind == "books_changed"
    assert fourth.erp.ledger == {}


def tell(answer: PostingAnswer) -> PostingAnswer:
    return answer


def answering(*answers: PostingAnswer) -> Hub:
    hub = Hub(MemoryErp(an_invoice()))
    hub.erp.before_post += [partial(tell, answer) for answer in answers]
    hub.accept(a_payment(**NAMED))
    return hub


def test_a_busy_lane_is_tried_again_and_then_posted() -> None:
    hub = answering(Busy(key=KEY, what="the ledger is locked"))
    assert hub.carry() == RetryAfter(seconds=2, why="busy: the ledger is locked")
    assert hub.carry() == Finished()
    assert hub.summary()["posting"] == "posted"


def test_what_was_handed_over_waits_and_asks_again() -> None:
    hub = answering(HandedOver(key=KEY, where="the outbox"))
    assert hub.carry() == Parked(until=NOW + timedelta(seconds=900), why="left to be entered at the outbox")
    assert hub.carry() == Finished()
    assert hub.summary()["posting"] == "posted"


@pytest.mark.parametrize("kind", [Conflict, Refused])
def test_a_posting_that_cannot_be_made_goes_to_a_person(kind: Any) -> None:
    hub = answering(kind(key=KEY, why="the period is closed; open it"))
    assert hub.carry() == Finished()
    assert hub.summary()["result"] == "held"
    assert hub.store.reviews[0].why == "the period is closed; open it"


def test_a_payment_keyed_by_hand_waits_until_a_person_says_what_it_is() -> None:
    keyed = KeyedReceipt(number="1001", reference="77", paid_on=None, amount=usd("120.00"), keyed_by="ANNA")
    hub = answering(KeyedByHand(key=KEY, receipts=(keyed,)))
    outcome = hub.carry()
    assert isinstance(outcome, Parked)
    assert "keyed by hand already? 120.00 USD on 1001 (77, no date, by ANNA)" in outcome.why
    assert [task.kind for task in hub.store.reviews] == ["hand_keyed"]
    assert hub.carry() == Finished()
    assert hub.summary()["posting"] == "posted"


def test_an_account_full_of_older_payments_posts_none_of_them() -> None:
    hub = Hub(MemoryErp(an_invoice()))
    for number in range(20):
        made = START - timedelta(hours=number, seconds=1)
        payment = a_payment(created_at=made, transaction=TransactionId(str(number)), **NAMED)
        hub.accept(payment, f"run-{number}")
        assert hub.carry(f"run-{number}") == Finished()
        summary = hub.summary(f"run-{number}")
        assert (summary["result"], summary["decision"]) == ("done", "no_money")
        assert "history, not posted" in summary["why"]
    assert hub.erp.ledger == {}


def test_a_site_that_numbers_with_a_prefix_of_its_own_is_understood() -> None:
    hub = Hub(MemoryErp(an_invoice("INV-1001"), an_invoice("1001", customer=CustomerNumber("XYZ"))))
    assert carried(hub, invoice_reference="inv-1001")["customer"] == "ABC"


def test_a_refund_is_asked_about_once_however_often_it_is_told() -> None:
    hub = Hub(MemoryErp())
    carried(hub, kind=PaymentKind.REFUND)
    hub.accept(a_payment(kind=PaymentKind.REFUND, status=PaymentStatus.SETTLED), "run-2")
    hub.carry("run-2")
    assert [task.kind for task in hub.store.reviews] == ["refund"]


def test_a_payment_that_is_voided_while_its_posting_waits_is_not_posted() -> None:
    hub = answering(Busy(key=KEY, what="the tables are locked"))
    assert isinstance(hub.carry(), RetryAfter)
    hub.accept(a_payment(status=PaymentStatus.VOIDED, **NAMED), "run-2")
    hub.carry()
    hub.carry("run-2")
    assert [hub.summary(run)["decision"] for run in ("run-1", "run-2")] == ["superseded", "no_money"]
    assert (hub.erp.ledger, hub.store.reviews) == ({}, [])


def test_a_payment_that_is_voided_while_another_program_enters_it_goes_to_a_person() -> None:
    books = Books(ManualClock(NOW), outbox=True)
    books.invoice(an_invoice())
    flows, payment = Flows(books), a_payment(invoice_reference="1001")
    taken = flows.tell(payment)
    flows.carry(taken)
    voided = flows.tell(replace(payment, status=PaymentStatus.VOIDED))
    assert isinstance(flows.carry(taken), Parked)
    books.enter_handed()
    assert flows.carried(taken)["posting"] == "already_posted"
    assert flows.carried(voided)["result"] == "held"


def test_a_receipt_whose_answer_was_lost_counts_although_the_payment_was_voided_meanwhile() -> None:
    hub = Hub(MemoryErp(an_invoice()))
    hub.accept(a_payment(**NAMED))

    def lose() -> None:
        raise OutcomeUnknownError("no answer")

    hub.erp.after_post.append(lose)
    hub.carry()
    hub.accept(a_payment(status=PaymentStatus.VOIDED, **NAMED), "run-2")
    hub.carry()
    hub.carry("run-2")
    assert hub.summary()["posting"] == "already_posted"
    assert [task.kind for task in hub.store.reviews] == ["taken_back"]


def test_an_authorisation_that_the_poll_concluded_to_be_expired_is_told_as_such() -> None:
    hub = Hub(MemoryErp(an_invoice()))
    run_id = hub.accept(a_payment(status=PaymentStatus.AUTHORISED, **NAMED))
    run = hub.store.runs[run_id]
    hub.store.runs[run_id] = replace(run, event=replace(run.event, kind="payment.expired"))
    hub.carry()
    assert hub.summary()["why"] == "the authorisation expired without a capture"
