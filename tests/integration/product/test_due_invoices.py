"""A due invoice is charged to the saved card once, and its receipt stands in the books."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from counterfoil.bootstrap.demo_connections import BOOKS, ENVIRONMENT, GATEWAY
from counterfoil.bootstrap.flow_recording import record
from counterfoil.bootstrap.gateways import close_gateways, open_gateways
from counterfoil.bootstrap.library_flows import use_shipped
from counterfoil.bootstrap.own_starts import Wish, own_events, start_flow
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.connectors.paytrace.settings import Generation
from counterfoil.domain.consent import Consent, ConsentScope, SavedMethod
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.flows.library import DUE_INVOICES
from counterfoil.ports.effects import EffectState
from counterfoil.ports.erp import Posted
from counterfoil.ports.intake import OwnEvent
from counterfoil.sandbox.sagepro.cast import Pick
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.effects import StoredEffects
from counterfoil.store.payment_methods import Asked, StoredPaymentMethods, Terms
from counterfoil.store.schema import inbox, run
from tests.support.product import Ground, Running, RunningHere, hub_here, hub_process, new_ground, wait_until

COMPANY = "01"
DUE = "item.invoice_due"
ALWAYS = {"due_days_before": "365", "due_days_after": "365", "due_limit": "999999"}
TERMS = Terms(text="Charge each invoice when it is due.", scope=ConsentScope.OPEN_INVOICES)
SALE = "/v1/transactions/sale/by_customer"


@dataclass
class Shop:
    """A company whose invoices are charged when they are due."""

    ground: Ground

    def prepare(self) -> None:
        """Makes the flows live; nearly every open invoice is due."""
        with Workspace(self.ground.settings) as workspace:
            row = self.gateway(workspace)
            changed = {**row.settings, **ALWAYS}
            workspace.connections.put(
                ConnectionRow(**{**vars_of(row), "settings": changed}), workspace.connections.secrets(row.id)
            )
            use_shipped(workspace, DUE_INVOICES, ENVIRONMENT, by="Ann Lee")

    @staticmethod
    def gateway(workspace: Workspace) -> ConnectionRow:
        row = workspace.connections.find(GATEWAY)
        assert row is not None
        return row

    def save_card(self, workspace: Workspace, customer: str) -> None:
        """As if the customer had typed it and agreed."""
        reference = self.stored(workspace, f"card-of-{customer}")
        methods = StoredPaymentMethods(workspace.database, workspace.clock)
        name = workspace.ids.new_id()
        methods.ask(
            Asked(
                id=name,
                connection=GATEWAY,
                customer=customer,
                label=name,
                asked_by="Ann Lee",
                ticket_digest=name,
                ticket_until=workspace.clock.now() + timedelta(days=1),
                terms=TERMS,
            )
        )
        consent = Consent(by="Bob Payer", at=workspace.clock.now(), text=TERMS.text, scope=TERMS.scope)
        method = SavedMethod(reference=reference, customer=CustomerNumber(customer), last_four="5439")
        assert methods.save(name, method, consent)

    def stored(self, workspace: Workspace, label: str) -> str:
        """The vault's reference of a new card."""
        self.ground.shopper.store_card(label)
        links = open_gateways(workspace)
        known = {each.label: each.reference for each in links[0].vault.all()}
        close_gateways(links)
        return known[label]

    def charges(self, invoice: str) -> list[dict[str, Any]]:
        """What the gateway has of charges under the invoice's number and our mark."""
        return [
            each
            for each in self.ground.shopper.transactions()
            if str(each["invoice_id"]).startswith(f"{invoice}-CF")
        ]


