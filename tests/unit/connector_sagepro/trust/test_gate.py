"""What leaves as files alone passes the ladder's gate without a proof; what writes tables does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from counterfoil.connectors.sagepro.calibration.proof import Proof
from counterfoil.connectors.sagepro.results import Result
from counterfoil.connectors.sagepro.trust.gate import RungGate
from counterfoil.connectors.sagepro.trust.rungs import Move, Rung, Standing
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.ports.erp import Posted, PostingAnswer, Refused
from tests.support.outgoing import chargeback, dispute_fee, payments, reversal, settlement
from tests.support.sagepro_books import profile, receipt, usd
from tests.support.trust import MOVED_AT


class Books:
    """Nothing is known but one posting."""

    def __init__(self, *posted: Fact) -> None:
        self._posted = {fact.key: fact for fact in posted}

    def known(self, fact: Fact) -> PostingAnswer | None:
        return None

    def fact_of(self, key: PostingKey) -> Fact | None:
        return self._posted.get(key)


NOTHING: Mapping[str, Proof] = {}
SETTLED = settlement("100", payments("100"))
OPENED = chargeback(receipt("ABC", {"1001": "100"}), {"1001": "100"})


def answers(
    kinds: tuple[str, ...],
    *facts: Fact,
    posted: tuple[Fact, ...] = (),
    proofs: Mapping[str, Proof] = NOTHING,
    rung: Rung = Rung.DIRECT,
) -> list[Result]:
    move: Mapping[str, Any] = {"rung": rung, "person": "Ann Lee", "reason": "tests", "at": MOVED_AT}
    standing = Standing(rung=rung, move=Move(**move, mode=profile().mode, kinds=kinds, is_calibrated=True))

    def write(group: Sequence[Fact]) -> list[Result]:
        return [Posted(key=fact.key, fact=fact, document="x", rows=()) for fact in group]

    gate = RungGate(lambda: standing, Books(*posted), {rung: write}, lambda: proofs)
    return gate.post_group(facts)


def refused(answer: Result) -> str:
    assert isinstance(answer, Refused), answer
    return answer.why


def test_a_proven_reversal_lets_through_what_takes_back_its_own_kind_and_no_other() -> None:
    paid, on_account = receipt("ABC", {"1001": "60"}), receipt("XYZ", {}, "5", transaction="2")
    kind = "reversal of receipt on invoices"
    back, other, unknown = answers(
        (kind,),
        reversal(paid),
        reversal(on_account),
        reversal(OPENED),
        posted=(paid, on_account),
        proofs={kind: Proof()},
    )
    assert isinstance(back, Posted)
    assert "reversal of payment on account was not calibrated" in refused(other)
    assert "does not stand in the posting ledger" in refused(unknown)
    (lapsed,) = answers((kind,), reversal(paid), posted=(paid,))
    assert f"does not tell of {kind} any more" in refused(lapsed)


def test_a_person_s_word_is_enough_for_the_outbox_and_not_to_write_directly() -> None:
    fact, kind = receipt("ABC", {"1001": "60"}), "receipt on invoices"
    word = {kind: Proof(short=("only Ann Lee vouches for it",), word="Ann Lee")}
    (handed,) = answers((kind,), fact, proofs=word, rung=Rung.OUTBOX)
    assert isinstance(handed, Posted)
    (written,) = answers((kind,), fact, proofs=word)
    assert "only Ann Lee vouches for it" in refused(written)
    for proofs in (NOTHING, {kind: Proof(stale=("other columns",))}, {kind: Proof(differences=("batch",))}):
        (lapsed,) = answers((kind,), fact, proofs=proofs, rung=Rung.OUTBOX)
        assert isinstance(lapsed, Refused)


def test_a_word_for_a_surcharge_does_not_stand_for_the_receipt_that_it_comes_with() -> None:
    """Sage Pro writes receipts on invoices: they are compared, and a word is for what it does not write."""
    charged = replace(receipt("ABC", {"1001": "60"}), amount=usd("63"), surcharge=usd("3"))
    vouched, plain = "receipt with surcharge", "receipt on invoices"
    proofs = {vouched: Proof(word="Ann Lee")}
    (unnamed,) = answers((vouched,), charged, proofs=proofs)
    assert f"{plain} was not calibrated when the company was raised" in refused(unnamed)
    short = {**proofs, plain: Proof(short=("only Ann Lee vouches for it",), word="Ann Lee")}
    (unseen,) = answers((vouched, plain), charged, proofs=short)
    assert "only Ann Lee vouches for it" in refused(unseen)
    (written,) = answers((vouched, plain), charged, proofs={**proofs, plain: Proof()})
    assert isinstance(written, Posted)
    (compared,) = answers((vouched,), charged, proofs={vouched: Proof()})
    assert isinstance(compared, Posted), "the comparison saw the receipt too"
    back = f"reversal of {vouched}"
    (taken_back,) = answers(
        (back,), reversal(charged), posted=(charged,), proofs={back: Proof(word="Ann Lee")}
    )
    assert f"reversal of {plain} was not calibrated" in refused(taken_back)


def test_a_journal_entry_needs_no_calibration_but_a_person_who_named_its_kind() -> None:
    named = ("settlement", "chargeback fee", "chargeback")
    settled, fee, opened = answers(named, SETTLED, dispute_fee(OPENED), OPENED)
    assert isinstance(settled, Posted)
    assert isinstance(fee, Posted)
    assert isinstance(opened, Refused)
    assert "does not tell of chargeback" in opened.why
    (unnamed,) = answers(("chargeback",), SETTLED)
    assert isinstance(unnamed, Refused)
