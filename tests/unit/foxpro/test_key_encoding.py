from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.foxpro.expressions import key_encoding


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (0.0, "8000000000000000"),
        (-0.0, "8000000000000000"),
        (1.0, "bff0000000000000"),
        (-1.0, "400fffffffffffff"),
        (2_451_545.0, "c142b42c80000000"),
        (10.5, "c025000000000000"),
    ],
)
def test_doubles_have_the_bytes_that_foxpro_writes(value: float, key: str) -> None:
    assert key_encoding.double_key(value).hex() == key


@pytest.mark.parametrize(
    ("value", "key"), [(0, "80000000"), (1, "80000001"), (-1, "7fffffff"), (2**31 - 1, "ffffffff")]
)
def test_integers_have_the_bytes_that_foxpro_writes(value: int, key: str) -> None:
    assert key_encoding.integer_key(value).hex() == key


def test_currency_is_a_biased_64_bit_integer() -> None:
    assert key_encoding.currency_key(12_345).hex() == "8000000000003039"
    assert key_encoding.currency_key(-1).hex() == "7fffffffffffffff"


def test_logical_keys_are_letters() -> None:
    assert key_encoding.logical_key(value=True) == b"T"
    assert key_encoding.logical_key(value=False) == b"F"


@pytest.mark.parametrize(
    ("text", "number"), [(b"20000101", 2_451_545), (b"        ", 0), (b"20261340", 0), (b"\0" * 8, 0)]
)
def test_a_stored_date_gives_its_julian_day(text: bytes, number: int) -> None:
    assert key_encoding.julian_day_of_text(text) == number


def test_a_julian_day_gives_its_date_back() -> None:
    assert key_encoding.day_of_julian(key_encoding.julian_day(date(2026, 11, 23))) == date(2026, 11, 23)
    assert key_encoding.day_of_julian(0) is None


def test_times_are_rounded_to_seconds_and_multiplied_by_the_reciprocal() -> None:
    second = 1 / 86_400
    assert key_encoding.datetime_key(2_451_545, 43_200_000) == key_encoding.double_key(2_451_545.5)
    assert key_encoding.datetime_key(0, 0) == key_encoding.double_key(0.0)
    expected = key_encoding.double_key((2_451_545 * 86_400 + 2) * second)
    assert key_encoding.datetime_key(2_451_545, 1_500) == expected
    assert key_encoding.datetime_key(2_451_545, 2_499) == expected


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_double_keys_order_as_the_numbers_do(left: float, right: float) -> None:
    keys = key_encoding.double_key(left), key_encoding.double_key(right)
    assert (keys[0] < keys[1]) is (left < right)
    assert (keys[0] == keys[1]) is (left == right)


@given(st.integers(-(2**31), 2**31 - 1), st.integers(-(2**31), 2**31 - 1))
def test_integer_keys_order_as_the_numbers_do(left: int, right: int) -> None:
    assert (key_encoding.integer_key(left) < key_encoding.integer_key(right)) is (left < right)
