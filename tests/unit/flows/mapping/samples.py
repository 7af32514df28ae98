from __future__ import annotations

import json
from collections.abc import Mapping

from counterfoil.flows.mapping.carry import Mapped, map_record
from counterfoil.flows.mapping.plan import MappingPlan, read_mapping
from counterfoil.flows.mapping.tables import parse_table
from counterfoil.flows.mapping.types import Value

TABLES = {
    "payment_status": "outside,inside\nApproved,Paid\nDeclined,Failed\nRefunded,Refunded\n",
    "gl_by_transaction_type": "transaction_type,account\nSale,10300-000\nFee,61500-000\n",
    "gl_by_product_category": (
        "product_category,account,valid_from,valid_to\n"
        "Retail,40000-200,2020-01-01,2025-12-31\n"
        "Retail,40000-250,2026-01-01,\n"
    ),
    "currency_rates": (
        "from_currency,to_currency,rate,valid_from\n"
        "EUR,USD,1.0812,2026-11-20\n"
        "EUR,USD,1.0850,2026-11-25\n"
        "JPY,USD,0.0065,2026-11-25\n"
    ),
    "customers": "outside,inside\nshop-17,ACME\n",
    "terms": "customer,region,terms\nACME,US,NET30\nACME,EU,NET60\n",
}

SHAPE = """\
mapping: sample
title: A sample
source:
  text: optional text 40
  must: text 40
  other: optional text 10
  number: optional number
  count: optional number 4
  money: optional money
  dollars: optional money USD
  day: optional date
  paid_on: date
  moment: optional moment
  flag: optional flag
"""

RECORD = {"must": "m", "paid_on": "2026-11-26"}


def one(rule: str, target: str = "optional text") -> str:
    """A mapping of one target by the rule, written in flow style."""
    return f"{SHAPE}target:\n  it: {target}\nmap:\n  it: {rule}\n"


def planned(text: str, tables: Mapping[str, str] = TABLES) -> MappingPlan:
    parsed = {name: parse_table(name, content) for name, content in tables.items()}
    return read_mapping(text, parsed.get, tuple(parsed))


def mapped(rule: str, target: str = "optional text", **record: object) -> Mapped:
    return map_record(planned(one(rule, target)), {**RECORD, **record})


def value(rule: str, target: str = "optional text", **record: object) -> Value | None:
    """The target's value; a problem is a failure of the test."""
    found = mapped(rule, target, **record)
    assert found.problems == ()
    return found.values["it"]


def problem(rule: str, target: str = "optional text", **record: object) -> str:
    """Why the target has no value."""
    found = mapped(rule, target, **record)
    assert found.values == {}
    return found.problems[0].text


def through(steps: str, source: str = "text") -> str:
    """A rule from one source through steps."""
    return f"{{from: {source}, then: [{steps}]}}"


def literal(text: str) -> str:
    """A text as YAML may have it in flow style."""
    return json.dumps(text)
