"""When a row that we touched counts as put back: by the books' rule, or by what it held before."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.connectors.sagepro.entries import ChangedRow
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.watch.lost_updates import Touch, undone
from counterfoil.domain.facts.keys import Effect, PostingKey
from tests.support.sagepro_books import document_row

AMOUNTS = st.lists(st.integers(1, 9999), min_size=1, max_size=5)


def touches(opening: int, amounts: Sequence[int]) -> list[Touch]:
    """Receipts taken off a balance, one after the other."""
    balances = accumulate(amounts, lambda balance, amount: balance - amount, initial=opening)
    return [
        Touch(
            posting=PostingKey(f"paytrace/m1/{number}", Effect.RECEIPT),
            row=ChangedRow(
                table=TableName.DOCUMENTS,
                key={"number": "1001", "customer": "ABC"},
                added={"balance": Decimal(after - before)},
            ),
            before={"balance": Decimal(before)},
        )
        for number, (before, after) in enumerate(pairwise(balances))
    ]


@given(st.integers(0, 10**6), AMOUNTS)
def test_a_row_that_stands_as_we_left_it_is_not_lost(opening: int, amounts: list[int]) -> None:
    row = document_row("1001", "ABC", str(opening - sum(amounts)))
    for gap in (None, Decimal(0)):
        assert undone(touches(opening, amounts), row, gap) is None


@given(st.integers(0, 10**6), AMOUNTS, st.data())
def test_the_last_postings_are_named_however_many_were_put_back(
    opening: int, amounts: list[int], data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(amounts) - 1))
    lost = sum(amounts[first:])
    row = document_row("1001", "ABC", str(opening - sum(amounts) + lost))
    by_rule = undone(touches(opening, amounts), row, Decimal(lost))
    by_value = undone(touches(opening, amounts), row, None)
    assert by_rule is not None
    assert by_rule == by_value
    assert [key.lineage.rsplit("/", 1)[1] for key in by_rule.postings] == [
        str(number) for number in range(first, len(amounts))
    ]
    assert by_rule.expected == {"balance": Decimal(opening - sum(amounts))}


@pytest.mark.parametrize(
    ("gap", "is_lost"),
    [("0", False), ("40", True), ("15", False), ("-40", False)],
)
def test_a_rule_that_is_missed_by_another_amount_names_nothing(gap: str, *, is_lost: bool) -> None:
    row = document_row("1001", "ABC", "77")
    assert (undone(touches(100, [40]), row, Decimal(gap)) is not None) == is_lost


def test_books_that_always_missed_their_rule_are_judged_by_what_the_row_held() -> None:
    row = document_row("1001", "ABC", "100")
    assert undone(touches(100, [40]), row, Decimal(43)) is not None
