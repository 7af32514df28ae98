from __future__ import annotations

import pytest

from counterfoil.sandbox.paytrace.checks.book import CheckBook
from counterfoil.sandbox.paytrace.checks.settings import ChecksSettings
from counterfoil.sandbox.paytrace.mails import Mails
from counterfoil.sandbox.paytrace.settings import Settings
from tests.unit.sandbox_paytrace.client import BILLING
from tests.unit.sandbox_paytrace.v3_client import MERCHANT, V3Client, data, fields

CHECKS = "/v3/checks/transactions"


def record(client: V3Client, uuid: str) -> dict[str, object]:
    return data(client.get(f"{CHECKS}/{uuid}"))


def listed(client: V3Client, query: str = "") -> list[dict[str, object]]:
    answer = client.get(f"{CHECKS}?merchant_id={MERCHANT}{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, object]] = answer.json()["items"]
    return items


def test_a_check_is_accepted_with_its_id_at_the_top() -> None:
    client = V3Client()
    uuid = client.take("12.34", invoice_number="INV-1")
    found = record(client, uuid)
    assert (found["transaction_id"], found["transaction_status"]) == (uuid, "ACCEPTED")
    assert (found["amount"], found["reversible_amount"], found["invoice_number"]) == (12.34, 0, "INV-1")
    assert found["bank_account"] == {
        "account_number": "************3456",
        "routing_number": "************0760",
        "account_type": "Checking",
    }


def test_a_check_runs_its_days_on_both_wires() -> None:
    client = V3Client()
    uuid = client.take("10.00")
    number = record(client, uuid)["check_transaction_id"]
    client.pass_days(10)
    settled = record(client, uuid)
    assert (settled["transaction_status"], settled["reversible_amount"]) == ("SETTLED", 10)
    client.v1.log_in()
    client.v1.ok("/v1/checks/refund/by_transaction", {"check_transaction_id": number, "amount": "4.00"})
    assert record(client, uuid)["reversible_amount"] == 6
    (refund,) = listed(client, "&transaction_type=2")
    assert (refund["original_transaction_id"], refund["transaction_type"]) == (uuid, "REFUND")


def test_a_returned_check_tells_the_banks_code() -> None:
    client = V3Client()
    uuid = client.take("1.02")
    client.pass_days(10)
    assert [record(client, uuid)[name] for name in ("transaction_status", "return_code")] == [
        "RETURNED",
        "R02",
    ]
    assert [item["transaction_id"] for item in listed(client, "&status=RETURNED")] == [uuid]


def test_an_account_number_in_the_clear_is_refused_unless_taken_plain() -> None:
    bank = {"account_number": "123456", "routing_number": "325070760"}
    body = {"amount": 1, "std_entry_class": "WEB", "bank_account": bank}
    assert fields(V3Client().post("/v3/checks/payment", body)) == ["bank_account.account_number"]
    plain = V3Client(Settings(checks=ChecksSettings(takes_plain_accounts=True)))
    assert plain.post("/v3/checks/payment", body).status_code == 200


def test_everything_that_is_wrong_is_told_at_once() -> None:
    client = V3Client()
    answer = client.post("/v3/checks/payment", {"idempotency_key": "x" * 51, "amount": "1.001"})
    assert fields(answer) == ["std_entry_class", "idempotency_key", "amount"]
    assert fields(client.check("1.00", std_entry_class="XYZ")) == ["std_entry_class"]
    wrong = {"account_number": client.encrypted("12"), "routing_number": "325070761"}
    assert fields(client.check("1.00", bank_account=wrong)) == [
        "bank_account.account_number",
        "bank_account.routing_number",
    ]


def test_a_repeated_key_answers_the_first_check_and_takes_no_other() -> None:
    client = V3Client()
    first = client.take("10.00", idempotency_key="K-1")
    assert client.take("10.00", idempotency_key="K-1") == first
    assert fields(client.check("11.00", idempotency_key="K-1")) == ["idempotency_key"]
    assert fields(client.check("10.00", account="654321", idempotency_key="K-1")) == ["idempotency_key"]
    assert len(CheckBook(client.v1.ledger.documents).checks()) == 1


def test_a_repeated_key_may_be_refused_instead() -> None:
    client = V3Client(Settings(checks=ChecksSettings(is_repeat_answered=False)))
    client.take("10.00", idempotency_key="K-1")
    assert fields(client.check("10.00", idempotency_key="K-1")) == ["idempotency_key"]


def test_a_check_that_is_answered_as_refused_is_found_by_its_key() -> None:
    client = V3Client()
    assert fields(client.check("1.50", idempotency_key="K-2")) == ["path/record_id"]
    found = data(client.get(f"{CHECKS}/idempotency-keys/K-2"))
    assert (found["amount"], found["transaction_status"]) == (1.5, "ACCEPTED")
    assert [item["transaction_id"] for item in listed(client, "&idempotency_key=K-2&limit=1")] == [
        found["transaction_id"]
    ]
    assert client.take("1.50", idempotency_key="K-2") == found["transaction_id"]


@pytest.mark.parametrize("path", [f"{CHECKS}/x", f"{CHECKS}/idempotency-keys/x", "/v3/checks/receipt/x"])
def test_what_is_not_there_is_not_found(path: str) -> None:
    assert V3Client().get(path).status_code == 404


def test_amounts_that_lose_the_answer_can_be_looked_up() -> None:
    client = V3Client()
    assert client.check("0.33", idempotency_key="before").status_code == 500
    assert client.check("0.34", idempotency_key="after").status_code == 500
    assert client.get(f"{CHECKS}/idempotency-keys/before").status_code == 404
    assert client.get(f"{CHECKS}/idempotency-keys/after").status_code == 200


@pytest.mark.parametrize("amount", ["1.20", "1.21", "1.23"])
def test_a_check_refused_at_once_says_so_in_its_status(amount: str) -> None:
    answer = V3Client().check(amount).json()
    assert answer["transaction_status"] in {"REJECTED", "DECLINED", "TECHNICAL_ERROR"}


def test_a_list_is_read_in_pages_of_ten_and_at_most_thirty() -> None:
    client = V3Client()
    taken = [client.take("1.00", invoice_number=f"INV-{number}") for number in range(12)]
    assert [item["transaction_id"] for item in listed(client)] == taken[:1:-1]
    assert len(listed(client, "&limit=30")) == 12
    assert [item["transaction_id"] for item in listed(client, "&offset=10")] == taken[1::-1]
    assert fields(client.get(f"{CHECKS}?merchant_id={MERCHANT}&limit=31")) == ["limit"]


def test_a_list_is_filtered() -> None:
    client = V3Client()
    early = client.take("1.00", invoice_number="INV-A")
    client.pass_days(7)
    late = client.take("2.00", invoice_number="INV-B")
    cases = {
        "": [late, early],
        "&start_date=2026-06-05T00:00:00": [late],
        "&end_date=2026-06-04": [early],
        "&start_date=2026-06-04T02:04:05Z&end_date=2026-06-04T02:04:05Z": [early],
        "&date_type=SETTLED&start_date=2026-06-09&end_date=2026-06-09": [early],
        "&date_type=SETTLED&end_date=2026-06-08": [],
        "&status=settled": [early],
        "&search_term=inv-b": [late],
        "&user=demo123&entry_method=API": [late, early],
        "&user=nobody": [],
        "&transaction_type=4": [],
        f"&transaction_id={early}": [early],
        "&customer_id=40000001": [],
    }
    for query, expected in cases.items():
        assert [item["transaction_id"] for item in listed(client, query)] == expected, query
    assert fields(client.get(f"{CHECKS}?merchant_id={MERCHANT}&start_date=06/04/2026")) == ["start_date"]


def test_a_customers_account_is_charged_by_number() -> None:
    client = V3Client()
    bank = {"account_number": "123456", "routing_number": "325070760"}
    client.v1.ok("/v1/customer/create", {"customer_id": "C-1", "check": bank, "billing_address": BILLING})
    assert fields(
        client.post("/v3/checks/payment", {"amount": 1, "std_entry_class": "CCD", "customer_id": 7})
    ) == ["customer_id"]
    number = client.number_of("C-1")
    body = {"amount": 5, "std_entry_class": "CCD", "customer_id": number, "is_aof": True}
    uuid = client.post("/v3/checks/payment", body).json()["transaction_id"]
    assert (record(client, uuid)["customer_id"], record(client, uuid)["customer_label"]) == (number, "C-1")
    assert [item["transaction_id"] for item in listed(client, f"&customer_id={number}")] == [uuid]


def deposits(client: V3Client, name: str = "search", **body: object) -> list[dict[str, object]]:
    answer = client.post(f"/v3/checks/deposit/{name}", body)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["data"]
    return found


def test_deposits_come_to_what_the_bank_paid_and_took_back() -> None:
    client = V3Client()
    plain, late = client.take("10.00"), client.take("1.10")
    client.pass_days(20)
    first, second = deposits(client)
    assert (first["deposit_id"], first["amount"], first["transaction_count"]) == ("20260609-D0001", 11.1, 2)
    assert (second["amount"], second["transaction_count"]) == (-1.1, 1)
    entries = deposits(client, "transactions", deposit_id=first["deposit_id"])
    assert {entry["transaction_id"]: entry["deposited_amount"] for entry in entries} == {plain: 10, late: 1.1}
    assert deposits(client, deposit_id="20260609-D9999") == []
    assert deposits(client, start_date="2026-06-10T00:00:00Z", end_date="2026-07-01T00:00:00Z") == [second]


def test_many_deposits_are_read_in_pages_or_all_at_once() -> None:
    client = V3Client()
    for _ in range(11):
        client.take("1.00")
        client.pass_days(7)
    client.pass_days(7)
    assert len(deposits(client)) == 10
    assert len(deposits(client, limit=30, offset=10)) == 1
    assert len(deposits(client, return_all_results=True)) == 11
    assert fields(client.post("/v3/checks/deposit/search", {"limit": 31})) == ["limit"]


def test_a_receipt_is_the_record_and_may_be_mailed() -> None:
    client = V3Client()
    uuid = client.take("10.00")
    assert data(client.get(f"/v3/checks/receipt/{uuid}")) == record(client, uuid)
    mail = "/v3/checks/email/receipt"
    for to in (["a@b.c", "d@e.f"], "a@b.c,d@e.f"):
        assert client.post(mail, {"ach_transaction_id": uuid, "to": to}).status_code == 200
    assert [noted.to for noted in Mails(client.gateway).rows()] == ["a@b.c", "d@e.f"] * 2
    assert fields(client.post(mail, {"ach_transaction_id": uuid, "to": ["ann"]})) == ["to"]
    assert fields(client.post(mail)) == ["to", "ach_transaction_id"]
    assert fields(client.post(mail, {"ach_transaction_id": "x", "to": "a@b.c"})) == ["ach_transaction_id"]
