from __future__ import annotations

from importlib import resources

import pytest

from counterfoil.flows.mapping.carry import map_record
from counterfoil.flows.mapping.library import MAPPINGS, TABLES, read_library_mapping, read_library_table
from counterfoil.flows.mapping.plan import MappingPlan, read_mapping
from counterfoil.flows.mapping.tables import Table, parse_table
from counterfoil.flows.mapping.values import show
from counterfoil.sandbox.sagepro import chart

RECORD = {
    "transaction_id": "123456789012",
    "transaction_type": "Sale",
    "status": "Approved",
    "amount": "100.00",
    "currency": "EUR",
    "paid_at": "2026-11-26T23:30:00-05:00",
    "order_id": "web INV-4711",
    "custom_field": "SO 99",
    "product_category": "Retail",
    "customer_id": "shop-17",
}
OWN = {
    "currency_rates": "from_currency,to_currency,rate,valid_from\nEUR,USD,1.0850,2026-11-26\n",
    "customers": "outside,inside\nshop-17,ACME\n",
}


def table(name: str) -> Table | None:
    return parse_table(name, OWN.get(name) or read_library_table(name)) if name in TABLES else None


def plan(name: str) -> MappingPlan:
    return read_mapping(read_library_mapping(name), table, TABLES)


def test_the_usual_rules_map_a_payment() -> None:
    found = map_record(plan("payment_to_receipt"), RECORD)
    assert found.problems == ()
    assert {name: show(value) for name, value in found.values.items()} == {
        "reference": "3456789012",
        "status": "Paid",
        "receipt_date": "20261126",
        "amount": "100.00",
        "base_amount": "108.50",
        "account": "10300-000",
        "sales_account": "40000-200",
        "customer": "ACME",
        "invoice": "4711".rjust(10),
        "order": "99".rjust(10),
    }


def test_the_order_id_goes_before_the_custom_field_and_neither_is_needed() -> None:
    both = {**RECORD, "custom_field": "INV-1", "order_id": "INV-2"}
    assert map_record(plan("payment_to_receipt"), both).values["invoice"] == "2".rjust(10)
    neither = {**RECORD, "custom_field": "", "order_id": None}
    assert map_record(plan("payment_to_receipt"), neither).values["invoice"] is None


@pytest.mark.parametrize(
    ("outside", "inside"), [("Approved", "Paid"), ("Declined", "Failed"), ("Refunded", "Refunded")]
)
def test_the_usual_statuses(outside: str, inside: str) -> None:
    assert map_record(plan("payment_to_receipt"), {**RECORD, "status": outside}).values["status"] == inside


def test_a_payment_in_another_currency_is_refused_until_somebody_gives_rates() -> None:
    shipped = read_mapping(
        read_library_mapping("payment_to_receipt"),
        lambda name: parse_table(name, read_library_table(name)),
        TABLES,
    )
    found = map_record(shipped, RECORD)
    assert [each.target for each in found.problems] == ["base_amount"]
    assert map_record(shipped, {**RECORD, "currency": "USD"}).problems == ()


def test_every_shipped_file_is_listed_and_sound() -> None:
    folder = resources.files("counterfoil.flows.mapping.library")
    assert sorted(file.name for file in folder.joinpath("tables").iterdir()) == [f"{n}.csv" for n in TABLES]
    assert sorted(f.name for f in folder.iterdir() if f.name.endswith(".yaml")) == [
        f"{n}.yaml" for n in MAPPINGS
    ]
    for name in MAPPINGS:
        assert plan(name).name == name


@pytest.mark.parametrize("name", ["gl_by_product_category", "gl_by_transaction_type"])
def test_shipped_accounts_are_the_sample_companys_and_say_so(name: str) -> None:
    shipped = parse_table(name, read_library_table(name))
    assert "sample company" in shipped.note
    assert {row.cells["account"] for row in shipped.rows} <= {account.number for account in chart.ACCOUNTS}
