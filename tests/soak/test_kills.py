"""Random processes die at random moments while small payments come in; in the end each is posted once."""

from __future__ import annotations

import random  # noqa: TID251 - seeded, to make the same choices again
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from threading import Event

import httpx2
import pytest

from counterfoil.cli.demo.hub import ENDED
from counterfoil.sandbox.sagepro import balances
from counterfoil.sandbox.sagepro.audit.reader import read_books
from tests.soak import bounds
from tests.soak.crew import VICTIMS, Crew
from tests.support.product import Ground, new_ground, wait_until

AMOUNTS = tuple(map(Decimal, ("1.25", "2.50", "3.75", "10.00")))
UNPAID = 20
PAYMENTS_MAX = 8
PAUSE_MS_MAX = 2500


@pytest.fixture
def ground() -> Iterator[Ground]:
    with new_ground(unpaid=UNPAID) as made:
        yield made


class Payer:
    """Pays small amounts on random invoices and tells of them, once, often or not at all."""

    def __init__(self, crew: Crew, dice: random.Random) -> None:
        self.paid: dict[str, Decimal] = {}
        self._hub = crew.running
        self._dice = dice

    def pay(self) -> None:
        pick = self._dice.choice(self._hub.ground.cast.unpaid)
        amount = self._dice.choice(AMOUNTS)
        transaction = self._hub.pay(pick.number, amount)
        self.paid[transaction] = amount
        for _ in range(self._dice.choice((0, 0, 1, 3))):
            with suppress(httpx2.TransportError):
                self._hub.silent_post(transaction)


@pytest.mark.soak
@pytest.mark.timeout(bounds.KILLS_SECONDS + 600)
def test_whatever_is_killed_whenever_each_payment_is_posted_once(ground: Ground) -> None:
    dice, crew, pause = random.Random(bounds.SEED), Crew(ground), Event()  # noqa: S311 - chance, no secret
    payer, kills = Payer(crew, dice), dict.fromkeys(VICTIMS, 0)
    try:
        for _ in bounds.rounds(bounds.KILLS_SECONDS):
            crew.heal()
            for _ in range(dice.randint(1, PAYMENTS_MAX)):
                payer.pay()
            for victim in dice.sample(VICTIMS, dice.choice((1, 1, 2))):
                pause.wait(dice.randint(0, PAUSE_MS_MAX) / 1000)
                kills[victim] += crew.kill(victim)
        crew.heal()
        print(f"soak: {len(payer.paid)} payments, kills {kills}")  # noqa: T201 - what the soak did
        settle(crew, payer)
    finally:
        crew.stop()
    audit(ground, payer.paid)


def settle(crew: Crew, payer: Payer) -> None:
    """Waits until the run of every payment has ended."""
    left = list(payer.paid)

    def is_settled() -> bool:
        crew.heal()
        left[:] = [transaction for transaction in left if not has_ended(crew, transaction)]
        return not left

    wait_until(is_settled, f"runs end: {left}", seconds=300)


def has_ended(crew: Crew, transaction: str) -> bool:
    runs = crew.running.client.runs(transaction)
    assert len(runs) <= 1, runs
    assert not runs or runs[0]["status"] != "dead", runs
    return bool(runs) and runs[0]["status"] in ENDED


def audit(ground: Ground, paid: dict[str, Decimal]) -> None:
    received = balances.receipts_by_reference(read_books(ground.company, only=balances.TABLES))
    off = {t: received.get(t) for t, amount in paid.items() if received.get(t) != amount}
    assert off == {}
    assert [transaction for transaction in paid if ground.postings(transaction) != 1] == []
    assert ground.broken_rules() == []
