"""The cashier over the real gateway writes: one charge for each number of an invoice, whatever fails."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typing_extensions import override

from counterfoil.domain.charge_history import ChargeState
from counterfoil.domain.consent import Consent, ConsentScope, NotAllowed, SavedMethod
from counterfoil.domain.due_charges import DueCharge, DuePolicy
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.payment import PaymentStatus, Tender
from counterfoil.ports.effects import Effect, EffectKind, EffectState
from counterfoil.ports.errors import OutcomeUnknownError, TransientError
from counterfoil.ports.hosted import PayLinkRequest
from counterfoil.ports.instructions import Carried, Declined
from counterfoil.ports.payment_methods import PaymentMethods
from counterfoil.runtime.cashier import GatewayCashier, Till
from counterfoil.runtime.gateway_writes import OtherContent, Pending
from counterfoil.runtime.memory.cashier import MERCHANT
from counterfoil.runtime.own_charges import OwnCharges
from counterfoil.runtime.pay_links import LinkDesk
from counterfoil.runtime.sending import WritesHeld
from tests.support.samples import usd
from tests.support.simulated_gateway import PACIFIC
from tests.unit.runtime.writes_scene import NOON, Scene

INVOICE = InvoiceNumber("1001")
CONSENT = Consent(
    by="Ann Lee", at=datetime(2026, 1, 2, tzinfo=UTC), text="Yes.", scope=ConsentScope.OPEN_INVOICES
)
METHOD = SavedMethod(reference="v1", customer=CustomerNumber("ABC"), consent=CONSENT)
CHARGE = DueCharge(
    invoice=INVOICE,
    customer=CustomerNumber("ABC"),
    amount=usd("5.00"),
    reference="v1",
    tender=Tender.CARD,
    number=1,
)


@dataclass
class Methods(PaymentMethods):
    kept: list[SavedMethod] = field(default_factory=lambda: [METHOD])

    @override
    def find(self, connection: str, reference: str) -> SavedMethod | None:
        return next((each for each in self.kept if each.reference == reference), None)

    @override
    def saved(self, connection: str, customer: CustomerNumber | None = None) -> list[SavedMethod]:
        return [each for each in self.kept if customer in {None, each.customer}]


TILL = Till(
    environment="production",
    company="01",
    connection="c1",
    run="run-1",
    zone=PACIFIC,
    merchant=MERCHANT,
    currency="USD",
)


def cashier(scene: Scene, methods: Methods | None = None, **till: Any) -> GatewayCashier:
    return GatewayCashier(
        till=replace(TILL, **till),
        policy=DuePolicy(),
        accounts=(),
        saved=methods or Methods(),
        effects=scene.effects,
        writes=scene.writes,
        clock=scene.clock,
    )


def states(scene: Scene) -> list[ChargeState]:
    return [each.state for each in cashier(scene).charges_of(INVOICE)]


def taken(scene: Scene) -> int:
    return sum(each.status is not PaymentStatus.FAILED for each in scene.gateway.all_now())


def test_whoever_charges_the_number_again_is_told_the_first_answer() -> None:
    scene = Scene()
    first = cashier(scene).charge(CHARGE)
    assert isinstance(first, Carried)
    assert cashier(scene, run="run-2").charge(CHARGE) == first
    assert cashier(scene, run="run-3").begun(CHARGE) == first
    assert (taken(scene), states(scene)) == (1, [ChargeState.MADE])
    assert list(scene.effects.rows) == ["due/production/01/1001#1"]
    (payment,) = scene.gateway.all_now()
    assert payment.invoice_reference.startswith("1001-CF")
    assert payment.amount == usd("5.00")


def test_other_books_are_other_charges() -> None:
    scene = Scene()
    for other in (cashier(scene, company="02"), cashier(scene, environment="qa")):
        assert other.charges_of(INVOICE) == []
        assert isinstance(other.charge(CHARGE), Carried)
    assert cashier(scene).begun(CHARGE) is None


def test_a_lost_answer_is_asked_for_and_never_sent_again() -> None:
    scene = Scene()
    scene.gateway.instead = OutcomeUnknownError("timed out")
    assert isinstance(cashier(scene).charge(CHARGE), Pending)
    scene.gateway.instead = None
    assert states(scene) == [ChargeState.OPEN]
    assert isinstance(cashier(scene).charge(CHARGE), Pending)
    assert isinstance(cashier(scene).begun(CHARGE), Pending)
    assert len(scene.gateway.sent) == 1
    scene.later(timedelta(minutes=1))
    begun = cashier(scene).begun(CHARGE)
    assert isinstance(begun, Carried)
    assert scene.heard == [begun.transaction]
    assert (taken(scene), states(scene)) == (1, [ChargeState.MADE])


def test_a_charge_that_was_never_made_may_be_sent_under_its_own_number() -> None:
    scene = Scene()
    scene.gateway.acts, scene.gateway.instead = False, OutcomeUnknownError("timed out")
    cashier(scene).charge(CHARGE)
    scene.gateway.acts, scene.gateway.instead = True, None
    for _ in range(3):
        scene.later(timedelta(hours=13))
    assert states(scene) == [ChargeState.NOT_SENT]
    assert cashier(scene).begun(CHARGE) is None
    assert isinstance(cashier(scene).charge(CHARGE), Carried)
    assert (taken(scene), states(scene)) == (1, [ChargeState.MADE])


def test_a_refusal_is_one_and_the_next_number_is_another_charge() -> None:
    scene = Scene()
    scene.gateway.acts, scene.gateway.instead = False, Declined(transaction=None, why="EXPIRED CARD")
    assert isinstance(cashier(scene).charge(CHARGE), Declined)
    scene.gateway.acts, scene.gateway.instead = True, None
    assert isinstance(cashier(scene).charge(CHARGE), Declined)
    (refused,) = cashier(scene).charges_of(INVOICE)
    assert (refused.state, refused.why) == (ChargeState.DECLINED, "EXPIRED CARD")
    assert refused.on == NOON.astimezone(PACIFIC).date()
    assert isinstance(cashier(scene).charge(replace(CHARGE, number=2)), Carried)
    assert states(scene) == [ChargeState.DECLINED, ChargeState.MADE]


def test_nothing_is_sent_while_writes_are_held_and_what_waits_can_be_set_aside() -> None:
    scene = Scene()
    scene.effects.restart()
    assert isinstance(cashier(scene).charge(CHARGE), WritesHeld)
    assert states(scene) == [ChargeState.NOT_SENT]
    less = replace(CHARGE, amount=usd("4.00"), number=2, set_aside=(1,))
    assert isinstance(cashier(scene).charge(less), WritesHeld)
    assert states(scene) == [ChargeState.SET_ASIDE, ChargeState.NOT_SENT]
    scene.effects.gate("c1", now=NOON, gap_from=NOON.date())
    scene.effects.open("c1", seen_at=NOON, now=NOON)
    assert isinstance(cashier(scene).charge(CHARGE), Declined), "what was set aside is not sent by anybody"
    assert isinstance(cashier(scene).charge(replace(less, set_aside=())), Carried)
    assert taken(scene) == 1


def test_what_may_have_been_sent_is_not_set_aside() -> None:
    scene = Scene()
    scene.gateway.instead = OutcomeUnknownError("timed out")
    cashier(scene).charge(CHARGE)
    scene.gateway.instead = None
    with pytest.raises(TransientError):
        cashier(scene).charge(replace(CHARGE, amount=usd("4.00"), number=2, set_aside=(1,)))
    assert len(scene.gateway.sent) == 1


def test_one_number_is_not_charged_for_two_amounts() -> None:
    scene = Scene()
    cashier(scene).charge(CHARGE)
    other = replace(CHARGE, amount=usd("4.00"))
    assert cashier(scene).begun(other) is None
    assert isinstance(cashier(scene).charge(other), OtherContent)
    assert taken(scene) == 1


def test_a_consent_that_was_withdrawn_meanwhile_charges_nothing_and_begins_nothing() -> None:
    scene = Scene()
    assert isinstance(cashier(scene, methods=Methods([])).charge(CHARGE), NotAllowed)
    assert scene.effects.rows == {}


def test_a_charge_that_a_restored_database_lacks_is_known_by_its_mark() -> None:
    scene = Scene()
    backup = scene.effects.back_up()
    carried = cashier(scene).charge(CHARGE)
    assert isinstance(carried, Carried)
    scene.effects.restore(backup, seen_from_within=True)
    assert states(scene) == []
    assert OwnCharges("c1", scene.effects).take_over(scene.gateway.all_now()[0])
    (known,) = cashier(scene).charges_of(INVOICE)
    assert (known.number, known.state, known.transaction) == (1, ChargeState.MADE, carried.transaction)
    assert cashier(scene).begun(CHARGE) == carried
    assert isinstance(cashier(scene).charge(CHARGE), Carried)
    assert len(scene.gateway.sent) == 1


def test_a_charge_that_was_made_and_voided_is_told_so() -> None:
    scene = Scene()
    scene.gateway.instead = OutcomeUnknownError("timed out")
    cashier(scene).charge(CHARGE)
    scene.gateway.instead = None
    row = scene.row("due/production/01/1001#1")
    scene.effects.change(replace(row, state=EffectState.FAILED, carried=TransactionId("7")))
    assert states(scene) == [ChargeState.TAKEN_BACK]


def test_a_link_counts_as_sent_until_the_gateway_has_refused_it() -> None:
    scene = Scene()
    wish = PayLinkRequest(invoice_id=f"INV-{INVOICE}", amount=usd("5.00"), email="a@example.com")
    desk = LinkDesk(environment="production", company="01", connection="c1", currency="USD")
    effect = Effect(key=desk.key(wish), kind=EffectKind.PAY_LINK, connection="c1", digest="d")
    assert not cashier(scene).is_link_sent(INVOICE, wish.amount)
    row = scene.effects.begin(effect)
    for state in EffectState:
        scene.effects.rows[effect.key] = replace(row, state=state)
        assert cashier(scene).is_link_sent(INVOICE, wish.amount) is (state is not EffectState.FAILED)
    assert not cashier(scene).is_link_sent(INVOICE, usd("4.00"))
    assert not cashier(scene, company="02").is_link_sent(INVOICE, wish.amount)
