from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.domain.facts.keys import FactError, PostingKey
from counterfoil.domain.money import Money, MoneyError
from counterfoil.ports.encoding import FACT
from tests.support.orders import DELIVERY, line, order
from tests.support.sagepro_books import usd

FACT_ = order(
    line(discount_percent=Decimal("12.5")),
    freight=usd("8.50"),
    discount=usd(1),
    tax=usd("0.80"),
    delivery=DELIVERY,
)


def test_a_line_costs_whole_cents() -> None:
    assert line(quantity="3", price="1.115").extended == usd("3.35")
    assert line(quantity="1", price="1.00", discount_percent=Decimal("33.333")).extended == usd("0.67")


@pytest.mark.parametrize(
    "change",
    [
        {"amount": usd("17.04")},
        {"lines": (), "amount": usd("8.30")},
        {"lines": (line(quantity="0"),), "amount": usd("8.30")},
        {"lines": (line(quantity="-1"),), "amount": usd("5.80")},
        {"lines": (line(price="-1"),), "amount": usd("4.30")},
        {"lines": (line(discount_percent=Decimal(101)),), "amount": usd("8.20")},
        {"freight": usd("-1"), "amount": usd("7.55")},
        {"tax": usd("0.805"), "amount": usd("17.055")},
        {"tax_rate": Decimal(-1)},
        {"channel": " "},
        {"shop_order": ""},
    ],
)
def test_an_order_that_contradicts_itself_cannot_be_built(change: dict[str, Any]) -> None:
    with pytest.raises(FactError, match="shopify/s1/1001/order#1"):
        replace(FACT_, **change)


def test_an_order_in_two_currencies_cannot_be_built() -> None:
    with pytest.raises(MoneyError, match="EUR"):
        replace(FACT_, tax=Money.of(1, "EUR"))


def test_it_is_found_by_channel_and_shop_number() -> None:
    assert FACT_.purchase_order == "SHOP-1001"
    assert str(FACT_.key) == "shopify/s1/1001/order#1"
    assert PostingKey.parse(str(FACT_.key)) == FACT_.key
    assert FACT_.summary == "order SHOP-1001 of 17.05 USD from ABC"


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ({"delivery": None}, True),
        ({"ship_via": "UPS"}, True),
        ({"requested_on": date(2026, 12, 1)}, True),
        ({"ordered_on": date(2026, 11, 19)}, False),
        ({"shop_order": "1002"}, False),
        ({"freight": usd("9.50"), "amount": usd("18.05")}, False),
        ({"lines": (line(quantity="5"),), "amount": usd("20.80")}, False),
        ({"lines": (line(quantity="3.50"),), "amount": usd("17.05")}, False),
    ],
)
def test_a_repeat_says_the_same_where_amounts_and_lines_are_the_same(
    change: dict[str, Any], *, is_same: bool
) -> None:
    assert (replace(FACT_, **change).digest == FACT_.digest) == is_same


def test_it_survives_json() -> None:
    assert FACT.decode(FACT.encode(FACT_)) == FACT_
