"""What the hub's tables know of payments and of refunds that it made."""

from __future__ import annotations

from dataclasses import replace

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.ports.effects import Effect, EffectKind, EffectState, Moved
from counterfoil.store.database import Database
from counterfoil.store.effects import StoredEffects
from counterfoil.store.known_payments import StoredPayments
from tests.integration.store.samples import Hub, event


def carried_out(hub: Hub, key: str, sent: EffectKind, *, of: str, by: str, connection: str = "c1") -> None:
    effects = StoredEffects(hub.database, hub.clock)
    effect = Effect(
        key=key,
        kind=EffectKind.GIVE_BACK,
        connection=connection,
        digest=key,
        amount=Money.of("5.00", "USD"),
        transaction=TransactionId(of),
    )
    row = effects.begin(effect)
    done = replace(row, state=EffectState.DONE, sent=sent, carried=TransactionId(by))
    assert not isinstance(effects.change(done), Moved)


def test_a_refund_that_we_made_is_known_by_its_number_and_a_void_is_none(hub: Hub) -> None:
    carried_out(hub, "k1", EffectKind.REFUND, of="7", by="9")
    carried_out(hub, "k2", EffectKind.VOID, of="8", by="8")
    known = StoredPayments(hub.database)
    assert known.find_refunded("c1", TransactionId("9")) == "7"
    assert known.find_refunded("c1", TransactionId("8")) is None
    assert known.find_refunded("c2", TransactionId("9")) is None


def test_a_number_that_two_refunds_claim_tells_nothing(hub: Hub) -> None:
    carried_out(hub, "k1", EffectKind.REFUND, of="7", by="9")
    carried_out(hub, "k2", EffectKind.REFUND, of="8", by="9")
    assert StoredPayments(hub.database).find_refunded("c1", TransactionId("9")) is None


def test_records_of_a_payment_come_in_the_order_of_their_storing(hub: Hub, database: Database) -> None:
    told = [replace(event(number, order_key="m1/7"), body={"n": str(number)}) for number in (1, 2)]
    refund = replace(event(3, order_key="m1/7"), kind="refund.captured")
    hub.accept(*told, refund, event(4, order_key="m1/8"))
    assert StoredPayments(database).records_of("c1", "m1/7") == [{"n": "1"}, {"n": "2"}]
    assert StoredPayments(database).records_of("c2", "m1/7") == []
