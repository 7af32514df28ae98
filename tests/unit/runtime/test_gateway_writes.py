from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from typing_extensions import override

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.own_marks import mark_invoice_id
from counterfoil.domain.payment import PaymentStatus, Tender
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.effects import EffectRow, EffectState
from counterfoil.ports.errors import DecisionError, OutcomeUnknownError, TransientError
from counterfoil.ports.instructions import (
    Carried,
    Charge,
    Declined,
    OneTimeToken,
    Unknown,
    Void,
)
from counterfoil.runtime.gateway_writes import GatewayWrites, OtherContent, Pending
from counterfoil.runtime.own_charges import OwnCharges
from counterfoil.runtime.sending import WritesHeld
from counterfoil.security.secrets import Secret
from tests.support.memory_effects import MemoryEffects
from tests.support.samples import usd
from tests.unit.runtime.writes_scene import CHARGE, NOON, Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_repeat_gives_the_first_answer_and_sends_nothing(scene: Scene) -> None:
    first = scene.writes.carry_out("k", CHARGE)
    assert first == scene.writes.carry_out("k", CHARGE) == Carried(transaction=TransactionId("1001"))
    assert len(scene.gateway.sent) == 1
    assert scene.heard == ["1001"]


def test_a_key_that_another_connection_used_is_refused(scene: Scene) -> None:
    """Else a payment that nobody took counts as made."""
    scene.writes.carry_out("k", CHARGE)
    other = GatewayWrites("c2", scene.gateway, scene.effects, scene.clock)
    assert other.carry_out("k", CHARGE) == OtherContent(key="k")


def test_a_charge_that_was_taken_over_with_another_amount_is_none_of_the_wanted_one(scene: Scene) -> None:
    invoice_id = mark_invoice_id("c1", "k", "1001")
    number = scene.gateway.make(usd("3.00"), PaymentStatus.CAPTURED, invoice_reference=invoice_id)
    OwnCharges("c1", scene.effects).take_over(scene.gateway.now(number))
    assert scene.writes.carry_out("k", CHARGE) == OtherContent(key="k")
    assert isinstance(scene.writes.carry_out("k", replace(CHARGE, amount=usd("3.00"))), Carried)


def test_the_intent_stands_before_anything_is_sent(scene: Scene) -> None:
    seen: list[EffectState] = []
    scene.gateway.before = lambda: seen.append(scene.row().state)
    scene.writes.carry_out("k", CHARGE)
    assert seen == [EffectState.SENDING]


def test_another_content_under_the_key_is_refused(scene: Scene) -> None:
    scene.writes.carry_out("k", CHARGE)
    for other in (replace(CHARGE, amount=usd("5.01")), Void(transaction=TransactionId("1001"))):
        assert scene.writes.carry_out("k", other) == OtherContent(key="k")


def test_a_declined_charge_is_tried_again_only_on_a_new_decision_and_under_the_same_invoice_id(
    scene: Scene,
) -> None:
    scene.gateway.declines = True
    assert isinstance(scene.writes.carry_out("k", CHARGE), Declined)
    scene.gateway.declines = False
    assert isinstance(scene.writes.carry_out("k", CHARGE), Declined)
    assert isinstance(scene.writes.carry_out("k", CHARGE, again=True), Carried)
    ids = {each.invoice_id for each in scene.gateway.sent if isinstance(each, Charge)}
    assert (len(scene.gateway.sent), len(ids)) == (2, 1)


def test_what_was_certainly_not_sent_may_be_sent_by_the_next_repeat(scene: Scene) -> None:
    scene.gateway.acts, scene.gateway.instead = False, TransientError("the line is down")
    with pytest.raises(TransientError):
        scene.writes.carry_out("k", CHARGE)
    scene.gateway.acts, scene.gateway.instead = True, None
    assert isinstance(scene.writes.carry_out("k", CHARGE), Carried)


def test_a_lost_answer_is_asked_for_after_30_seconds_and_found(scene: Scene) -> None:
    scene.lose_answer(charged=True)
    assert isinstance(scene.writes.carry_out("k", CHARGE), Pending)
    scene.later(timedelta(seconds=29))
    assert scene.row().state is EffectState.UNKNOWN
    scene.later(timedelta(seconds=1))
    assert scene.writes.carry_out("k", CHARGE) == Carried(transaction=TransactionId("1001"))
    assert len(scene.gateway.sent) == 1
    assert scene.heard == ["1001"]


def test_it_is_asked_for_at_30_seconds_5_minutes_an_hour_and_then_daily(scene: Scene) -> None:
    scene.lose_answer(charged=True)
    scene.gateway.export_lag = timedelta(days=9)
    due = []
    for _ in range(4):
        due_at = scene.row().due_at
        assert due_at is not None
        due.append(due_at - NOON)
        scene.later(due_at - scene.clock.now())
    assert due[:3] == [timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1)]
    assert due[3] == timedelta(days=1, hours=1)


