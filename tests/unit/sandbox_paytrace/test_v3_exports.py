from __future__ import annotations

from datetime import timedelta

import httpx2

from counterfoil.sandbox.paytrace.settings import Settings
from tests.unit.sandbox_paytrace.v3_client import V3Client, data, fields

BY_DATE = "/v3/transactions/export/by-date"
TODAY = {"start_date": "06/03/2026", "end_date": "06/03/2026"}


def ids(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["transaction_id"] for row in answer.json()["data"]]


def test_a_transaction_is_exported_by_its_id() -> None:
    client = V3Client()
    sold = client.sell("5.00")
    assert data(client.post(f"/v3/transaction/export/{sold}")) == client.record(sold)
    assert client.post("/v3/transaction/export/1").status_code == 404


def test_transactions_are_exported_by_day_and_filtered() -> None:
    client = V3Client()
    sold, authorised = client.sell("1.00"), client.sell("2.00", kind="authorize")
    number = client.v1.sell("3.00")
    assert ids(client.post(BY_DATE, TODAY)) == [sold, authorised, str(number)]
    assert ids(client.post(BY_DATE, TODAY | {"transaction_type": "AUTHORIZATION"})) == [authorised]
    assert ids(client.post(BY_DATE, TODAY | {"transaction_type": "NONSENSE"})) == []
    assert ids(client.post(BY_DATE, TODAY | {"transaction_id": sold})) == [sold]
    assert ids(client.post(BY_DATE, TODAY | {"created": {"by": "nobody"}})) == []
    assert ids(client.post(BY_DATE, TODAY | {"customer_label": "nobody"})) == []
    tomorrow = {"start_date": "06/04/2026", "end_date": "06/04/2026"}
    assert ids(client.post(BY_DATE, tomorrow)) == []
    assert fields(client.post(BY_DATE, {"start_date": "x"})) == ["start_date"]


def test_exports_may_lag_behind_the_records() -> None:
    client = V3Client(Settings(export_lag=timedelta(minutes=10)))
    sold = client.sell("1.00")
    assert client.record(sold)["transaction_id"] == sold
    assert client.post(f"/v3/transaction/export/{sold}").status_code == 404
    assert ids(client.post(BY_DATE, TODAY)) == []
    client.v1.clock.advance(timedelta(minutes=10))
    assert client.post(f"/v3/transaction/export/{sold}").status_code == 200
    assert ids(client.post(BY_DATE, TODAY)) == [sold]


def batches(client: V3Client, path: str = "/v3/batch/export", **body: object) -> list[dict[str, object]]:
    answer = client.post(path, body)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["data"]
    return found


def test_batches_are_exported_as_v1_settles_them() -> None:
    client = V3Client()
    assert batches(client) == []
    sold = client.sell("10.00")
    (pending,) = batches(client)
    assert (pending["batch_number"], pending["batched_at"], pending["net_amount"]) == (571, None, 10)
    client.v1.ok("/v1/transactions/settle")
    client.items("refund", {"transaction_id": sold, "amount": "4.00"})
    client.v1.ok("/v1/transactions/settle")
    first, second = batches(client, "/v3/batch/export/by-date", **TODAY)
    assert (first["sales_amount"], second["refund_amount"], second["net_amount"]) == (10, 4, -4)
    assert batches(client, batch_number=571) == [first]
    assert ids(client.post("/v3/batch/export/transactions", {"batch_number": 571})) == [sold]
    assert fields(client.post("/v3/batch/export", {"batch_number": 9})) == ["batch_number"]
    assert fields(client.post("/v3/batch/export/transactions")) == ["batch_number"]
    assert fields(client.post("/v3/batch/export/by-date")) == ["start_date"]
