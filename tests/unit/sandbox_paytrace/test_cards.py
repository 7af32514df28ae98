from __future__ import annotations

import pytest

from counterfoil.sandbox.paytrace.cards import CSC_BY_TEST_CARD, CardSeal, brand_of, mask_numbers, read_card
from tests.unit.sandbox_paytrace.client import AMEX, DISCOVER, MASTERCARD, VISA


@pytest.mark.parametrize(
    ("number", "brand"),
    [
        (VISA, "Visa"),
        (MASTERCARD, "MasterCard"),
        ("2223003122003222", "MasterCard"),
        (AMEX, "American Express"),
        (DISCOVER, "Discover"),
        ("54545454545454", None),
        ("4012000098765430", None),
        ("30569309025904", None),
        ("", None),
        ("４０１２００００９８７６５４３９", None),  # noqa: RUF001 - full-width digits are no card number
    ],
)
def test_brands(number: str, brand: str | None) -> None:
    assert brand_of(number) == brand


@pytest.mark.parametrize("number", CSC_BY_TEST_CARD)
@pytest.mark.parametrize("text", ["{}", "pay with {} please", "{} 123", "ref 7 {}", "{}{}"])
def test_no_text_keeps_a_card_number(number: str, text: str) -> None:
    assert number not in mask_numbers(text.format(number, number))


def test_dashes_hide_no_number() -> None:
    assert mask_numbers("4012-0000-9876-5439") == "xxxxxxxxxxxx5439"


@pytest.mark.parametrize(
    "text", ["INV-1234567", "392000001", "509 555 0100", "1234567890123456", "", "0" * 12]
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert mask_numbers(text) == text


def test_a_card_is_printed_without_its_number_or_code() -> None:
    printed = repr(read_card(VISA, "12", "30", "999"))
    assert VISA not in printed
    assert "999" not in printed


def test_digests_of_two_ledgers_cannot_be_joined() -> None:
    card = read_card(VISA, "12", "30", "")
    assert not isinstance(card, tuple)
    first, again, other = (CardSeal(key).seal(card) for key in (b"a", b"a", b"b"))
    assert first == again
    assert first.digest != other.digest
    assert (first.last_four, first.brand, first.month, first.year) == ("5439", "Visa", 12, 2030)
