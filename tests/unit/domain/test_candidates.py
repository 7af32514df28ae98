from __future__ import annotations

from datetime import date

from counterfoil.domain.candidates import CANDIDATES_MAX, candidates
from tests.support.samples import an_invoice, usd

PAID = usd("120.00")


def numbers(*told: str) -> list[str]:
    return [each.partition(":")[0] for each in told]


def test_the_likeliest_comes_first_and_each_says_why() -> None:
    items = [
        an_invoice("1", "500.00", due_on=date(2026, 9, 1)),
        an_invoice("2", "20.00"),
        an_invoice("3", "100.00"),
        an_invoice("4", "120.00"),
    ]
    assert candidates(PAID, items) == (
        "4: 120.00 USD is open, exactly what was paid",
        "3: 100.00 USD is open, 20.00 USD would be left",
        "2: 20.00 USD is open, 100.00 USD would be left",
        "1: 500.00 USD is open, 380.00 USD would stay open",
    )


def test_of_equals_the_oldest_comes_first_and_few_are_told() -> None:
    items = [an_invoice(str(day), "500.00", due_on=date(2026, 10, day)) for day in range(9, 0, -1)]
    assert numbers(*candidates(PAID, items)) == ["1", "2", "3", "4", "5"]
    assert len(candidates(PAID, items)) == CANDIDATES_MAX


def test_what_takes_no_money_is_no_candidate() -> None:
    assert candidates(PAID, [an_invoice("1", "120.00", void=True)]) == ()
