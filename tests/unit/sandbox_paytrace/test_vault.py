from __future__ import annotations

from tests.unit.sandbox_paytrace.client import (
    BILLING,
    CSC,
    MASTERCARD,
    VISA,
    SandboxClient,
    card,
    error_codes,
    transaction_id,
)

BY_CUSTOMER = "/v1/transactions/sale/by_customer"
CREATE = "/v1/customer/create"
EXPORT = "/v1/customer/export"


def customer(customer_id: str = "ACME-1", number: str = MASTERCARD, **more: object) -> dict[str, object]:
    return {
        "customer_id": customer_id,
        "credit_card": card(number),
        "csc": CSC[number],
        "billing_address": BILLING,
        **more,
    }


def exported(client: SandboxClient, customer_id: str) -> dict[str, object]:
    records = client.ok(EXPORT, {"customer_id": customer_id})["customers"]
    assert isinstance(records, list)
    record: dict[str, object] = records[0]
    return record


def test_a_profile_is_created_and_charged() -> None:
    client = SandboxClient()
    created = client.ok(CREATE, customer(email="ap@acme.example"))
    assert created["status_message"] == "The customer profile for ACME-1/Steve Smith was successfully created"
    body = {"amount": "5.00", "customer_id": "ACME-1", "invoice_id": "INV-1"}
    answer = client.ok(BY_CUSTOMER, body)
    assert (answer["masked_card_number"], answer["avs_response"]) == ("xxxxxxxxxxxx0057", "0")
    record = client.record(transaction_id(answer))
    assert (record["customer_id"], record["invoice_id"]) == ("ACME-1", "INV-1")
    assert record["receipt_emailed_to"] == "ap@acme.example"
    assert record["billing_address"] == {**BILLING, "street_address2": "", "country": ""}


def test_a_second_profile_of_the_same_id_answers_171() -> None:
    client = SandboxClient()
    client.ok(CREATE, customer())
    answer = client.call(CREATE, customer(number=VISA))
    assert error_codes(answer) == ["171"]
    assert answer.json()["masked_card_number"] == "xxxxxxxxxxxx5439"
    assert [row.card and row.card.last_four for row in client.ledger.customers()] == ["0057"]


def test_a_profile_without_an_id_is_refused() -> None:
    assert error_codes(SandboxClient().call(CREATE, customer(""))) == ["902"]


def test_an_unknown_customer_answers_30_by_name() -> None:
    client = SandboxClient()
    answer = client.call(BY_CUSTOMER, {"amount": 5, "customer_id": "nobody"})
    assert error_codes(answer) == ["30"]
    assert answer.json()["errors"]["30"] == ["Customer ID, nobody, was not found or is incomplete."]
    for path in ("/v1/customer/update", "/v1/customer/delete", EXPORT):
        assert error_codes(client.call(path, {"customer_id": "nobody"})) == ["30"]


def test_an_expired_card_in_the_vault_is_declined() -> None:
    client = SandboxClient()
    client.ok(CREATE, customer() | {"credit_card": card(month=1, year=26)})
    assert client.call(BY_CUSTOMER, {"amount": 5, "customer_id": "ACME-1"}).json()["response_code"] == 102


def test_a_profile_can_be_authorised() -> None:
    client = SandboxClient()
    client.ok(CREATE, customer())
    answer = client.ok("/v1/transactions/authorization/by_customer", {"amount": 2, "customer_id": "ACME-1"})
    assert client.record(transaction_id(answer))["status_message"] == "Authorization Only"


def test_an_update_replaces_what_it_names_and_keeps_the_rest() -> None:
    client = SandboxClient()
    client.ok(CREATE, customer(email="ap@acme.example", phone="509-555-0100"))
    body = {"customer_id": "ACME-1", "new_id": "ACME-2", "credit_card": card(VISA), "email": ""}
    assert client.ok("/v1/customer/update", body)["response_code"] == 161
    record = exported(client, "ACME-2")
    assert (record["email"], record["phone"]) == ("", "509-555-0100")
    assert record["credit_card"] == {
        "masked_number": "************5439",
        "expiration_month": 12,
        "expiration_year": 30,
    }
    assert error_codes(client.call(EXPORT, {"customer_id": "ACME-1"})) == ["30"]


def test_a_customer_cannot_be_renamed_over_another() -> None:
    client = SandboxClient()
    client.ok(CREATE, customer("A"))
    client.ok(CREATE, customer("B"))
    assert error_codes(client.call("/v1/customer/update", {"customer_id": "A", "new_id": "B"})) == ["171"]
    assert len(client.ledger.customers()) == 2


def test_a_bad_card_changes_nothing() -> None:
    client = SandboxClient()
    client.ok(CREATE, customer())
    bad = {"customer_id": "ACME-1", "credit_card": card("4012000098765430")}
    assert error_codes(client.call("/v1/customer/update", bad)) == ["35"]
    assert error_codes(client.call(CREATE, bad)) == ["35"]


def test_a_deleted_profile_is_gone_and_its_transactions_stay() -> None:
    client = SandboxClient()
    client.ok(CREATE, customer())
    sale = transaction_id(client.ok(BY_CUSTOMER, {"amount": 5, "customer_id": "ACME-1"}))
    assert client.ok("/v1/customer/delete", {"customer_id": "ACME-1"})["response_code"] == 162
    assert error_codes(client.call(BY_CUSTOMER, {"amount": 5, "customer_id": "ACME-1"})) == ["30"]
    assert client.record(sale)["customer_id"] == "ACME-1"


def test_a_profile_from_a_transaction_has_its_card() -> None:
    client = SandboxClient()
    sale = client.sell("5.00", VISA)
    body = {"customer_id": "ACME-3", "transaction_id": str(sale), "billing_address": BILLING}
    assert client.ok("/v1/customer/create_from_transaction", body)["response_code"] == 160
    assert [row.card and row.card.last_four for row in client.ledger.customers()] == ["5439"]
    assert error_codes(client.call("/v1/customer/create_from_transaction", body | {"transaction_id": 1})) == [
        "58"
    ]


def test_all_profiles_are_exported_without_an_id() -> None:
    client = SandboxClient()
    client.ok(CREATE, customer("B"))
    client.ok(CREATE, customer("A"))
    records = client.ok(EXPORT)["customers"]
    assert isinstance(records, list)
    assert [record["customer_id"] for record in records] == ["A", "B"]
