from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from counterfoil.connectors.sagepro.additions import AdditionError
from counterfoil.connectors.sagepro.operations import Append, Plan
from counterfoil.connectors.sagepro.posting.added import with_additions
from counterfoil.connectors.sagepro.profile import Profile, parse_profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.ports.errors import ConfigurationError
from tests.support.sagepro_books import DAY, PROFILE_TEXT, MemoryBooks, customer_row, document_row, receipt

FACT = receipt("ABC", {"1001": "60"})


def site(text: str) -> Profile:
    return parse_profile(PROFILE_TEXT + text)


def planned(profile: Profile) -> Plan:
    books = MemoryBooks([customer_row("ABC", "100"), document_row("1001", "ABC", "100")], profile)
    plan = books.plan(FACT)
    assert isinstance(plan, Plan)
    return with_additions(plan, FACT, "receipt", profile)


def rows(plan: Plan, table: TableName) -> list[dict[str, Any]]:
    return [dict(one.values) for one in plan.operations if isinstance(one, Append) and one.table is table]


def test_a_column_of_the_site_takes_a_word_of_the_fact_or_a_text() -> None:
    plan = planned(
        site(
            """
added_columns:
  arcash:
    chan: {value: WEB}
    gross: {kind: money, from: amount}
    paidon: {kind: date, from: received_on}
    other: {value: X, facts: [refund]}
"""
        )
    )
    (cash,) = rows(plan, TableName.CASH)
    own = {name: value for name, value in cash.items() if name.startswith("+")}
    assert own == {"+chan": "WEB", "+gross": Decimal(60), "+paidon": DAY}


def test_a_row_of_the_site_stands_before_the_balances() -> None:
    plan = planned(
        site(
            """
added_rows:
  - table: artran
    facts: [receipt]
    columns: {number: {from: document}, item: {value: NOTE}, description: {from: summary}}
"""
        )
    )
    first = plan.operations[0]
    assert isinstance(first, Append)
    assert first.table is TableName.LINES
    assert first.values["description"] == "a receipt of 60.00 USD from ABC"


def test_rows_that_unbalance_the_distributions_are_refused() -> None:
    text = """
added_rows:
  - table: ardist
    facts: [receipt]
    columns: {number: {from: document}, account: {value: "9"}, amount: {from: amount}}
"""
    with pytest.raises(AdditionError, match="sum to 60, not zero"):
        planned(site(text))


@pytest.mark.parametrize(
    ("column", "why"),
    [
        ("{kind: money, from: tender}", "'card' is no money"),
        ("{from: colour}", "has no colour"),
        ("{kind: flag, from: reason}", "'' is no flag"),
    ],
)
def test_a_word_that_does_not_fit_is_named(column: str, why: str) -> None:
    profile = site(f"\nadded_columns: {{arcash: {{chan: {column}}}}}\n")
    with pytest.raises(AdditionError, match=why) as caught:
        planned(profile)
    assert "added_columns.arcash.chan" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("added_columns: {arcash: {chan: {value: a, from: key}}}", "either value or from"),
        ("added_columns: {arcash: {chan: {}}}", "either value or from"),
        ("added_columns: {arcash: {chan: {kind: money, value: much}}}", "is no money"),
        ("added_columns: {nosuch: {chan: {value: a}}}", "added_columns.nosuch"),
        (
            "added_rows: [{table: arcash, facts: [receipt], columns: {colour: {value: a}}}]",
            "colour is none of",
        ),
        ("added_rows: [{table: arcash, facts: [], columns: {number: {value: a}}}]", "at least 1"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused_with_the_profile(text: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        site(f"\n{text}\n")


TWO_KINDS = """
  - {table: zz, facts: [receipt], columns: {a: {value: b}}}
  - {table: zz, facts: [refund], columns: {a: {kind: money, from: amount}}}
"""


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("[{table: arcash, facts: [receipt], columns: {a: {value: b}}}]", "put the row under added_rows"),
        ("[{table: ZZ PAY, facts: [receipt], columns: {a: {value: b}}}]", "own_rows"),
        ("[{table: zz, facts: [receipt], columns: {}}]", "at least 1"),
        (
            TWO_KINDS,
            "zz.a is given two kinds",
        ),
    ],
)
def test_own_rows_that_fit_no_table_of_the_sites_own_are_no_profile(rows: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        site(f"\nown_rows: {rows}\n")


def test_one_name_is_one_table_and_none_of_sage_pros() -> None:
    assert TableName.own("zzpay") is TableName.own("zzpay")
    assert TableName.own("arcash") is TableName.CASH
    assert TableName.own("zzpay") not in list(TableName)
    with pytest.raises(ValueError, match="zzpay"):
        TableName("zzpay")
