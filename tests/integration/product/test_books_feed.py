"""A clerk keys a receipt while the hub runs: it is told of, and waits for a person, without a run."""

from __future__ import annotations

from typing import Any

from counterfoil.foxpro.table import Table
from counterfoil.runtime.books_polling import CURSOR
from counterfoil.store.schema import cursor
from tests.support.product import RunningHere, wait_until


def test_a_receipt_keyed_by_hand_is_shown_by_a_hub_at_work(product: RunningHere) -> None:
    pick = product.ground.unpaid()

    def tasks() -> list[dict[str, Any]]:
        found = product.http.get("/api/review-tasks").json()
        return [one for one in found if one["kind"] == "receipt.keyed_by_hand"]

    wait_until(
        lambda: bool(product.rows(cursor, cursor.c.name == CURSOR)), "the hub has a place in the change feed"
    )
    before = len(tasks())
    with Table.open(product.ground.tables / "ARCASH01.DBF", writable=True) as cash:
        cash.append(
            {"invno": pick.number.rjust(10), "custno": pick.customer, "refno": "CHK 9", "userid": "ANNA"}
        )
    wait_until(lambda: len(tasks()) > before, "a review task tells of the receipt")
    assert "ANNA keyed 0.00 on" in tasks()[-1]["why"]
    assert tasks()[-1]["run"] == ""
    events = product.http.get("/api/events?without_runs=true").json()
    assert any(one["kind"] == "receipt.keyed_by_hand" for one in events)
    assert "Receipts were keyed by hand" in product.http.get("/").text
