from __future__ import annotations

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.validate import read_flow
from counterfoil.ports import encoding
from counterfoil.ports.engine import Finished
from counterfoil.runtime.catalogue import shipped_catalogue
from tests.support.hub import Hub
from tests.support.memory_erp import MemoryErp
from tests.support.samples import a_payment, an_invoice, usd

LARGE = 'payment.amount.more_than(money("500.00 USD"))'
DECIDING = f"""\
  size:
    decide:
      large: {LARGE}
    with: {{ payment: normalise }}
    then: {{ large: review, otherwise: look }}
"""


def deciding_hub(amount: str, condition: str = LARGE) -> Hub:
    """A hub on the shipped flow for payments, with a decision after its first node."""
    hub = Hub(MemoryErp(an_invoice(open=usd("5000.00"))))
    before, nodes = hub.flow.split("nodes:\n", 1)
    nodes = nodes.replace("payment: look", "payment: size", 1)
    text = f"{before}nodes:\n{DECIDING.replace(LARGE, condition)}{nodes}"
    hub.version = parse_flow(text).version
    hub.store.flows[hub.version] = text
    hub.accept(a_payment(amount, invoice_reference="1001"))
    return hub


def test_a_payment_takes_the_way_of_the_first_condition_that_holds() -> None:
    hub = deciding_hub("500.01")
    assert hub.carry() == Finished()
    assert hub.summary()["result"] == "held"
    assert hub.summary()["branch"] == "size: large"
    assert hub.store.reviews[0].title == "The flow leaves this to a person: large"
    assert LARGE in hub.store.reviews[0].why
    assert not hub.erp.ledger


def test_a_payment_for_which_no_condition_holds_goes_on() -> None:
    hub = deciding_hub("500.00")
    assert hub.carry() == Finished()
    assert (hub.summary()["result"], hub.summary()["branch"]) == ("done", "size: otherwise")
    assert len(hub.erp.ledger) == 1


def test_a_condition_without_an_answer_is_a_person_s() -> None:
    hub = deciding_hub("20.00", LARGE.replace("USD", "EUR"))
    assert hub.carry() == Finished()
    assert hub.summary()["result"] == "held"
    assert hub.store.reviews[0].title == "A condition of the flow has no answer"
    assert "amounts of different currencies" in hub.store.reviews[0].why
    assert not hub.erp.ledger


def test_the_stored_form_of_money_is_what_conditions_read() -> None:
    body = encoding.encode(a_payment("120.00", surcharge=usd("3.60")))
    assert body["surcharge"] == {"amount": "3.60", "currency": "USD"}


def test_a_long_circle_is_gone_round_as_often_as_it_says() -> None:
    names = [f"n{number}" for number in range(30)]
    ways = [*names[1:], "{ to: n0, at_most: 20, else: look }"]
    circle = "".join(
        f"  {name}:\n    decide: {{ again: 'true' }}\n    with: {{ payment: normalise }}\n"
        f"    then: {{ again: {way}, otherwise: look }}\n"
        for name, way in zip(names, ways, strict=True)
    )
    hub = Hub(MemoryErp(an_invoice(open=usd("5000.00"))))
    before, nodes = hub.flow.split("nodes:\n", 1)
    text = f"{before}nodes:\n{circle}{nodes.replace('payment: look', 'payment: n0', 1)}"
    hub.version = read_flow(text, shipped_catalogue()).version
    hub.store.flows[hub.version] = text
    hub.accept(a_payment("20.00", invoice_reference="1001"))
    assert hub.carry() == Finished()
    assert (hub.summary()["result"], len(hub.erp.ledger)) == ("done", 1)
