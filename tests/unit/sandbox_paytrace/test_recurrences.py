"""Payments that the gateway makes by itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from counterfoil.sandbox.paytrace.frequencies import nth_day
from counterfoil.sandbox.paytrace.invariants import violations
from tests.unit.sandbox_paytrace.client import BILLING, SandboxClient, card, error_codes

CREATE = "/v1/recurrence/create"
APPROVED = "/v1/recurrence/export_approved"
# As a subscription site sends it.
PLAN = {
    "amount": 25.00,
    "customer_receipt": True,
    "frequency": "3",
    "start_date": "6/4/2026",
    "total_count": "999",
    "transaction_type": "sale",
}


def site(**spoilt: object) -> SandboxClient:
    client = SandboxClient()
    profile = {"customer_id": "ACME", "credit_card": card(), "billing_address": BILLING}
    client.ok("/v1/customer/create", profile | spoilt)
    return client


def plan(client: SandboxClient, **more: object) -> object:
    """The id of a recurring payment that must be taken."""
    answer = client.ok(CREATE, {"customer_id": "ACME", "integrator_id": "x", "recurrence": {**PLAN, **more}})
    made = answer["recurrence"]
    assert answer["response_code"] == 150
    assert isinstance(made, dict)
    return made["id"]


def exported(client: SandboxClient) -> list[dict[str, object]]:
    found = client.ok("/v1/recurrence/export", {"customer_id": "ACME"})["recurrences"]
    assert isinstance(found, list)
    return found


def test_it_is_paid_at_one_in_the_morning_of_its_days() -> None:
    client = site()
    plan(client)
    assert client.ledger.transactions() == []
    client.later(timedelta(hours=6))
    record = client.record(client.ledger.transactions()[0].transaction_id)
    created = record["created"]
    assert isinstance(created, dict)
    assert (created["at"], created["through"]) == ("6/4/2026 1:00:00 AM", "Recurring")
    assert (record["amount"], record["customer_id"], record["status_code"]) == (25, "ACME", "Y")
    client.later(timedelta(days=31))
    assert exported(client)[0]["next_date"] == "8/4/2026"
    assert [row.created_at.day for row in client.ledger.transactions()] == [4, 4]
    assert violations(client.ledger) == []


def test_it_ends_when_all_are_made() -> None:
    client = site()
    plan(client, frequency="6", total_count=2)
    client.later(timedelta(days=10))
    (shown,) = exported(client)
    assert (shown["current_count"], shown["next_date"]) == ("2", "")
    assert len(client.ledger.transactions()) == 2


def test_a_declined_one_counts_and_is_not_the_last_approved() -> None:
    client = site(credit_card=card(month=7, year=2026))
    plan(client)
    client.later(timedelta(days=70))
    rows = client.ledger.transactions()
    assert [row.state.value for row in rows] == ["settled", "settled", "declined"]
    answer = client.ok(APPROVED, {"customer_id": "ACME"})
    assert answer["response_code"] == 155
    approved = answer["transactions"]
    assert isinstance(approved, list)
    assert [record["transaction_id"] for record in approved] == [rows[1].transaction_id]


def test_an_update_keeps_what_it_does_not_name() -> None:
    client = site()
    number = plan(client, total_count=5)
    client.later(timedelta(days=1))
    body = {"recurrence": {"id": number, "amount": "30.00"}}
    assert client.ok("/v1/recurrence/update", body)["response_code"] == 151
    (shown,) = exported(client)
    assert (shown["amount"], shown["next_date"], shown["total_count"]) == (30, "7/4/2026", "4")


def test_a_deleted_one_is_not_paid() -> None:
    client = site()
    number = plan(client)
    answer = client.ok("/v1/recurrence/delete", {"recurrence": {"id": number}})
    assert answer["response_code"] == 152
    client.later(timedelta(days=3))
    assert exported(client) == []
    assert client.ledger.transactions() == []


def test_a_customer_who_left_the_vault_is_not_charged() -> None:
    client = site()
    plan(client)
    client.ok("/v1/customer/delete", {"customer_id": "ACME"})
    client.later(timedelta(days=1))
    assert client.ledger.transactions() == []
    assert len(exported(client)) == 1


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        ({"amount": 0}, "901"),
        ({"frequency": "Z"}, "917"),
        ({"start_date": "6/2/2026"}, "917"),
        ({"start_date": "soon"}, "917"),
        ({"total_count": "1000"}, "917"),
        ({"transaction_type": "gift"}, "917"),
        ({"type": "X"}, "917"),
    ],
)
def test_a_plan_that_cannot_be_kept_is_refused(spoilt: dict[str, object], code: str) -> None:
    client = site()
    body = {"customer_id": "ACME", "recurrence": {**PLAN, **spoilt}}
    assert error_codes(client.call(CREATE, body)) == [code]
    assert exported(client) == []


def test_unknown_customers_and_payments_are_told() -> None:
    client = site()
    assert error_codes(client.call(CREATE, {"customer_id": "nobody", "recurrence": PLAN})) == ["30"]
    assert error_codes(client.call(APPROVED, {"customer_id": "nobody"})) == ["30"]
    for path in ("/v1/recurrence/update", "/v1/recurrence/delete"):
        assert error_codes(client.call(path, {"recurrence": {"id": 7}})) == ["916"]


@pytest.mark.parametrize(
    ("frequency", "days"),
    [
        ("6", ["2026-01-31", "2026-02-01", "2026-02-02"]),
        ("5", ["2026-01-31", "2026-02-07", "2026-02-14"]),
        ("4", ["2026-01-31", "2026-02-14", "2026-02-28"]),
        ("7", ["2026-02-01", "2026-02-15", "2026-03-01"]),
        ("3", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("9", ["2026-01-31", "2026-03-31", "2026-05-31"]),
        ("2", ["2026-01-31", "2026-04-30", "2026-07-31"]),
        ("A", ["2026-01-31", "2026-05-31", "2026-09-30"]),
        ("8", ["2026-01-31", "2026-07-31", "2027-01-31"]),
        ("1", ["2026-01-31", "2027-01-31", "2028-01-31"]),
    ],
)
def test_the_days_of_each_frequency(frequency: str, days: list[str]) -> None:
    assert [str(nth_day(frequency, date(2026, 1, 31), number)) for number in range(3)] == days
