from __future__ import annotations

from counterfoil.sandbox.paytrace.checks.desk import CheckDesk
from counterfoil.sandbox.paytrace.checks.invariants import violations
from tests.unit.sandbox_paytrace.v3_client import MERCHANT, V3Client, data, fields

WEEKLY = {
    "amount": 24.95,
    "frequency": "5",
    "start_date": "06/04/2026",
    "total_count": "2",
    "transaction_type": "Sale",
}


def customer(client: V3Client) -> object:
    body = client.hosted() | {"customer_label": "C-1"}
    return data(client.post("/v3/customer/create/pt-protect", body))["customer_id"]


def customer_with_account(client: V3Client) -> object:
    body = {"transaction_id": client.take("1.00"), "customer_label": "C-2"}
    return data(client.post("/v3/customer/ach/create/by-transaction", body))["customer_id"]


def created(client: V3Client, number: object, **more: object) -> dict[str, object]:
    body = {"customer_id": number, "recurrence": WEEKLY | more}
    found = data(client.post("/v3/recurrence/create", body))["recurrence"]
    assert isinstance(found, dict)
    return found


def exported(client: V3Client, query: str = "") -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get(f"/v3/recurrence/export{query}").json()["data"]
    return found


def test_a_card_is_charged_by_the_week_until_the_count_is_reached() -> None:
    client = V3Client()
    number = customer(client)
    created(client, number, type="C")
    client.pass_days(60)
    (told,) = exported(client, f"?customer_id={number}")
    assert isinstance(told["recurrence"], dict)
    assert (told["recurrence"]["current_count"], told["recurrence"]["next_date"]) == ("2", "")
    rows = client.v1.ledger.transactions()
    assert [(row.amount_cents, row.details.customer_id, row.caller.through) for row in rows] == [
        (2495, "C-1", "Recurring")
    ] * 2


def test_a_bank_account_is_charged_by_checks() -> None:
    client = V3Client()
    number = customer_with_account(client)
    created(client, number, type="A", sec_code="CCD")
    client.pass_days(60)
    answer = client.get(f"/v3/checks/transactions?merchant_id={MERCHANT}&customer_id={number}")
    items = answer.json()["items"]
    assert [(item["created_at"], item["transaction_status"], item["std_entry_class"]) for item in items] == [
        ("2026-06-11T08:00:00Z", "SETTLED", "CCD"),
        ("2026-06-04T08:00:00Z", "SETTLED", "CCD"),
    ]
    assert [item["entry_method"] for item in items] == ["RE", "RE"]
    assert violations(CheckDesk(client.gateway).book) == []


def test_a_customer_without_an_account_is_not_charged_by_check() -> None:
    client = V3Client()
    created(client, customer(client), type="A")
    client.pass_days(3)
    assert CheckDesk(client.gateway).book.checks() == []


def test_an_update_keeps_what_it_does_not_name() -> None:
    client = V3Client()
    plan = created(client, customer(client))
    asked = {"recurrence": {"id": plan["id"], "amount": "30.00"}}
    changed = data(client.send("PUT", "/v3/recurrence", asked))["recurrence"]
    assert isinstance(changed, dict)
    assert (changed["amount"], changed["frequency"], changed["id"]) == (30, "5", plan["id"])
    assert client.v1.ok("/v1/recurrence/export")["recurrences"]


def test_a_deleted_one_makes_no_more_payments() -> None:
    client = V3Client()
    plan = created(client, customer(client))
    named = {"recurrence": {"id": plan["id"]}}
    assert client.send("DELETE", "/v3/recurrence", named).status_code == 200
    for method in ("PUT", "DELETE"):
        assert fields(client.send(method, "/v3/recurrence", named)) == ["recurrence.id"]
    client.pass_days(10)
    assert client.v1.ledger.transactions() == []


def test_what_is_wrong_is_told_by_field() -> None:
    client = V3Client()
    number = customer(client)
    path = "/v3/recurrence/create"
    assert fields(client.post(path)) == ["customer_id", "recurrence"]
    assert fields(client.post(path, {"customer_id": 7, "recurrence": WEEKLY})) == ["customer_id"]
    for wrong, expected in (
        ({"type": "X", "start_date": "x"}, ["recurrence.start_date", "recurrence.type"]),
        ({"frequency": "0"}, ["recurrence.frequency"]),
        ({"amount": "x"}, ["amount"]),
    ):
        assert fields(client.post(path, {"customer_id": number, "recurrence": WEEKLY | wrong})) == expected
    assert exported(client, "?id=7") == []
