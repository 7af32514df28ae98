"""Writes whose outcome nobody knows are shown, and a person's word on them is taken once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterfoil.bootstrap.gateway_connections import find_gateway
from counterfoil.bootstrap.gateways import KIND
from counterfoil.ports.effects import Effect, EffectKind, EffectRow, EffectState
from counterfoil.store.effects import StoredEffects
from tests.contract.effect_store_suite import a_charge, sending, stored
from tests.support.gateway_desk import Desk


def lose(desk: Desk, key: str) -> None:
    with desk.workspace() as workspace:
        [row] = [each for each in workspace.connections.all() if each.kind == KIND]
        effects = StoredEffects(workspace.database, workspace.clock)
        begun = effects.begin(a_charge(key, connection=row.id))
        stored(effects.change(replace(sending(begun), state=EffectState.QUESTION, why="two bear its id")))


def found(desk: Desk, key: str) -> EffectRow:
    with desk.workspace() as workspace:
        row = StoredEffects(workspace.database, workspace.clock).find(key)
        assert row is not None
        return row


def test_what_is_not_known_is_shown_and_settled_by_a_persons_word(desk: Desk) -> None:
    desk.connect()
    assert "known what became of it" in desk.said("paytrace", "effects", "show", "PayTrace")
    lose(desk, "k1")
    shown = desk.type("paytrace", "effects", "show", "PayTrace")
    assert shown.exit_code == 1
    assert "question  k1  charge 12.30 USD" in shown.stdout
    said = desk.said("paytrace", "effects", "say", "k1", "--transaction", "4711", "--by", "Ann")
    assert said == "k1: done\n"
    row = found(desk, "k1")
    assert (row.carried, row.details["said_by"]) == ("4711", "Ann")
    assert "wait for anybody's word" in desk.refused(
        "paytrace", "effects", "say", "k1", "--never", "--by", "Ann"
    )


def test_what_was_never_made_may_be_sent_again(desk: Desk) -> None:
    desk.connect()
    lose(desk, "k1")
    assert "k1: waiting" in desk.said("paytrace", "effects", "say", "k1", "--never", "--by", "Ann")
    assert found(desk, "k1").due_at is None


def test_a_word_says_one_thing_and_whose_it_is(desk: Desk) -> None:
    desk.connect()
    lose(desk, "k1")
    for words in ((), ("--never", "--transaction", "4711")):
        refused = desk.refused("paytrace", "effects", "say", "k1", "--by", "Ann", *words)
        assert "say --transaction or --never" in refused
    assert found(desk, "k1").state is EffectState.QUESTION


def test_one_transaction_is_not_said_to_be_two_charges(desk: Desk) -> None:
    desk.connect()
    for key in ("k1", "k2"):
        lose(desk, key)
    say = ("paytrace", "effects", "say")
    desk.said(*say, "k1", "--transaction", "4711", "--by", "Ann")
    assert "carried out something else" in desk.refused(*say, "k2", "--transaction", "4711", "--by", "Ann")
    assert found(desk, "k2").state is EffectState.QUESTION


@pytest.mark.parametrize("written", ["CF12", "check-x", "-", "47.11"])
def test_what_is_no_transaction_is_no_word(desk: Desk, written: str) -> None:
    desk.connect()
    lose(desk, "k1")
    words = ("paytrace", "effects", "say", "k1", f"--transaction={written}", "--by", "Ann")
    assert "is no transaction" in desk.refused(*words)
    assert found(desk, "k1").state is EffectState.QUESTION


def test_of_a_pay_link_a_person_says_that_it_was_sent(desk: Desk) -> None:
    desk.connect()
    with desk.workspace() as workspace:
        row = find_gateway(workspace, "PayTrace", None)
        effects = StoredEffects(workspace.database, workspace.clock)
        link = Effect(key="pay_link/1", kind=EffectKind.PAY_LINK, connection=row.id, digest="d")
        begun = effects.begin(link)
        effects.change(replace(begun, state=EffectState.QUESTION, why="no answer"))
    assert "pay_link/1  pay_link" in desk.type("paytrace", "effects", "show", "PayTrace").stdout
    said = desk.said("paytrace", "effects", "say", "pay_link/1", "--made", "--by", "Ann")
    assert said == "pay_link/1: done\n"
    assert "waits for anybody's word" in desk.refused(
        "paytrace", "effects", "say", "pay_link/1", "--made", "--by", "Ann"
    )
