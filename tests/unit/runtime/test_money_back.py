from __future__ import annotations

from datetime import timedelta

import pytest

from counterfoil.domain.giving_back import GiveBack
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import PaymentKind, PaymentStatus
from counterfoil.ports.effects import EffectState
from counterfoil.ports.errors import OutcomeUnknownError
from counterfoil.ports.instructions import Carried, Void
from counterfoil.runtime.gateway_writes import Pending
from tests.support.samples import usd
from tests.unit.runtime.writes_scene import CHARGE, Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()


def back(amount: str) -> GiveBack:
    return GiveBack(transaction=TransactionId("1001"), amount=usd(amount))


def test_a_whole_payment_that_has_not_settled_is_voided(scene: Scene) -> None:
    scene.writes.carry_out("k", CHARGE)
    assert isinstance(scene.writes.want_back("b", back("5.00")), Pending)
    scene.later(timedelta(0))
    assert scene.gateway.now("1001").status is PaymentStatus.VOIDED
    assert scene.writes.want_back("b", back("5.00")) == Carried(transaction=TransactionId("1001"))


def test_a_part_waits_until_the_payment_settled_and_is_refunded_then(scene: Scene) -> None:
    scene.writes.carry_out("k", CHARGE)
    scene.writes.want_back("b", back("2.00"))
    scene.later(timedelta(0))
    assert (scene.row("b").state, len(scene.gateway.sent)) == (EffectState.WAITING, 1)
    scene.clock.advance(timedelta(days=1))
    scene.gateway.pass_nights()
    scene.later(timedelta(minutes=30))
    assert scene.row("b").state is EffectState.DONE
    assert scene.gateway.given_back("1001") == usd("2.00")


def test_a_void_that_comes_too_late_becomes_a_refund(scene: Scene) -> None:
    scene.writes.carry_out("k", CHARGE)
    scene.writes.want_back("b", back("5.00"))
    scene.gateway.before = lambda: scene.gateway.change("1001", status=PaymentStatus.SETTLED)
    scene.later(timedelta(0))
    scene.gateway.before = None
    assert scene.row("b").state is EffectState.WAITING
    scene.later(timedelta(minutes=5))
    assert scene.row("b").state is EffectState.DONE
    assert scene.gateway.given_back("1001") == usd("5.00")


def test_a_void_alone_that_comes_too_late_is_told_and_nothing_is_refunded(scene: Scene) -> None:
    scene.writes.carry_out("k", CHARGE)
    scene.gateway.change("1001", status=PaymentStatus.SETTLED)
    scene.writes.carry_out("v", Void(transaction=TransactionId("1001")))
    scene.later(timedelta(days=3))
    assert scene.row("v").state is EffectState.FAILED
    assert scene.gateway.given_back("1001") == usd("0.00")


def test_a_refund_that_somebody_else_made_already_waits_for_a_person(scene: Scene) -> None:
    scene.writes.carry_out("k", CHARGE)
    scene.gateway.change("1001", status=PaymentStatus.SETTLED)
    scene.gateway.make(
        usd("2.00"),
        PaymentStatus.CAPTURED,
        kind=PaymentKind.REFUND,
        invoice_reference=scene.gateway.now("1001").invoice_reference,
    )
    scene.writes.want_back("b", back("2.00"))
    scene.later(timedelta(0))
    assert (scene.row("b").state, len(scene.gateway.sent)) == (EffectState.QUESTION, 1)


@pytest.mark.parametrize(
    ("last_four", "state"),
    [("1111", EffectState.QUESTION), ("", EffectState.QUESTION), ("2222", EffectState.DONE)],
)
def test_a_refund_of_a_payment_without_an_invoice_id_is_looked_for_by_card_and_amount(
    scene: Scene, last_four: str, state: EffectState
) -> None:
    """Such as one that was made after a backup which is then restored."""
    scene.gateway.make(usd("5.00"), PaymentStatus.SETTLED, last_four="1111")
    scene.clock.advance(timedelta(days=20))
    scene.gateway.make(usd("2.00"), PaymentStatus.SETTLED, kind=PaymentKind.REFUND, last_four=last_four)
    scene.clock.advance(timedelta(days=20))
    scene.writes.want_back("b", back("2.00"))
    scene.later(timedelta(0))
    assert scene.row("b").state is state


def test_a_lost_refund_whose_outcome_the_gateway_does_not_tell_yet_is_not_made_again(scene: Scene) -> None:
    scene.gateway.make(usd("5.00"), PaymentStatus.SETTLED, invoice_reference="1001", last_four="1111")
    scene.writes.want_back("b", back("2.00"))
    scene.gateway.instead = OutcomeUnknownError("timed out")
    scene.later(timedelta(0))
    scene.gateway.change("1002", status=PaymentStatus.PENDING)
    for _ in range(4):
        scene.later(timedelta(days=1))
        assert scene.row("b").state is EffectState.UNKNOWN
    scene.gateway.change("1002", status=PaymentStatus.SETTLED)
    scene.later(timedelta(days=1))
    assert (scene.row("b").state, scene.row("b").carried) == (EffectState.DONE, "1002")


def test_a_refund_that_is_under_way_waits_for_a_persons_word_before_another_is_made(scene: Scene) -> None:
    scene.gateway.make(usd("5.00"), PaymentStatus.SETTLED, invoice_reference="1001")
    scene.gateway.make(usd("2.00"), PaymentStatus.PENDING, kind=PaymentKind.REFUND, invoice_reference="1001")
    scene.writes.want_back("b", back("2.00"))
    scene.later(timedelta(0))
    assert scene.row("b").state is EffectState.QUESTION
    assert "under way" in scene.row("b").why


def test_a_refund_to_another_card_is_not_taken_for_the_lost_one(scene: Scene) -> None:
    """Two cards may have paid the same invoice."""
    scene.gateway.make(usd("5.00"), PaymentStatus.SETTLED, invoice_reference="1001", last_four="1111")
    scene.writes.want_back("b", back("2.00"))
    scene.gateway.acts, scene.gateway.instead = False, OutcomeUnknownError("timed out")
    scene.later(timedelta(0))
    scene.gateway.make(
        usd("2.00"),
        PaymentStatus.CAPTURED,
        kind=PaymentKind.REFUND,
        invoice_reference="1001",
        last_four="2222",
    )
    scene.later(timedelta(seconds=30))
    assert scene.row("b").state is EffectState.UNKNOWN
