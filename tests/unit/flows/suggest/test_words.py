from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.flows.suggest.library import NAMES, NEAR, OPPOSITES, WORDS, read_rows
from counterfoil.flows.suggest.likeness import FULL, Weights, parted, singular, word_likeness
from counterfoil.flows.suggest.words import letters, meanings, words


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("customerId", "customer id"),
        ("cust_no", "customer number"),
        ("CUSTNO", "customer number"),
        ("invamt", "invoice amount"),
        ("billing_address.zip", "billing address postcode"),
        ("HTTPStatus2Code", "http status 2 code"),
        ("Sum of all taxes", "total all tax"),
        ("The date of the order", "date order"),
        ("zqx", "zqx"),
        ("", ""),
    ],
)
def test_a_name_is_told_in_words(name: str, said: str) -> None:
    assert " ".join(words(name)) == said


@given(st.text())
def test_any_text_gives_few_words_and_each_once(text: str) -> None:
    found = words(text)
    assert len(found) == len({*found}) <= 24


def test_a_name_may_mean_different_things() -> None:
    assert {"payment amount", "distribution amount"} <= {*meanings()["amount"]}
    assert meanings()[letters("Trans-Action ID")] == ("transaction number",)


def test_the_tables_have_the_columns_that_are_read_and_no_row_twice() -> None:
    for name in (WORDS, NEAR, OPPOSITES, NAMES):
        rows = read_rows(name)
        assert {len(row) for row in rows} == {2}
        assert len(rows) == len({tuple(row) for row in rows})
    short = [written for written, _ in read_rows(WORDS)]
    assert len(short) == len({*short})


def test_opposites_and_special_words_part_fields() -> None:
    assert parted(("billing", "city"), ("shipping", "city")) == ("billing", "shipping")
    assert parted(("billing", "city"), ("city",)) is None
    assert singular(("updated", "date"), ("date",)) == "updated"
    assert singular(("updated", "date"), ("updated", "day")) == ""


@given(st.text(), st.text())
def test_words_are_as_like_one_way_as_the_other(one: str, other: str) -> None:
    assert word_likeness(one, other) == word_likeness(other, one)
    assert 0 <= word_likeness(one, other) <= FULL


def test_a_near_word_is_less_than_the_same_and_more_than_another() -> None:
    assert FULL > word_likeness("id", "number") > word_likeness("id", "name") == 0


def test_rare_words_count_more_than_common_ones() -> None:
    bags = [("order", "date"), ("order", "city"), ("order", "rebate"), ("rebate",)]
    weights = Weights(bags)
    assert weights.likeness(bags[3], bags[2]) > weights.likeness(bags[0], bags[2])
    assert weights.likeness((), bags[0]) == 0
