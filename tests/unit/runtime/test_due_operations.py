"""The flow of due invoices over books and a cashier in memory: once, and only what is still owed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from typing_extensions import override

from counterfoil.domain.consent import Consent, ConsentScope, SavedMethod
from counterfoil.domain.due_charges import DueCharge
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.invoice import Invoice
from counterfoil.domain.money import Money
from counterfoil.domain.payment import PaymentStatus
from counterfoil.flows.library import INVOICE_DUE_CHARGED
from counterfoil.ports.engine import Failed, Parked, RetryAfter
from counterfoil.ports.erp import Preview, PreviewAnswer, Refused
from counterfoil.ports.errors import TransientError
from counterfoil.ports.known_payments import VAULT_CUSTOMER
from counterfoil.runtime.gateway_writes import Outcome
from counterfoil.runtime.memory.cashier import MemoryCashier
from tests.support.flows import Flows
from tests.support.hub import NOW
from tests.support.memory_erp import MemoryErp
from tests.support.samples import a_payment, an_invoice, usd

DUE = "item.invoice_due"
METHOD = SavedMethod(
    reference="vault-7",
    customer=CustomerNumber("ABC"),
    consent=Consent(
        by="Ann Lee", at=datetime(2026, 1, 2, tzinfo=UTC), text="Yes.", scope=ConsentScope.OPEN_INVOICES
    ),
)


@dataclass(slots=True, kw_only=True)
class Interrupted(MemoryCashier):
    """Something happens once, just before a charge is sent."""

    meanwhile: list[Callable[[], object]]

    @override
    def begun(self, charge: DueCharge) -> Outcome | None:
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return MemoryCashier.begun(self, charge)


def scene(*meanwhile: Callable[[Flows], object], **invoice: Any) -> Flows:
    flows = Flows(MemoryErp(due_today(**invoice)))
    acts: list[Callable[[], object]] = [lambda act=act: act(flows) for act in meanwhile]  # type: ignore[misc]
    flows.cashier = Interrupted(
        calendar=NOW.date, accounts=flows.cashier.accounts, saved=(METHOD,), meanwhile=acts
    )
    return flows


def due_today(**changes: Any) -> Invoice:
    return an_invoice(**({"due_on": NOW.date()} | changes))


def tell(flows: Flows, invoice: str = "1001") -> str:
    return flows.accept(INVOICE_DUE_CHARGED, DUE, f"item/{invoice}", {"item": {"invoice": invoice}})


def charged(flows: Flows) -> list[str]:
    return [str(charge.amount) for charge, _answer in flows.cashier.sent]


def the_books(flows: Flows) -> MemoryErp:
    assert isinstance(flows.site.erp, MemoryErp)
    return flows.site.erp


def pay(flows: Flows, amount: str = "120.00", **changes: Any) -> None:
    flows.tell(a_payment(amount, **({"transaction": TransactionId("7")} | changes)))


def lower(flows: Flows, to: str) -> None:
    books = the_books(flows)
    number = InvoiceNumber("1001")
    books.invoices[number] = replace(books.invoices[number], open=usd(to))


def test_a_due_invoice_is_charged_once_wherever_its_run_is_killed() -> None:
    flows = scene()
    summary = flows.carried_though_killed(tell(flows))
    assert (summary["result"], summary["decision"], summary["transaction"]) == ("done", "charged", "C00001")
    assert charged(flows) == ["120.00 USD"]
    assert flows.asked == []


def test_a_payment_that_comes_between_the_decision_and_the_charge_stops_it() -> None:
    flows = scene(lambda flows: pay(flows, invoice_reference="INV 1001"))
    summary = flows.carried(tell(flows))
    assert (summary["result"], summary["decision"]) == ("done", "left_alone")
    assert summary["why"] == "payment 7 of 120.00 USD is captured and not in the books"
    assert charged(flows) == []


def test_a_link_that_was_sent_meanwhile_stops_it_as_long_as_it_is_for_what_is_open() -> None:
    def send(flows: Flows, amount: str) -> None:
        flows.cashier.links.add((InvoiceNumber("1001"), usd(amount)))

    flows = scene(lambda flows: send(flows, "120.00"))
    summary = flows.carried(tell(flows))
    assert summary["decision"] == "left_alone"
    assert summary["why"] == "the customer was sent a link to pay 120.00 USD, and may yet pay by it"
    assert charged(flows) == []
    other = scene(lambda flows: send(flows, "80.00"))
    assert other.carried(tell(other))["decision"] == "charged"


def test_what_was_paid_or_credited_in_part_meanwhile_is_not_charged() -> None:
    flows = scene(lambda flows: lower(flows, "50.00"))
    assert flows.carried(tell(flows))["decision"] == "charged"
    assert charged(flows) == ["50.00 USD"]


def test_an_invoice_that_keeps_changing_is_asked_about() -> None:
    flows = scene(*(lambda flows, to=to: lower(flows, f"{to}.00") for to in (90, 80, 70, 60)))
    assert flows.carried(tell(flows))["result"] == "held"
    assert charged(flows) == []


def test_a_run_that_waits_for_a_lost_answer_ends_by_what_became_of_it() -> None:
    flows = scene()
    flows.cashier.script[:] = ["unknown"]
    run = tell(flows)
    assert isinstance(flows.carry(run), Parked)
    assert isinstance(flows.carry(run), Parked)
    assert len(flows.cashier.sent) == 1
    flows.cashier.charges.clear()
    flows.cashier.charges.update(made(flows))
    assert flows.carried(run)["decision"] == "charged"
    assert len(flows.cashier.sent) == 1


def made(flows: Flows) -> Any:
    """The charge as it stands once the gateway has told that it was made."""
    other = MemoryCashier(calendar=NOW.date)
    other.charge(flows.cashier.sent[0][0])
    return other.charges


def test_a_key_that_was_used_for_something_else_is_asked_about() -> None:
    flows = scene()
    flows.cashier.script[:] = ["other"]
    assert flows.carried(tell(flows))["result"] == "held"
    assert flows.asked == ["conflict"]


def test_a_payment_of_the_order_counts_and_one_of_another_invoice_does_not() -> None:
    flows = scene(order="5521")
    pay(flows, invoice_reference="SO-5521", status=PaymentStatus.AUTHORISED)
    assert flows.carried(tell(flows))["decision"] == "left_alone"
    others = scene(order="5521")
    pay(others, invoice_reference="10011")
    pay(others, transaction=TransactionId("8"), order_reference="55210")
    assert others.carried(tell(others))["decision"] == "charged"


def test_an_expired_authorisation_is_no_payment_though_its_record_does_not_say_so() -> None:
    flows = scene()
    payment = a_payment(invoice_reference="1001", status=PaymentStatus.AUTHORISED)
    flows.tell(payment)
    flows.tell(replace(payment, status=PaymentStatus.EXPIRED))
    assert flows.carried(tell(flows))["decision"] == "charged"


def test_an_invoice_in_another_currency_than_the_accounts_is_left_alone() -> None:
    euros = Money.of("120.00", "EUR")
    flows = scene(total=euros, open=euros)
    summary = flows.carried(tell(flows))
    assert summary["decision"] == "left_alone"
    assert "not in USD" in summary["why"]
    assert charged(flows) == []


def test_a_number_that_the_books_do_not_have_once_is_left_alone() -> None:
    flows = scene()
    assert "1002" in flows.carried(tell(flows, "1002"))["why"]
    assert charged(flows) == []


def test_an_event_that_names_no_invoice_is_a_defect() -> None:
    flows = scene()
    run = flows.accept(INVOICE_DUE_CHARGED, DUE, "item/none", {})
    assert isinstance(flows.carry(run), Failed)


def test_what_the_books_would_not_take_is_not_charged() -> None:
    flows = scene(close_period)
    summary = flows.carried(tell(flows))
    assert (summary["result"], summary["decision"], charged(flows)) == ("done", "left_alone", [])
    assert summary["why"] == "its receipt could not be posted now: the period is locked"


def close_period(flows: Flows) -> None:
    plan(flows, lambda fact: Refused(key=fact.key, why="the period is locked"))


def plan(flows: Flows, answer: Callable[[Fact], PreviewAnswer]) -> None:
    the_books(flows).preview = answer  # type: ignore[assignment] # what a real site may answer


def test_below_the_rung_that_posts_nothing_is_charged() -> None:
    flows = scene()
    asked: list[Fact] = []

    def withheld(fact: Fact) -> PreviewAnswer:
        asked.append(fact)
        return Preview(key=fact.key, rows=(), withheld="the company stands on shadow")

    plan(flows, withheld)
    assert flows.carried(tell(flows))["why"].endswith("posted now: the company stands on shadow")
    [fact] = asked
    assert isinstance(fact, ReceiptFact)
    assert (str(fact.amount), fact.customer, fact.applied) == ("120.00 USD", "ABC", fact.amount)
    assert fact.key.lineage.startswith("gateway/shop/")
    assert charged(flows) == []


def test_books_that_are_busy_are_asked_again_and_nothing_is_charged_meanwhile() -> None:
    flows = scene()

    def busy(fact: Fact) -> PreviewAnswer:
        raise TransientError(f"{fact.key} waits")

    plan(flows, busy)
    run = tell(flows)
    assert isinstance(flows.carry(run), RetryAfter)
    assert charged(flows) == []
    del the_books(flows).preview
    assert flows.carried(run)["decision"] == "charged"


VISA = replace(METHOD, last_four="0057")


@pytest.mark.parametrize(
    "whose", [{"vault_customer": "vault-7"}, {"vault_customer": "vault-9"}, {"last_four": "0057"}]
)
def test_a_payment_of_the_customer_that_names_nothing_and_waits_is_asked_about(whose: dict[str, str]) -> None:
    flows = scene(lambda flows: pay(flows, **whose))
    flows.cashier.saved = (VISA,)
    flows.store.cross_references["shop", VAULT_CUSTOMER, "vault-9"] = "ABC"
    summary = flows.carried(tell(flows))
    assert (summary["result"], charged(flows)) == ("held", [])
    assert "payment 7 of 120.00 USD seems to be the customer's, names no document" in summary["why"]


@pytest.mark.parametrize(
    ("amount", "changes"),
    [
        ("119.99", {"last_four": "0057"}),
        ("120.00", {"last_four": "4242", "vault_customer": "vault-8"}),
        ("120.00", {"last_four": "0057", "status": PaymentStatus.VOIDED}),
        ("120.00", {"last_four": "0057", "created_at": datetime(1989, 1, 1, tzinfo=UTC)}),
    ],
)
def test_what_cannot_be_for_the_invoice_does_not_stop_it(amount: str, changes: dict[str, Any]) -> None:
    flows = scene(lambda flows: pay(flows, amount, **changes))
    flows.cashier.saved = (VISA,)
    assert flows.carried(tell(flows))["decision"] == "charged"


def test_a_payment_that_is_in_the_books_does_not_stop_a_later_invoice() -> None:
    flows = scene(due_on=NOW.date())
    flows.cashier.saved = (VISA,)
    the_books(flows).invoices[InvoiceNumber("1002")] = due_today(number="1002")
    run = flows.tell(a_payment(last_four="0057", invoice_reference="1001", transaction=TransactionId("7")))
    assert flows.carried(run)["posting"] == "posted"
    assert flows.carried(tell(flows, "1002"))["decision"] == "charged"
