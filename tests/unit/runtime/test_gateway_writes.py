from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from typing_extensions import override

from counterfoil.domain.giving_back import GiveBack
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.own_marks import mark_invoice_id
from counterfoil.domain.payment import PaymentKind, PaymentStatus, Tender
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.effects import EffectRow, EffectState
from counterfoil.ports.errors import CounterfoilError, DecisionError, OutcomeUnknownError, TransientError
from counterfoil.ports.gateway import AnyRecord
from counterfoil.ports.instructions import (
    Answer,
    Carried,
    Charge,
    Declined,
    Instruction,
    OneTimeToken,
    StoredPayer,
    Unknown,
    Void,
)
from counterfoil.runtime.asking import Asker, hear_word
from counterfoil.runtime.gateway_writes import GatewayWrites, OtherContent, Pending, WritesHeld
from counterfoil.runtime.own_charges import OwnCharges
from counterfoil.runtime.searching import Search
from counterfoil.security.secrets import Secret
from tests.support.memory_effects import MemoryEffects
from tests.support.samples import usd
from tests.support.simulated_gateway import PACIFIC, SimulatedGateway

NOON = datetime(2026, 11, 23, 20, tzinfo=UTC)
LAG = timedelta(minutes=30)
CHARGE = Charge(payer=StoredPayer(reference="v1"), amount=usd("5.00"), invoice_id="1001")


class Gateway(SimulatedGateway):
    """Acts as told and then answers, or fails, in another way."""

    sent: list[Instruction]
    instead: Answer | CounterfoilError | None = None
    acts: bool = True
    before: Any = None
    reading: Any = None

    @override
    def fetch_range(self, first: date, last: date) -> Sequence[AnyRecord]:
        if self.reading:
            self.reading()
        return super().fetch_range(first, last)

    @override
    def carry_out(self, instruction: Instruction) -> Answer:
        self.sent = [*getattr(self, "sent", []), instruction]
        if self.before:
            self.before()
        answer = super().carry_out(instruction) if self.acts else None
        if isinstance(self.instead, CounterfoilError):
            raise self.instead
        return self.instead or answer or Unknown(why="nothing came back")


class Scene:
    """One connection, its gate open."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.gateway = Gateway(self.clock)
        self.effects = MemoryEffects(self.clock)
        self.heard: list[str] = []
        self.writes = GatewayWrites("c1", self.gateway, self.effects, self.clock, heard=self.heard.append)
        search = Search("c1", self.gateway, self.effects, PACIFIC)
        self.asker = Asker("c1", self.writes, search, self.effects, self.clock, lag=LAG)
        self.effects.gate("c1", now=NOON, gap_from=NOON.date())
        self.effects.open("c1", seen_at=NOON, now=NOON)
        self.gateway.pass_nights()

    def row(self, key: str = "k") -> EffectRow:
        return self.effects.rows[key]

    def later(self, step: timedelta) -> None:
        self.clock.advance(step)
        self.gateway.pass_nights()
        self.asker.turn()

    def say(self, carried: TransactionId | None) -> None:
        hear_word(self.effects, "k", carried, by="controller", now=self.clock.now())

    def lose_answer(self, *, charged: bool) -> None:
        self.gateway.acts, self.gateway.instead = charged, OutcomeUnknownError("timed out")
        assert isinstance(self.writes.carry_out("k", CHARGE), Pending)
        self.gateway.acts, self.gateway.instead = True, None


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


def test_a_lost_answer_is_found_also_where_only_single_days_fit_into_one(scene: Scene) -> None:
    for _ in range(6):
        scene.clock.advance(timedelta(days=1))
        scene.gateway.make(usd("1.00"), PaymentStatus.CAPTURED)
    scene.lose_answer(charged=True)
    scene.gateway.page_cap = 2
    scene.later(timedelta(seconds=30))
    assert scene.row().state is EffectState.DONE
