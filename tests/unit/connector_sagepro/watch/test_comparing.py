"""Rows of two looks paired: what moved falls away, nothing is lost and nothing is told twice."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.connectors.sagepro.watch.comparing import pair

ROWS = st.lists(st.sampled_from([b"a", b"b", b"c"]), max_size=6)


@given(ROWS, ROWS)
def test_what_is_paired_leads_from_the_old_rows_to_the_new_ones(olds: list[bytes], news: list[bytes]) -> None:
    pairs = list(pair(olds, news))
    rows = Counter(olds)
    rows.subtract(old for old, _ in pairs if old is not None)
    rows.update(new for _, new in pairs if new is not None)
    assert +rows == Counter(news)
    assert all(old != new for old, new in pairs)


@given(ROWS)
def test_rows_in_another_order_are_no_news(rows: list[bytes]) -> None:
    for moved in permutations(rows[:4]):
        assert list(pair(rows[:4], moved)) == []


@pytest.mark.parametrize(
    ("olds", "news", "pairs"),
    [
        ([], [b"a"], [(None, b"a")]),
        ([b"a"], [], [(b"a", None)]),
        ([b"a"], [b"b"], [(b"a", b"b")]),
        ([b"a", b"a"], [b"a"], [(b"a", None)]),
        ([b"a", b"b"], [b"b", b"c"], [(b"a", b"c")]),
    ],
)
def test_pairs(olds: list[bytes], news: list[bytes], pairs: list[tuple[bytes | None, bytes | None]]) -> None:
    assert list(pair(olds, news)) == pairs
