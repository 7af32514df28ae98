from __future__ import annotations

from datetime import timedelta

from tests.unit.sandbox_paytrace.client import AMEX, MASTERCARD
from tests.unit.sandbox_paytrace.v3_client import V3Client, data, fields

CREATE = "/v3/customer/create/pt-protect"
ADDRESS = {
    "name": "Ann Lee",
    "street_address": "12 Elm St",
    "street_address2": "",
    "city": "Spokane",
    "state": "WA",
    "postal_code": "99201",
    "country": "US",
}


def create(client: V3Client, label: object = "C-1", **more: object) -> dict[str, object]:
    body = client.hosted() | {"customer_label": label, "billing_address": ADDRESS, **more}
    return data(client.post(CREATE, body))


def labels(client: V3Client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return [row["customer_label"] for row in answer.json()["data"]]


def test_a_customer_is_made_from_hosted_fields_and_read_by_number() -> None:
    client = V3Client()
    made = create(client, email="ann@example.com")
    read = data(client.get(f"/v3/customer/{made['customer_id']}"))
    assert read == made
    assert (read["customer_label"], read["card_masked"], read["email"]) == (
        "C-1",
        "************5439",
        "ann@example.com",
    )
    assert read["billing_address"] == ADDRESS
    exported = client.v1.ok("/v1/customer/export", {"customer_id": "C-1"})
    assert '"zip": "99201"' in str(exported).replace("'", '"')


def test_a_label_may_be_a_number_and_must_be_unique() -> None:
    client = V3Client()
    assert create(client, 7)["customer_label"] == "7"
    again = client.post(CREATE, client.hosted() | {"customer_label": 7})
    assert fields(again) == ["customer_label"]


def test_everything_that_is_missing_or_too_long_is_told_at_once() -> None:
    answer = V3Client().post(CREATE, {"hpf_token": "x", "customer_label": "x" * 51, "phone": "1" * 21})
    assert fields(answer) == ["enc_key", "customer_label", "phone"]


def test_a_customer_is_made_from_a_payment() -> None:
    client = V3Client()
    sold = client.sell("5.00")
    body = {"transaction_id": sold, "customer_label": "C-2", "billing_address": ADDRESS}
    made = data(client.send("POST", "/v3/customer/create/by-transaction", body))
    assert made["card_masked"] == "************5439"
    unknown = client.send("POST", "/v3/customer/create/by-transaction", body | {"transaction_id": "1"})
    assert fields(unknown) == ["transaction_id"]


def test_a_customer_is_made_from_a_check_and_charged_by_it() -> None:
    client = V3Client()
    uuid = client.take("5.00")
    body = {"transaction_id": uuid, "customer_label": "C-3"}
    made = data(client.send("POST", "/v3/customer/ach/create/by-transaction", body))
    assert made["bank_account"] == {
        "account_number": "************3456",
        "routing_number": "************0760",
        "account_type": "Checking",
    }
    assert data(client.get(f"/v3/customer/ach/{made['customer_id']}")) == made
    order = {"amount": 2, "std_entry_class": "PPD", "customer_id": made["customer_id"]}
    assert client.post("/v3/checks/payment", order).status_code == 200
    assert client.get(f"/v3/customer/ach/{create(client)['customer_id']}").status_code == 404
    gone = client.send("POST", "/v3/customer/ach/create/by-transaction", body | {"transaction_id": "x"})
    assert fields(gone) == ["transaction_id"]


def test_an_update_changes_what_it_names() -> None:
    client = V3Client()
    path = f"/v3/customer/{create(client, email='a@b.c')['customer_id']}"
    renamed = data(client.send("PUT", path, {"customer_label": "C-9", "phone": "555"}))
    assert (renamed["customer_label"], renamed["phone"], renamed["email"]) == ("C-9", "555", "a@b.c")
    with_card = data(client.send("PUT", path, client.hosted(MASTERCARD)))
    assert (with_card["card_masked"], with_card["billing_address"]) == ("************0057", ADDRESS)
    spent = client.hosted(AMEX)
    client.send("PUT", path, spent)
    assert fields(client.send("PUT", path, spent)) == ["hpf_token"]
    create(client, "taken")
    assert fields(client.send("PUT", path, {"customer_label": "taken"})) == ["customer_label"]


def test_a_deleted_customer_is_gone_and_the_number_is_not_given_again() -> None:
    client = V3Client()
    number = create(client)["customer_id"]
    path = f"/v3/customer/{number}"
    assert data(client.send("DELETE", path)) == {"customer_id": number, "customer_label": "C-1"}
    for method in ("GET", "PUT", "DELETE"):
        assert client.send(method, path).status_code == 404
    assert create(client)["customer_id"] != number


def test_a_list_is_filtered_and_read_in_pages() -> None:
    client = V3Client()
    for number in range(3):
        create(client, f"C-{number}", email=f"{number}@b.c")
    assert labels(client, "/v3/customer") == ["C-0", "C-1", "C-2"]
    assert labels(client, "/v3/customer?limit=1&offset=1") == ["C-1"]
    assert labels(client, "/v3/customer?name_filter=ann") == ["C-0", "C-1", "C-2"]
    assert labels(client, "/v3/customer?name_filter=c-2") == ["C-2"]
    assert labels(client, "/v3/customer/export?email=1@b.c") == ["C-1"]
    filtered = client.send("GET", "/v3/customer/export", {"customer_label": "C-2"})
    assert [row["customer_label"] for row in filtered.json()["data"]] == ["C-2"]
    assert fields(client.get("/v3/customer?limit=51")) == ["limit"]


def test_a_list_tells_who_paid_lately() -> None:
    client = V3Client()
    number = create(client)["customer_id"]
    create(client, "C-2")
    client.post(f"/v3/card/sale/customer/{number}", {"amount": 1})
    assert labels(client, "/v3/customer?last_activity_days=30") == ["C-1"]
    client.v1.clock.advance(timedelta(days=31))
    client.log_in()
    assert labels(client, "/v3/customer?last_activity_days=30") == []


def test_links_are_told_to_who_asks_for_them() -> None:
    client = V3Client()
    path = f"/v3/customer/{create(client)['customer_id']}"
    answer = client.send("GET", path, None, **{"x-permalinks": "1"})
    assert data(answer)["permalinks"] == {"customer": path}
