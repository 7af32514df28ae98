from __future__ import annotations

import pytest

from counterfoil.security.card_numbers import find_card_numbers, has_right_check_digit

VISA = "4012000098765439"
FULL_WIDTH = str.maketrans("0123456789", "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19")


def found(text: str, *, everywhere: bool = False) -> list[str]:
    return [text[start:end] for start, end in find_card_numbers(text, everywhere=everywhere)]


@pytest.mark.parametrize(
    "written",
    [
        "4012000098765439",
        "5499740000000057",
        "2221000000000009",
        "6011000993026909",
        "371449635392376",
        "3530111333300000",
        "6200000000000005",
        "4012 0000 9876 5439",
        "4012-0000-9876-5439",
        "4012.0000.9876.5439",
        "4012\u20110000\u20119876\u20115439",
        "4012  0000  9876  5439",
        "4012\n0000\n9876\n5439",
        "4012%200000%209876%205439",
        "4012+0000+9876+5439",
        "3714 496353 92376",
        "3714 49635392376",
        "4012 0000 98765439",
        "4012 00009876 5439",
        "40120000 9876 5439",
        "4012 000098765439",
        "4 0 1 2 0 0 0 0 9 8 7 6 5 4 3 9",
        "40 12 00 00 98 76 54 39",
        "4012\u200b0000\u200b98765439",
        "4\u00ad012000098765439",
        VISA.translate(FULL_WIDTH),
    ],
)
def test_a_card_number_is_found_however_it_is_written(written: str) -> None:
    assert found(f"please charge {written}, thanks") == [written]


@pytest.mark.parametrize(
    "harmless",
    [
        "4012000098765438",  # wrong check digit
        "9012000098765430",  # no issuer
        "40120000987654390123",  # a longer number
        "order 4857155027047 of the shop",  # 13 digits, no word about cards
        "checkout 38571926356268",  # 14 digits, no word about cards
        "4012 00009 8765439",  # not grouped as cards are
        "401200 0098765439 1",
        "call +1 509 555 0100 or +1 509 555 0199",
        "2026-11-23T01:41:00.123456",
        "invoices 1001 1002 1003 1004",
    ],
)
def test_harmless_digits_stay(harmless: str) -> None:
    assert found(harmless) == []


@pytest.mark.parametrize("number", ["4222222222222", "30569309025904"])
def test_thirteen_and_fourteen_digits_need_a_word_about_cards(number: str) -> None:
    assert found(f"reference {number}") == []
    assert found(f"his credit card: {number}") == [number]


def test_two_numbers_in_one_text_are_both_found() -> None:
    assert found(f"{VISA} or 5499740000000057") == [VISA, "5499740000000057"]


def test_a_number_after_other_groups_is_found() -> None:
    assert found(f"12 {VISA} 1225") == [VISA]


def test_everywhere_looks_inside_longer_runs() -> None:
    assert found(f"99{VISA}0327", everywhere=True) == [VISA]
    assert found(f"99{VISA}0327") == []


def test_check_digit() -> None:
    assert has_right_check_digit("79927398713")
    assert not has_right_check_digit("79927398710")


def test_a_megabyte_of_digits_is_bounded_work() -> None:
    # Nothing to assert but that it ends well inside the suite's time limit.
    assert len(found("4 " * 20_000)) >= 0
