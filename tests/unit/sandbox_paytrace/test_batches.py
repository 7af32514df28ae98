"""Batches, level 3 and the lag of exports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from counterfoil.sandbox.paytrace.settings import Settings
from tests.unit.sandbox_paytrace.client import MASTERCARD, VISA, SandboxClient, error_codes, transaction_id

ONE = "/v1/batches/export_one"
LIST = "/v1/batches/transaction_list"
DAY = {"start_date": "06/03/2026", "end_date": "06/03/2026"}
LINES = [{"quantity": 2, "unit_cost": "1.25", "amount": "2.50", "debit_or_credit": "D"}]


def batches(client: SandboxClient, path: str, body: Mapping[str, object]) -> list[dict[str, object]]:
    found = client.ok(path, body)["batches"]
    assert isinstance(found, list)
    return found


def test_a_batch_tells_its_sales_and_refunds() -> None:
    client = SandboxClient()
    sale = client.sell("10.00")
    client.ok("/v1/transactions/settle")
    client.sell("3.50")
    refund = {"transaction_id": sale, "amount": "6.00"}
    client.ok("/v1/transactions/refund/for_transaction", refund)
    client.ok("/v1/transactions/settle")
    assert batches(client, ONE, {"batch_number": 571})[0]["net_amount"] == 10
    (second,) = batches(client, ONE, {})
    assert {key: str(value) for key, value in second.items()} == {
        "batch_number": "572",
        "batched_at": "6/3/2026 7:04:05 PM",
        "transaction_count": "2",
        "net_amount": "-2.5",
        "sales_count": "1",
        "sales_amount": "3.5",
        "refund_count": "1",
        "refund_amount": "6",
    }


def test_without_a_number_the_pending_batch_comes_first() -> None:
    client = SandboxClient()
    assert batches(client, ONE, {}) == []
    client.sell("10.00")
    (pending,) = batches(client, ONE, {})
    assert (pending["batch_number"], pending["batched_at"]) == (571, "")


def test_batches_are_found_by_the_day_they_were_settled_on() -> None:
    client = SandboxClient()
    client.sell("10.00")
    client.ok("/v1/transactions/settle")
    client.later(timedelta(days=1))
    client.sell("10.00")
    client.ok("/v1/transactions/settle")
    assert [each["batch_number"] for each in batches(client, "/v1/batches/export", DAY)] == [571]
    assert error_codes(client.call("/v1/batches/export", {})) == ["904"]


@pytest.mark.parametrize("name", ["batch_number", "batchNumber"])
def test_the_transactions_of_a_batch_are_listed(name: str) -> None:
    client = SandboxClient()
    sale = client.sell("10.00")
    client.ok("/v1/transactions/settle")
    client.sell("11.00")
    found = client.ok(LIST, {name: "571"})["transactions"]
    assert isinstance(found, list)
    assert [record["transaction_id"] for record in found] == [sale]


def test_an_unknown_batch_is_told() -> None:
    client = SandboxClient()
    assert error_codes(client.call(LIST, {})) == ["915"]
    assert error_codes(client.call(LIST, {"batch_number": 1})) == ["915"]
    assert error_codes(client.call(ONE, {"batch_number": "x"})) == ["915"]


def test_exports_by_date_may_lag_behind_and_the_export_by_id_does_not() -> None:
    client = SandboxClient(Settings(export_lag=timedelta(minutes=5)))
    sale = client.sell("1.00")
    path = "/v1/transactions/export/by_date_range"
    assert client.ok(path, DAY)["transactions"] == []
    assert client.record(sale)["amount"] == 1
    client.later(timedelta(minutes=5))
    assert len(list(client.ok(path, DAY)["transactions"])) == 1  # type: ignore[call-overload] # a list


@pytest.mark.parametrize(("scheme", "number", "code"), [("visa", VISA, 170), ("mastercard", MASTERCARD, 171)])
def test_level_three_is_taken_with_an_exempt_tax_and_unknown_fields(
    scheme: str, number: str, code: int
) -> None:
    client = SandboxClient()
    sale = client.sell("2.50", number)
    body = {"transaction_id": sale, "tax_amount": -1, "note": "x", "line_items": LINES}
    answer = client.ok(f"/v1/level_three/{scheme}", body)
    assert answer["response_code"] == code
    assert str(answer["status_message"]).endswith(f"{sale}. 1 line item records were created.")


def test_level_three_of_another_scheme_or_a_settled_sale_is_refused() -> None:
    client = SandboxClient()
    sale = client.sell("2.50", VISA)
    body = {"transaction_id": sale, "line_items": LINES}
    assert error_codes(client.call("/v1/level_three/mastercard", body)) == ["918"]
    client.ok("/v1/transactions/settle")
    assert error_codes(client.call("/v1/level_three/visa", body)) == ["58"]


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        ({"tax_amount": "much"}, "tax_amount"),
        ({"freight_amount": "1,00"}, "freight_amount"),
        ({"line_items": []}, "line_items"),
        ({"line_items": [{"quantity": "two"}]}, "quantity"),
        ({"line_items": [{"debit_or_credit": "X"}]}, "debit_or_credit"),
    ],
)
def test_level_three_that_no_network_could_read_is_refused(spoilt: dict[str, object], told: str) -> None:
    client = SandboxClient()
    body = {"transaction_id": client.sell("2.50"), "line_items": LINES} | spoilt
    answer = client.call("/v1/level_three/visa", body)
    assert error_codes(answer) == ["918"]
    assert told in answer.json()["errors"]["918"][0]


def test_a_refund_takes_no_level_three() -> None:
    client = SandboxClient()
    sale = client.sell("2.50")
    client.ok("/v1/transactions/settle")
    refund = client.ok("/v1/transactions/refund/for_transaction", {"transaction_id": sale})
    body = {"transaction_id": transaction_id(refund), "line_items": LINES}
    assert error_codes(client.call("/v1/level_three/visa", body)) == ["58"]
