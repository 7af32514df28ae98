"""What every store of effects promises; a backend's test subclasses `EffectStoreSuite`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.ports.effects import (
    Effect,
    EffectKind,
    EffectRow,
    EffectState,
    EffectStore,
    GateStore,
    Moved,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Kept:
    """A store with its gates, and what an operator does to it."""

    effects: EffectStore
    gates: GateStore
    restart: Callable[[], None]


def a_charge(key: str = "k1", **changes: Any) -> Effect:
    effect = Effect(
        key=key,
        kind=EffectKind.CHARGE,
        connection="c1",
        digest="d1",
        amount=Money.of("12.30", "USD"),
        invoice_id=f"1001-{key}",
        tender=Tender.ACH,
        payer="v1",
    )
    return replace(effect, **changes)


def sending(row: EffectRow) -> EffectRow:
    return replace(
        row,
        state=EffectState.SENDING,
        sent=row.effect.kind,
        tries=row.tries + 1,
        sent_at=NOW,
        due_at=NOW + timedelta(minutes=5),
    )


def done(row: EffectRow, number: str) -> EffectRow:
    carried = TransactionId(number)
    return replace(row, state=EffectState.DONE, carried=carried, due_at=None, details={"notes": ["late"]})


def stored(row: EffectRow | Moved) -> EffectRow:
    assert isinstance(row, EffectRow), row
    return row


class EffectStoreSuite:
    """Subclasses give a `kept` fixture."""

    def test_an_effect_begins_once_and_comes_back_as_it_was_given(self, kept: Kept) -> None:
        row = kept.effects.begin(a_charge())
        assert (row.effect, row.state, row.tries) == (a_charge(), EffectState.WAITING, 0)
        assert kept.effects.begin(a_charge(digest="other")) == row
        assert kept.effects.find("k1") == row
        assert kept.effects.find("k2") is None

    def test_every_part_of_a_row_comes_back(self, kept: Kept) -> None:
        row = replace(
            sending(kept.effects.begin(a_charge())),
            looks=2,
            missed_at=NOW,
            carried=TransactionId("7"),
            why="because",
            details={"said_by": "controller"},
        )
        after = stored(kept.effects.change(row))
        assert after == replace(row, version=after.version)
        assert kept.effects.find("k1") == after

    def test_a_change_from_an_older_version_is_refused(self, kept: Kept) -> None:
        first = kept.effects.begin(a_charge())
        stored(kept.effects.change(replace(first, why="once")))
        assert kept.effects.change(replace(first, why="twice")) is Moved.BY_OTHERS
        found = kept.effects.find("k1")
        assert found is not None
        assert found.why == "once"

    def test_nothing_is_sent_before_the_gate_is_open(self, kept: Kept) -> None:
        row = kept.effects.begin(a_charge())
        assert kept.effects.send(sending(row)) is Moved.WRITES_HELD
        kept.gates.gate("c1", now=NOW, gap_from=TODAY)
        assert kept.effects.send(sending(row)) is Moved.WRITES_HELD
        kept.gates.open("c1", seen_at=NOW, now=NOW)
        assert stored(kept.effects.send(sending(row))).state is EffectState.SENDING

    def test_one_caller_alone_may_send(self, kept: Kept) -> None:
        kept.gates.gate("c1", now=NOW, gap_from=TODAY)
        kept.gates.open("c1", seen_at=NOW, now=NOW)
        row = kept.effects.begin(a_charge())
        stored(kept.effects.send(sending(row)))
        assert kept.effects.send(sending(row)) is Moved.BY_OTHERS

    def test_a_start_of_the_database_closes_the_gate_and_keeps_the_rest(self, kept: Kept) -> None:
        assert not kept.gates.gate("c1", now=NOW, gap_from=TODAY).is_open
        kept.gates.open("c1", seen_at=NOW, now=NOW)
        gate = kept.gates.gate("c1", now=NOW + timedelta(hours=1), gap_from=TODAY + timedelta(days=1))
        assert (gate.is_open, gate.seen_at, gate.gap_from) == (True, NOW, TODAY)
        row = kept.effects.begin(a_charge())
        kept.restart()
        assert kept.effects.find("k1") == row
        assert kept.effects.send(sending(row)) is Moved.WRITES_HELD
        later = kept.gates.gate("c1", now=NOW + timedelta(hours=2), gap_from=TODAY + timedelta(days=2))
        assert (later.is_open, later.restored) == (False, False)
        assert later.gap_from == TODAY + timedelta(days=2)

    def test_a_look_at_the_gap_before_a_start_opens_nothing_after_it(self, kept: Kept) -> None:
        """Another process saw the new start meanwhile, and nobody looked at the gap before it."""
        before = kept.gates.gate("c1", now=NOW, gap_from=TODAY)
        kept.restart()
        after = kept.gates.gate("c1", now=NOW + timedelta(minutes=1), gap_from=TODAY)
        kept.gates.open("c1", seen_at=before.seen_at, now=NOW + timedelta(minutes=2))
        assert not kept.gates.gate("c1", now=NOW + timedelta(minutes=2), gap_from=TODAY).is_open
        kept.gates.open("c1", seen_at=after.seen_at, now=NOW + timedelta(minutes=3))
        assert kept.gates.gate("c1", now=NOW + timedelta(minutes=3), gap_from=TODAY).is_open

    def test_what_is_known_of_a_restore_outlives_a_start_while_the_gate_is_closed(self, kept: Kept) -> None:
        kept.gates.gate("c1", now=NOW, gap_from=TODAY)
        kept.gates.tell_restored("c1")
        kept.restart()
        gate = kept.gates.gate("c1", now=NOW, gap_from=TODAY + timedelta(days=1))
        assert (gate.restored, gate.gap_from) == (True, TODAY)
        kept.gates.open("c1", seen_at=NOW, now=NOW)
        kept.restart()
        assert not kept.gates.gate("c1", now=NOW, gap_from=TODAY).restored

    def test_the_gates_of_connections_are_apart(self, kept: Kept) -> None:
        kept.gates.gate("c1", now=NOW, gap_from=TODAY)
        kept.gates.open("c1", seen_at=NOW, now=NOW)
        assert not kept.gates.gate("c2", now=NOW, gap_from=TODAY).is_open

    def test_what_is_due_comes_longest_due_first_and_of_one_connection(self, kept: Kept) -> None:
        for number, minutes in enumerate((3, 1, 2, 9)):
            row = kept.effects.begin(a_charge(f"k{number}"))
            stored(kept.effects.change(replace(row, due_at=NOW + timedelta(minutes=minutes))))
        other = kept.effects.begin(a_charge("other", connection="c2"))
        stored(kept.effects.change(replace(other, due_at=NOW)))
        due = kept.effects.due("c1", NOW + timedelta(minutes=5), 2)
        assert [row.effect.key for row in due] == ["k1", "k2"]

    def test_what_is_not_settled_is_listed(self, kept: Kept) -> None:
        for number, state in enumerate(EffectState):
            row = kept.effects.begin(a_charge(f"k{number}"))
            stored(kept.effects.change(replace(row, state=state)))
        listed = kept.effects.unsettled("c1", 9)
        assert [row.state for row in listed] == [
            EffectState.SENDING,
            EffectState.UNKNOWN,
            EffectState.QUESTION,
        ]
        assert kept.effects.unsettled("c1", 1) == listed[:1]
        assert list(kept.effects.unsettled("c2", 9)) == []

    def test_a_charge_that_was_adopted_stands_for_its_key(self, kept: Kept) -> None:
        adopted = a_charge("adopted/c1/1001-k1", kind=EffectKind.ADOPTED, invoice_id="1001-k1")
        row = stored(kept.effects.change(done(kept.effects.begin(adopted), "7")))
        assert kept.effects.begin(a_charge()) == row
        assert kept.effects.find_charge("c1", "1001-k1") == row
        assert kept.effects.find_charge("c2", "1001-k1") is None
        assert kept.effects.find("k1") is None

    def test_refunds_may_bear_the_invoice_id_of_their_payment(self, kept: Kept) -> None:
        refund = a_charge("r", kind=EffectKind.REFUND, transaction=TransactionId("7"), invoice_id="1001-k1")
        kept.effects.begin(refund)
        kept.effects.begin(replace(refund, key="r2"))
        charge = kept.effects.begin(a_charge())
        assert kept.effects.find_charge("c1", "1001-k1") == charge

    def test_it_is_known_which_transactions_carried_something_out_and_what_acts_on_one(
        self, kept: Kept
    ) -> None:
        stored(kept.effects.change(done(kept.effects.begin(a_charge()), "7")))
        back = a_charge("b", kind=EffectKind.GIVE_BACK, transaction=TransactionId("7"), invoice_id="")
        row = kept.effects.begin(back)
        seven, eight = TransactionId("7"), TransactionId("8")
        assert kept.effects.claimed("c1", [seven, eight]) == {seven}
        assert kept.effects.claimed("c2", [seven]) == set()
        assert kept.effects.claimed("c1", []) == set()
        assert list(kept.effects.acting_on("c1", seven)) == [row]
