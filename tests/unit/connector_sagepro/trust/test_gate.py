"""What leaves as files alone passes the ladder's gate without a proof; what writes tables does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from counterfoil.connectors.sagepro.results import Result
from counterfoil.connectors.sagepro.trust.gate import RungGate
from counterfoil.connectors.sagepro.trust.rungs import Move, Rung, Standing
from counterfoil.domain.facts.fact import Fact
from counterfoil.ports.erp import Posted, Refused
from tests.support.outgoing import chargeback, dispute_fee, payments, settlement
from tests.support.sagepro_books import profile, receipt
from tests.support.trust import MOVED_AT

SETTLED = settlement("100", payments("100"))
OPENED = chargeback(receipt("ABC", {"1001": "100"}), {"1001": "100"})


def answers(kinds: tuple[str, ...], *facts: Fact) -> list[Result]:
    move: Mapping[str, Any] = {"rung": Rung.DIRECT, "person": "Ann Lee", "reason": "tests", "at": MOVED_AT}
    standing = Standing(
        rung=Rung.DIRECT, move=Move(**move, mode=profile().mode, kinds=kinds, is_calibrated=True)
    )

    def write(group: Sequence[Fact]) -> list[Result]:
        return [Posted(key=fact.key, fact=fact, document="x", rows=()) for fact in group]

    gate = RungGate(lambda: standing, lambda fact: None, {Rung.DIRECT: write}, dict)  # noqa: ARG005 - nothing is known
    return gate.post_group(facts)


def test_a_journal_entry_needs_no_calibration_but_a_person_who_named_its_kind() -> None:
    named = ("settlement", "chargeback fee", "chargeback")
    settled, fee, opened = answers(named, SETTLED, dispute_fee(OPENED), OPENED)
    assert isinstance(settled, Posted)
    assert isinstance(fee, Posted)
    assert isinstance(opened, Refused)
    assert "does not tell of chargeback" in opened.why
    (unnamed,) = answers(("chargeback",), SETTLED)
    assert isinstance(unnamed, Refused)
