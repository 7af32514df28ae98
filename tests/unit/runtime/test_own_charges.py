"""What an own charge that the gateway tells of says to a row that does not know that it was made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.own_marks import mark_invoice_id
from counterfoil.domain.payment import PaymentStatus, Tender
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.effects import EffectKind, EffectRow, EffectState, Moved
from counterfoil.ports.gateway import UnreadableRecord
from counterfoil.runtime.asking import Asker
from counterfoil.runtime.gateway_writes import GatewayWrites
from counterfoil.runtime.own_charges import OwnCharges
from counterfoil.runtime.searching import Search
from tests.contract.effect_store_suite import a_charge, stored
from tests.support.memory_effects import MemoryEffects
from tests.support.samples import usd
from tests.support.simulated_gateway import PACIFIC, SimulatedGateway

NOON = datetime(2026, 11, 23, 20, tzinfo=UTC)
INVOICE_ID = mark_invoice_id("c1", "k", "1001")
LAG = timedelta(minutes=30)


class Scene:
    """A gateway that tells of charges, and a database that may know less."""

    def __init__(self, effects: MemoryEffects | None = None) -> None:
        self.clock = ManualClock(NOON)
        self.gateway = SimulatedGateway(self.clock)
        self.effects = effects or MemoryEffects(self.clock)
        self.own = OwnCharges("c1", self.effects)

    def knows(self, state: EffectState, **more: object) -> EffectRow:
        row = self.effects.begin(a_charge("k", amount=usd("5.00"), invoice_id=INVOICE_ID))
        return stored(self.effects.change(replace(row, state=state, **more)))  # type: ignore[arg-type]

    def made(self, status: PaymentStatus, amount: str = "5.00") -> str:
        return self.gateway.make(usd(amount), status, invoice_reference=INVOICE_ID)

    def told_of(self, number: str) -> bool:
        return self.own.take_over(self.gateway.now(number))

    def row(self) -> EffectRow:
        row = self.effects.find_charge("c1", INVOICE_ID)
        assert row is not None
        return row


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_refused_charge_that_was_made_and_voided_after_the_backup_is_known_by_what_was_voided(
    scene: Scene,
) -> None:
    """Else what was given back of it is unknown for ever (seed 16034 of the simulation)."""
    scene.knows(EffectState.FAILED, tries=1, sent=EffectKind.CHARGE, sent_at=NOON)
    assert scene.told_of(scene.made(PaymentStatus.VOIDED))
    assert (scene.row().state, scene.row().carried) == (EffectState.FAILED, "1001")
    assert not scene.told_of("1001")


def test_a_row_that_others_change_meanwhile_is_read_again() -> None:
    """Whoever looked a moment earlier found nothing for the second time, and lets it be sent again."""

    class Overtaken(MemoryEffects):
        overtaking: EffectRow | None = None

        @override
        def change(self, row: EffectRow) -> EffectRow | Moved:
            if self.overtaking is not None:
                given_up, self.overtaking = self.overtaking, None
                stored(super().change(given_up))
            return super().change(row)

    effects = Overtaken(ManualClock(NOON))
    scene = Scene(effects)
    row = scene.knows(EffectState.UNKNOWN, tries=1, sent=EffectKind.CHARGE, sent_at=NOON)
    effects.overtaking = replace(row, state=EffectState.WAITING)
    assert scene.told_of(scene.made(PaymentStatus.CAPTURED))
    assert (scene.row().state, scene.row().carried) == (EffectState.DONE, "1001")


@pytest.mark.parametrize("state", [EffectState.WAITING, EffectState.FAILED, EffectState.UNKNOWN])
def test_a_charge_that_took_another_amount_is_a_question_and_never_made_again(
    scene: Scene, state: EffectState
) -> None:
    """As an authorisation of which less was captured after the backup."""
    scene.knows(state)
    assert scene.told_of(scene.made(PaymentStatus.CAPTURED, "3.00"))
    assert scene.row().state is EffectState.QUESTION
    assert "1001 took" in scene.row().why


@pytest.mark.parametrize("is_known", [True, False])
def test_a_charge_whose_outcome_the_gateway_does_not_tell_yet_is_asked_for(
    scene: Scene, *, is_known: bool
) -> None:
    """As a bank payment that V3 tells to be under way."""
    if is_known:
        scene.knows(EffectState.WAITING)
    assert scene.told_of(scene.made(PaymentStatus.PENDING))
    assert scene.row().state is EffectState.UNKNOWN
    writes = GatewayWrites("c1", scene.gateway, scene.effects, scene.clock)
    search = Search("c1", scene.gateway, scene.effects, PACIFIC)
    asker = Asker("c1", writes, search, scene.effects, scene.clock, lag=LAG)
    asker.turn()
    assert scene.row().state is EffectState.UNKNOWN
    scene.gateway.change("1001", status=PaymentStatus.CAPTURED)
    scene.clock.advance(timedelta(days=1))
    asker.turn()
    assert (scene.row().state, scene.row().carried) == (EffectState.DONE, "1001")


@pytest.mark.parametrize("is_known", [True, False])
def test_a_charge_whose_record_cannot_be_read_is_a_question(scene: Scene, *, is_known: bool) -> None:
    if is_known:
        scene.knows(EffectState.WAITING)
    body = {"transaction_id": "7", "amount": "lots", "told": [{"invoice_id": f" {INVOICE_ID}"}]}
    record = UnreadableRecord(body=body, lineage="gateway/shop/7", occurred_at=NOON, why="no amount")
    assert scene.own.look_at(record)
    assert scene.row().state is EffectState.QUESTION
    assert not scene.own.look_at(record)


def test_an_unreadable_record_says_nothing_against_what_is_known(scene: Scene) -> None:
    scene.knows(EffectState.DONE, carried=TransactionId("7"))
    body = {"invoice_id": INVOICE_ID}
    record = UnreadableRecord(body=body, lineage="gateway/shop/7", occurred_at=NOON, why="no amount")
    assert not scene.own.look_at(record)
    assert scene.row().state is EffectState.DONE


def test_an_adopted_charge_keeps_how_it_was_paid(scene: Scene) -> None:
    number = scene.made(PaymentStatus.PENDING)
    scene.gateway.change(number, tender=Tender.ACH, vault_customer="v1")
    scene.told_of(number)
    assert (scene.row().effect.tender, scene.row().effect.payer) == (Tender.ACH, "v1")


@pytest.mark.parametrize(("later", "state"), [(0, EffectState.FAILED), (3, EffectState.UNKNOWN)])
def test_a_refused_charge_is_asked_for_only_where_another_try_is_under_way(
    scene: Scene, later: int, state: EffectState
) -> None:
    scene.knows(EffectState.FAILED, tries=1, sent=EffectKind.CHARGE, sent_at=NOON)
    scene.clock.advance(timedelta(hours=later))
    scene.told_of(scene.made(PaymentStatus.PENDING))
    assert scene.row().state is state


@pytest.mark.parametrize(("status", "alarms"), [(PaymentStatus.VOIDED, 0), (PaymentStatus.SETTLED, 1)])
def test_an_alarm_of_two_charges_is_raised_only_where_both_took_money(
    scene: Scene, status: PaymentStatus, alarms: int
) -> None:
    scene.knows(EffectState.DONE, carried=TransactionId("7"))
    with capture_logs() as logs:
        assert not scene.told_of(scene.made(status))
    assert [each["event"] for each in logs] == ["charged_twice"] * alarms