def test_a_charge_is_sent_again_only_after_it_was_looked_for_twice_far_enough_apart(scene: Scene) -> None:
    scene.lose_answer(charged=False)
    for step in (timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1)):
        scene.later(step)
        assert isinstance(scene.writes.carry_out("k", CHARGE), Pending)
    scene.later(timedelta(days=1))
    assert scene.row().state is EffectState.WAITING
    assert isinstance(scene.writes.carry_out("k", CHARGE), Carried)
    assert len(scene.gateway.sent) == 2


def test_two_looks_in_vain_within_hours_decide_nothing(scene: Scene) -> None:
    scene.lose_answer(charged=False)
    for _ in range(11):
        scene.effects.change(replace(scene.row(), due_at=scene.clock.now() + timedelta(hours=1)))
        scene.later(timedelta(hours=1))
        assert scene.row().state is EffectState.UNKNOWN


def test_looks_before_the_records_must_be_there_do_not_count(scene: Scene) -> None:
    scene.lose_answer(charged=False)
    for _ in range(20):
        row = scene.row()
        scene.effects.change(replace(row, due_at=scene.clock.now()))
        scene.later(timedelta(minutes=1))
    assert (scene.row().missed_at, scene.row().looks) == (None, 20)


def test_a_decline_of_an_earlier_try_is_not_taken_for_the_answer_to_this_one(scene: Scene) -> None:
    scene.gateway.declines = True
    scene.writes.carry_out("k", CHARGE)
    scene.gateway.declines = False
    scene.gateway.export_lag = timedelta(minutes=20)
    scene.clock.advance(timedelta(minutes=20))
    scene.gateway.instead = OutcomeUnknownError("timed out")
    scene.writes.carry_out("k", CHARGE, again=True)
    scene.gateway.instead = None
    scene.later(timedelta(seconds=30))
    assert scene.row().state is EffectState.UNKNOWN
    scene.later(timedelta(hours=1))
    assert scene.row().state is EffectState.DONE


def test_a_lost_second_try_that_was_voided_since_is_not_sent_again_by_itself(scene: Scene) -> None:
    scene.gateway.declines = True
    scene.writes.carry_out("k", CHARGE)
    scene.gateway.declines = False
    scene.gateway.instead = OutcomeUnknownError("timed out")
    scene.writes.carry_out("k", CHARGE, again=True)
    scene.gateway.instead = None
    scene.gateway.change("1002", status=PaymentStatus.VOIDED)
    scene.gateway.make(usd("5.00"), PaymentStatus.CAPTURED, vault_customer="v1")
    for step in (timedelta(hours=1), timedelta(days=1)):
        assert scene.row().state is EffectState.UNKNOWN
        scene.later(step)
    assert isinstance(scene.writes.carry_out("k", CHARGE), Declined)
    assert (scene.row().carried, len(scene.gateway.sent)) == ("1002", 2)


def test_a_voided_try_of_which_the_row_knows_does_not_end_the_next_one(scene: Scene) -> None:
    scene.writes.carry_out("k", CHARGE)
    scene.gateway.change("1001", status=PaymentStatus.VOIDED)
    scene.effects.change(replace(scene.row(), state=EffectState.FAILED))
    scene.gateway.acts, scene.gateway.instead = False, OutcomeUnknownError("timed out")
    scene.writes.carry_out("k", CHARGE, again=True)
    for step in (timedelta(hours=1), timedelta(days=1)):
        assert scene.row().state is EffectState.UNKNOWN
        scene.later(step)
    assert scene.row().state is EffectState.WAITING


def test_a_look_that_took_hours_counts_for_the_time_at_which_it_began(scene: Scene) -> None:
    scene.lose_answer(charged=False)
    scene.later(timedelta(hours=1))
    first = scene.row().missed_at
    assert first is not None
    scene.effects.change(replace(scene.row(), due_at=scene.clock.now()))
    scene.gateway.reading = lambda: scene.clock.advance(timedelta(hours=13))
    scene.later(timedelta(minutes=1))
    assert (scene.row().state, scene.row().missed_at) == (EffectState.UNKNOWN, first)


def test_a_decline_whose_answer_was_lost_is_found(scene: Scene) -> None:
    scene.gateway.declines = True
    scene.lose_answer(charged=True)
    scene.later(timedelta(seconds=30))
    assert isinstance(scene.writes.carry_out("k", CHARGE), Declined)


