from __future__ import annotations

from counterfoil.sandbox.paytrace.invariants import violations
from counterfoil.sandbox.paytrace.settings import Settings
from counterfoil.sandbox.paytrace.v3.settings import V3Settings
from tests.unit.sandbox_paytrace.v3_client import MERCHANT, V3Client, fields


def statuses(results: list[dict[str, object]]) -> list[object]:
    return [result["status"] for result in results]


def test_captures_are_answered_one_by_one_in_the_order_asked() -> None:
    client = V3Client()
    first, second = (client.sell(amount, kind="authorize") for amount in ("10.00", "20.00"))
    results = client.items(
        "capture",
        {"transaction_id": second, "amount": "5.00", "custom_dba": "SHOP"},
        {"transaction_id": "1"},
        {"transaction_id": first},
    )
    assert statuses(results) == ["success", "failed", "success"]
    assert [result["transaction_id"] for result in results] == [second, "1", first]
    assert [client.record(each)["settle_amount"] for each in (second, first)] == [5, 10]
    assert client.record(first)["status"] == "CAPTURED"


def test_a_capture_of_too_much_fails_alone() -> None:
    client = V3Client()
    first, second = (client.sell("10.00", kind="authorize") for _ in range(2))
    results = client.items(
        "capture", {"transaction_id": first, "amount": "10.01"}, {"transaction_id": second}
    )
    assert statuses(results) == ["failed", "success"]
    assert results[0]["response_code"] == 113


def test_a_refund_waits_for_settlement_and_may_be_partial() -> None:
    client = V3Client()
    sold = client.sell("10.00")
    early = client.items("refund", {"transaction_id": sold})
    assert (early[0]["status"], early[0]["response_code"]) == ("failed", 1)
    client.v1.ok("/v1/transactions/settle")
    results = client.items(
        "refund",
        {"transaction_id": sold, "amount": "4.00"},
        {"transaction_id": sold, "amount": "6.01"},
        {"transaction_id": sold},
    )
    assert statuses(results) == ["success", "failed", "success"]
    assert [result.get("amount") for result in results] == [4, None, 6]
    refund = str(results[0]["refund_transaction_id"])
    assert client.record(refund)["transaction_type"] == "REFUND"
    assert violations(client.v1.ledger) == []


def test_a_void_is_for_what_is_not_settled() -> None:
    client = V3Client()
    settled = client.sell("1.00")
    client.v1.ok("/v1/transactions/settle")
    open_sale, open_authorisation = client.sell("2.00"), client.sell("3.00", kind="authorize")
    asked = ({"transaction_id": each} for each in (settled, open_sale, open_authorisation))
    assert statuses(client.items("void", *asked)) == ["failed", "success", "success"]
    assert client.v1.record(int(open_sale))["status_message"] == "VOIDED"


def test_a_batch_has_one_item_at_least_and_not_too_many() -> None:
    client = V3Client(Settings(v3=V3Settings(batch_items_max=2)))
    for items in ([], [{"transaction_id": "1"}] * 3):
        assert fields(client.post("/v3/card/batch/void", {"batch_items": items})) == ["batch_items"]
    assert fields(client.post("/v3/card/batch/void", {"batch_items": "x"})) == ["batch_items"]


def listed(client: V3Client, name: str, query: str = "") -> list[str]:
    answer = client.get(f"/v3/card/transactions/{name}/{MERCHANT}{query}")
    assert answer.status_code == 200, answer.text
    return [record["transaction_id"] for record in answer.json()["data"]]


def test_lists_tell_what_may_be_done() -> None:
    client = V3Client()
    settled = client.sell("1.00")
    client.v1.ok("/v1/transactions/settle")
    sold, authorised = client.sell("2.00"), client.sell("3.00", kind="authorize")
    assert listed(client, "capturable") == [authorised]
    assert listed(client, "voidable") == [authorised, sold]
    assert listed(client, "refundable") == [settled]
    refund = str(client.items("refund", {"transaction_id": settled})[0]["refund_transaction_id"])
    assert listed(client, "refundable") == []
    assert listed(client, "voidable") == [refund, authorised, sold]


def test_a_list_is_read_page_by_page() -> None:
    client = V3Client()
    sold = [client.sell("1.00", invoice_number=f"INV-{number}") for number in range(5)]
    pages = [listed(client, "voidable", f"?limit=2&offset={offset}") for offset in (0, 2, 4, 6)]
    assert pages == [sold[4:2:-1], sold[2:0:-1], sold[:1], []]
    assert fields(client.get(f"/v3/card/transactions/voidable/{MERCHANT}?limit=51")) == ["limit"]


def test_a_list_can_be_searched() -> None:
    client = V3Client()
    sold = [client.sell("1.00", invoice_number=f"INV-{number}") for number in range(3)]
    assert listed(client, "voidable", "?order_id=INV-1") == [sold[1]]
    assert listed(client, "voidable", "?search_term=ann") == sold[::-1]
    assert listed(client, "voidable", "?date_from=06/04/2026") == []
    assert len(listed(client, "voidable", "?date_from=2026-06-03T00:00:00&date_to=06/03/2026")) == 3


def test_a_record_that_is_not_there_is_not_found() -> None:
    client = V3Client()
    for number in ("1", "x", "9" * 30):
        assert client.get(f"/v3/card/transaction/{number}").status_code == 404
