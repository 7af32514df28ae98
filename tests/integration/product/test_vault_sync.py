"""A clerk gives a customer another name in Sage Pro; its stored payer at the gateway gets it too."""

from __future__ import annotations

import pytest

from counterfoil.bootstrap.demo_connections import GATEWAY
from counterfoil.bootstrap.gateway_policy import PAYERS
from counterfoil.bootstrap.library_flows import use_shipped
from counterfoil.cli.demo.shopper import PAYER
from counterfoil.flows.library import VAULT_SYNC
from counterfoil.foxpro.table import Table
from counterfoil.ports.known_payments import VAULT_CUSTOMER
from counterfoil.runtime.books_polling import CURSOR
from counterfoil.store import schema
from counterfoil.store.cross_references import CrossReferences
from tests.support.product import Ground, RunningHere, hub_here, new_ground, wait_until

STORED, OTHER = "payer-of-the-customer", "payer-with-a-name-of-its-own"
NEW_NAME = "Another Name Ltd"


def stored_name(ground: Ground, payer: str) -> str:
    answer = ground.shopper._post("/v1/customer/export", {"customer_id": payer})
    return str(answer["customers"][0]["billing_address"]["name"])


def rename(ground: Ground, customer: str) -> None:
    """The clerk's part."""
    with Table.open(ground.tables / "ARCUST01.DBF", writable=True) as table:
        row = next(row for row in table.records() if str(row["custno"]).strip() == customer)
        table.update(row.recno, {"company": NEW_NAME})


def store(ground: Ground, payer: str, name: str) -> None:
    billing = {**PAYER["billing_address"], "name": name}  # type: ignore[dict-item]
    ground.shopper._post("/v1/customer/create", {**PAYER, "customer_id": payer, "billing_address": billing})


def name_of(ground: Ground, customer: str) -> str:
    with Table.open(ground.tables / "ARCUST01.DBF") as table:
        rows = (row for row in table.records() if str(row["custno"]).strip() == customer)
        return str(next(rows)["company"]).strip()


def prepare(product: RunningHere, customer: str) -> None:
    ground, workspace = product.ground, product.workspace
    store(ground, STORED, name_of(ground, customer))
    store(ground, OTHER, "Ann Lee")
    references = CrossReferences(workspace.database, workspace.clock)
    for payer in (STORED, OTHER):
        references.put(GATEWAY, VAULT_CUSTOMER, payer, customer)
    use_shipped(workspace, VAULT_SYNC, "dev", by="a test")
    product.change_gateway(**{PAYERS: "names"})


@pytest.mark.soak
def test_a_customers_new_name_reaches_the_gateways_vault() -> None:
    with new_ground(unpaid=1) as ground:
        customer = ground.unpaid().customer
        with hub_here(ground) as product:
            prepare(product, customer)
        with hub_here(ground) as product:
            cursor = schema.cursor
            wait_until(lambda: bool(product.rows(cursor, cursor.c.name == CURSOR)), "a place in the feed")
            rename(ground, customer)
            wait_until(lambda: stored_name(ground, STORED) == NEW_NAME, "the payer has the new name")
            assert stored_name(ground, OTHER) == "Ann Lee"