def vars_of(row: ConnectionRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def tell(workspace: Workspace, invoice: str, number: int = 1) -> None:
    """As a flow's `each` does."""
    event = OwnEvent(
        connection=BOOKS,
        company=COMPANY,
        key=f"item/test-{number}/invoice_due/{invoice}",
        source="flow",
        kind=DUE,
        order_key=f"item/invoice_due/{COMPANY}/{invoice}",
        body={"item": {"invoice": invoice}, "company": COMPANY, "run": f"test-{number}"},
        occurred_at=datetime.now(UTC),  # noqa: TID251 - the sandbox goes by the machine's clock
    )
    with own_events(workspace) as sink:
        sink.tell([event])


def ended(product: RunningHere, invoice: str) -> list[dict[str, Any]]:
    """The results of the invoice's runs, once all have ended."""

    def runs() -> list[dict[str, Any]]:
        return product.rows(run, run.c.order_key == f"item/invoice_due/{COMPANY}/{invoice}")

    wait_until(lambda: all(each["status"] in {"done", "held", "dead"} for each in runs()), "runs have ended")
    return [dict(each["result"]) | {"status": each["status"]} for each in sorted(runs(), key=by_seq)]


def by_seq(row: dict[str, Any]) -> int:
    return int(row["seq"])


@pytest.fixture(scope="module")
def shop() -> Iterator[tuple[RunningHere, Shop]]:
    with new_ground(unpaid=12) as ground:
        shop = Shop(ground)
        shop.prepare()
        with hub_here(ground) as product:
            yield product, shop


def with_card(shop: tuple[RunningHere, Shop]) -> Pick:
    """An open invoice whose customer saved the card."""
    product, desk = shop
    while True:
        pick = product.ground.unpaid()
        items = product.erp.find_open_items(CustomerNumber(pick.customer))
        if not any(item.open.amount < 0 for item in items):
            desk.save_card(product.workspace, pick.customer)
            return pick


def charged(product: RunningHere, desk: Shop, pick: Pick) -> str:
    """The one transaction that charged the invoice, once its receipt is posted."""
    wait_until(lambda: len(desk.charges(pick.number)) == 1, f"invoice {pick.number} is charged")
    (charge,) = desk.charges(pick.number)
    transaction = str(charge["transaction_id"])
    assert product.wait(transaction)["status"] == "done"
    return transaction


def assert_paid_once(product: RunningHere, pick: Pick, transaction: str) -> None:
    """Read once nothing is written any more."""
    assert product.ground.invoice_balance(pick.number) == 0
    product.assert_posted_once(transaction, pick.open)


@pytest.mark.parametrize("generation", ["v1", pytest.param("v3", marks=pytest.mark.soak)])
def test_what_is_due_is_found_charged_once_and_posted_however_often_it_is_told(
    generation: Generation,
) -> None:
    with new_ground(unpaid=6, generation=generation) as ground:
        desk = Shop(ground)
        desk.prepare()
        with hub_here(ground) as product:
            picks = [with_card((product, desk)) for _ in range(2)]
            for _ in range(2):
                wish = Wish(flow=DUE_INVOICES, environment=ENVIRONMENT, given={})
                start_flow(product.workspace, wish, by="Ann Lee")
            transactions = [charged(product, desk, pick) for pick in picks]
            for number, pick in enumerate(picks):
                tell(product.workspace, pick.number, number)
                results = ended(product, pick.number)
                assert [each["decision"] for each in results[:1]] == ["charged"], results
                assert {each["decision"] for each in results[1:]} == {"left_alone"}
            assert all(len(desk.charges(pick.number)) == 1 for pick in picks)
            product.wait_for_poll()
            for pick, transaction in zip(picks, transactions, strict=True):
                assert_paid_once(product, pick, transaction)
            events = product.rows(inbox, inbox.c.kind == DUE)
            assert {each["connection"] for each in events} == {BOOKS}
            assert_recorded(product, picks)
            assert ground.broken_rules() == []


def assert_recorded(product: RunningHere, picks: list[Pick]) -> None:
    """What the runs came to, comes of their tests as well, though all is paid by now."""
    first = min(product.rows(run, run.c.flow == DUE_INVOICES), key=by_seq)
    told = record(product.workspace, first["id"]).text.partition("told:")[2]
    assert all(f"invoice: '{pick.number}'" in told for pick in picks)
    for pick in picks:
        runs = product.rows(run, run.c.order_key == f"item/invoice_due/{COMPANY}/{pick.number}")
        text = record(product.workspace, min(runs, key=by_seq)["id"]).text
        assert "charge: charged" in text
        assert pick.customer not in text


def test_a_lost_answer_is_found_out_and_nothing_is_charged_again(shop: tuple[RunningHere, Shop]) -> None:
    product, desk = shop
    pick = with_card(shop)
    fault(product.ground, "fail_after")
    tell(product.workspace, pick.number)
    transaction = charged(product, desk, pick)
    product.ground.clock.advance(timedelta(minutes=16))
    (result,) = ended(product, pick.number)
    assert result["decision"] == "charged"
    assert len(desk.charges(pick.number)) == 1
    assert_paid_once(product, pick, transaction)


def test_a_payment_of_the_customer_leaves_the_invoice_alone(shop: tuple[RunningHere, Shop]) -> None:
    product, desk = shop
    pick = with_card(shop)
    transaction = product.ground.shopper.authorise("test", pick.open, pick.number)
    product.wait(transaction, "payment.authorised")
    tell(product.workspace, pick.number)
    (result,) = ended(product, pick.number)
    assert (result["decision"], result["status"]) == ("left_alone", "done")
    assert f"payment {transaction}" in result["why"]
    product.ground.shopper.capture(transaction)
    product.wait(transaction)
    tell(product.workspace, pick.number, 2)
    assert ended(product, pick.number)[1]["why"].startswith("nothing can be received")
    assert desk.charges(pick.number) == []
    product.assert_posted_once(transaction, pick.open)


def test_an_invoice_that_is_open_again_is_left_alone(shop: tuple[RunningHere, Shop]) -> None:
    product, desk = shop
    pick = with_card(shop)
    transaction = product.pay(pick.number, pick.open)
    assert product.wait(transaction)["status"] == "done"
    key = PostingKey(f"paytrace/{merchant(product.workspace)}/{transaction}", Effect.RECEIPT)
    posted = product.erp.find_posting(key)
    assert posted is not None
    reversal = ReversalFact(
        key=key.reversal,
        reverses=key,
        reversed_on=product.ground.clock.now().date(),
        reason="a test",
    )
    (answer,) = product.erp.post([reversal])
    assert isinstance(answer, Posted), answer
    assert product.ground.invoice_balance(pick.number) == pick.open
    tell(product.workspace, pick.number)
    (result,) = ended(product, pick.number)
    assert "open again" in result["why"]
    assert desk.charges(pick.number) == []


def merchant(workspace: Workspace) -> str:
    return str(Shop.gateway(workspace).settings["merchant"])


def fault(ground: Ground, kind: str) -> None:
    armed = {"kind": kind, "path": SALE}
    httpx2.post(f"{ground.sandbox_url}/control/do/faults/next", json=armed).raise_for_status()


TAKEN_OVER = "taken over from what the gateway tells"


@pytest.mark.timeout(200)
# A run that the second hub takes up before its agent listens leaves a refused socket to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_hub_that_dies_between_the_charge_and_its_answer_charges_once() -> None:
    with new_ground(unpaid=6) as ground:
        desk = Shop(ground)
        desk.prepare()
        pick = ground.unpaid()
        with Workspace(ground.settings) as workspace:
            desk.save_card(workspace, pick.customer)
        with hub_process(ground) as (hub, child):
            wait_until(lambda: is_open(hub), "writes are no longer held")
            fault(ground, "time_out_after")
            with Workspace(ground.settings) as workspace:
                tell(workspace, pick.number)
            wait_until(lambda: len(desk.charges(pick.number)) == 1, "the card is charged")
            os.kill(child.pid, signal.SIGKILL)
        with Workspace(ground.settings) as workspace:
            row = StoredEffects(workspace.database, workspace.clock).find(
                f"due/{ENVIRONMENT}/{COMPANY}/{pick.number}#1"
            )
            assert row is not None
            # Its answer never came; before the kill a poll may have brought the transaction.
            assert (row.state, row.why) in {(EffectState.SENDING, ""), (EffectState.DONE, TAKEN_OVER)}
            tell(workspace, pick.number, 2)
        with hub_here(ground) as product:
            transaction = charged(product, desk, pick)
            product.ground.clock.advance(timedelta(minutes=16))
            first, second = ended(product, pick.number)
            assert (first["decision"], second["decision"]) == ("charged", "left_alone")
            assert_paid_once(product, pick, transaction)
            assert len(desk.charges(pick.number)) == 1
        assert ground.broken_rules() == []


def is_open(hub: Running) -> bool:
    return "held" not in json.dumps(hub.http.get("/api/health").json())