def test_several_transactions_under_one_invoice_id_wait_for_a_person(scene: Scene) -> None:
    scene.lose_answer(charged=True)
    first = scene.gateway.sent[0]
    assert isinstance(first, Charge)
    scene.gateway.make(usd("5.00"), PaymentStatus.CAPTURED, invoice_reference=first.invoice_id)
    scene.later(timedelta(seconds=30))
    assert scene.row().state is EffectState.QUESTION
    scene.say(TransactionId("1001"))
    assert scene.writes.carry_out("k", CHARGE) == Carried(transaction=TransactionId("1001"))
    assert scene.row().details["said_by"] == "controller"
    with pytest.raises(DecisionError):
        scene.say(None)


def test_a_payment_of_the_amount_without_an_invoice_id_waits_for_a_persons_word(scene: Scene) -> None:
    scene.lose_answer(charged=False)
    scene.gateway.make(usd("5.00"), PaymentStatus.CAPTURED, vault_customer="v1")
    scene.later(timedelta(hours=1))
    assert scene.row().state is EffectState.QUESTION
    scene.say(None)
    assert isinstance(scene.writes.carry_out("k", CHARGE), Carried)


def test_an_answer_of_unknown_although_accepted_is_asked_for(scene: Scene) -> None:
    """As V3 answers 422 to a bank payment that it accepted."""
    scene.gateway.instead = Unknown(why="422 path/record_id")
    assert isinstance(scene.writes.carry_out("k", CHARGE), Pending)
    scene.gateway.instead = None
    scene.later(timedelta(seconds=30))
    assert scene.row().state is EffectState.DONE


def test_a_lost_bank_payment_of_which_the_records_do_not_tell_is_never_sent_again_by_itself(
    scene: Scene,
) -> None:
    scene.gateway.untold = frozenset({Tender.ACH})
    scene.gateway.instead = OutcomeUnknownError("timed out")
    charge = replace(CHARGE, tender=Tender.ACH)
    scene.writes.carry_out("k", charge)
    for _ in range(9):
        scene.later(timedelta(days=1))
        assert isinstance(scene.writes.carry_out("k", charge), Pending)
    assert scene.row().state is EffectState.QUESTION
    assert len(scene.gateway.history) == 1


def test_a_process_that_was_frozen_after_its_intent_does_not_send(scene: Scene) -> None:
    class Frozen(MemoryEffects):
        @override
        def send(self, row: EffectRow) -> Any:
            sent = super().send(row)
            assert isinstance(self.clock, ManualClock)
            self.clock.advance(timedelta(hours=3))
            return sent

    frozen = Frozen(scene.clock, rows=scene.effects.rows, gates=scene.effects.gates)
    with pytest.raises(TransientError):
        GatewayWrites("c1", scene.gateway, frozen, scene.clock).carry_out("k", CHARGE)
    assert scene.gateway.history == {}
    assert scene.row().state is EffectState.WAITING


def test_an_answer_that_comes_after_it_was_given_up_and_made_again_goes_to_a_person(scene: Scene) -> None:
    def give_up_and_charge_again() -> None:
        scene.gateway.before = None
        row = scene.row()
        scene.effects.change(replace(row, state=EffectState.WAITING, due_at=None))
        scene.writes.carry_out("k", CHARGE)

    scene.gateway.before = give_up_and_charge_again
    scene.writes.carry_out("k", CHARGE)
    assert len(scene.gateway.history) == 2
    assert scene.row().state is EffectState.QUESTION
    assert "twice" in scene.row().why


def test_that_two_tries_took_money_stays_a_question_also_when_the_second_answer_comes_last(
    scene: Scene,
) -> None:
    """The first sender was slow, given up, and answered while the second was sending."""

    def slow_sender_ends() -> None:
        twice = replace(scene.row(), state=EffectState.QUESTION, carried=TransactionId("7"), due_at=None)
        scene.effects.change(twice)

    scene.gateway.before = slow_sender_ends
    scene.writes.carry_out("k", CHARGE)
    assert scene.row().state is EffectState.QUESTION
    assert "1001" in scene.row().why


def test_nothing_is_sent_while_writes_are_held(scene: Scene) -> None:
    scene.effects.restart()
    assert isinstance(scene.writes.carry_out("k", CHARGE), WritesHeld)
    assert scene.gateway.history == {}


def test_a_one_time_token_is_nowhere_in_what_is_stored(scene: Scene) -> None:
    token = OneTimeToken(token=Secret("hpf-secret"), key=Secret("enc-secret"))
    scene.writes.carry_out("k", replace(CHARGE, payer=token))
    assert "secret" not in repr(scene.row())


def test_a_lost_answer_is_found_also_where_only_single_days_fit_into_one(scene: Scene) -> None:
    for _ in range(6):
        scene.clock.advance(timedelta(days=1))
        scene.gateway.make(usd("1.00"), PaymentStatus.CAPTURED)
    scene.lose_answer(charged=True)
    scene.gateway.page_cap = 2
    scene.later(timedelta(seconds=30))
    assert scene.row().state is EffectState.DONE
