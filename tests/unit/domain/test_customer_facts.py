from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from counterfoil.domain.facts.customer import CustomerFact, ShipToFact
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import FactError
from counterfoil.ports.encoding import FACT
from tests.support.customers import assuming, change, new_customer, ship_to, told

NEW, CHANGE = new_customer(city="Duluth"), change(assuming("city", "Fargo", "Duluth"))
ADDRESS = ship_to(city="Fargo")


@pytest.mark.parametrize(
    ("fact", "wrong"),
    [
        (NEW, {"values": told(city="Duluth")}),
        (NEW, {"values": told(name=" ")}),
        (NEW, {"values": (*told(name="A"), *told(name="B"))}),
        (NEW, {"values": assuming("name", "A", "B")}),
        (NEW, {"values": ()}),
        (CHANGE, {"number": None}),
        (CHANGE, {"values": ()}),
        (ADDRESS, {"values": told(name="Dock", tax_code="X")}),
        (ADDRESS, {"is_new": False}),
    ],
)
def test_a_fact_that_contradicts_itself_cannot_be_built(
    fact: CustomerFact | ShipToFact, wrong: dict[str, Any]
) -> None:
    with pytest.raises(FactError, match="shopify/s1/"):
        replace(fact, **wrong)


def test_the_order_of_fields_and_what_was_assumed_do_not_change_what_is_said() -> None:
    one, other = told(city="Fargo", zip="58102"), told(zip="58102", city="Fargo")
    assert change(one).digest == change(other).digest
    assert change(told(city="Fargo")).digest == CHANGE.digest
    assert change(told(city="Bismarck")).digest != CHANGE.digest
    assert new_customer().digest != new_customer(number="ABC").digest


def test_they_are_named_for_people() -> None:
    assert NEW.summary == "the new customer New Ltd"
    assert CHANGE.summary == "a change of customer ABC"
    assert ADDRESS.summary == "the new delivery address of customer ABC"


@pytest.mark.parametrize("fact", [NEW, CHANGE, ADDRESS])
def test_they_survive_json(fact: Fact) -> None:
    assert FACT.decode(FACT.encode(fact)) == fact
