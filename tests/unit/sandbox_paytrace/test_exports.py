from __future__ import annotations

from datetime import timedelta

import pytest

from counterfoil.sandbox.paytrace.settings import Settings
from tests.unit.sandbox_paytrace.client import VISA, SandboxClient, error_codes, keyed, transaction_id

RANGE = "/v1/transactions/export/by_date_range"


def found(client: SandboxClient, **body: object) -> list[object]:
    """The transaction ids of an export of the test's first day."""
    payload = client.ok(RANGE, {"start_date": "06/03/2026", "end_date": "06/03/2026", **body})
    records = payload["transactions"]
    assert isinstance(records, list)
    return [record["transaction_id"] for record in records]


NO_ADDRESS = {
    "name": "",
    "street_address": "",
    "street_address2": "",
    "city": "",
    "state": "",
    "zip": "",
    "country": "",
}
KEVIN = {"name": "Kevin", "street_address": "8320 E. West St.", "city": "Spokane", "state": "WA"}
SAMPLE = {
    "credit_card": {"masked_number": "************0057", "expiration_month": 12, "expiration_year": 30},
    "transaction_type": "SALE",
    "description": "",
    "amount": 110,
    "invoice_id": "inv1234",
    "shipping_address": NO_ADDRESS | {"county": "King", "zip": "85284"},
    "billing_address": NO_ADDRESS | KEVIN | {"zip": "85284", "country": "US"},
    "receipt_emailed_to": "kevin@example.com",
    "tax_amount": "8.10",
    "customer_reference_id": "PO123456",
    "approval_message": "EXACT MATCH - Approved and completed",
    "avs_response": "Full Exact Match",
    "csc_response": "Match",
    "status_code": "GB571",
    "status_message": "GB571",
    "created": {"through": "API", "at": "6/3/2026 7:04:05 PM", "by": "demo123", "from_ip": "127.0.0.1"},
    "settled": "6/3/2026 8:04:05 PM",
    "customer_id": "",
}


def test_a_record_reads_field_by_field_as_the_vendor_writes_it() -> None:
    client = SandboxClient()
    transaction = client.sell(
        "110.00",
        "5499740000000057",
        invoice_id="inv1234",
        tax_amount="8.1",
        customer_reference_id="PO123456",
        description="",
        email="kevin@example.com",
        billing_address={**KEVIN, "zip": 85284, "country": "US"},
        shipping_address={"zip": "85284", "county": "King"},
    )
    client.clock.advance(timedelta(hours=1))
    client.ok("/v1/transactions/settle")
    approval_code = client.ledger.transactions()[0].approval.code
    assert client.record(transaction) == SAMPLE | {
        "transaction_id": transaction,
        "approval_code": approval_code,
    }


def test_status_codes_and_words() -> None:
    client = SandboxClient()
    pending, voided = client.sell("1.00"), client.sell("2.00")
    client.ok("/v1/transactions/void", {"transaction_id": voided})
    declined = client.call("/v1/transactions/sale/keyed", keyed("0.29")).json()["transaction_id"]
    held = transaction_id(client.ok("/v1/transactions/authorization/keyed", keyed("3.00")))
    states = [
        (client.record(each)["status_code"], client.record(each)["status_message"])
        for each in (pending, voided, declined, held)
    ]
    assert states == [
        ("Y", "Pending Settlement"),
        ("N", "VOIDED"),
        ("N", "DECLINED"),
        ("N", "Authorization Only"),
    ]


def test_days_are_counted_in_the_zone_of_the_account() -> None:
    """It is already the 4th in UTC and still the 3rd in Spokane."""
    client = SandboxClient()
    transaction = client.sell("1.00")
    assert found(client) == [transaction]
    assert found(client, start_date="6/4/2026", end_date="6/5/2026") == []


def test_the_first_and_the_last_moment_of_a_day_belong_to_it() -> None:
    client = SandboxClient()
    client.clock.advance(timedelta(hours=4, minutes=55, seconds=54))
    last = client.sell("1.00")
    client.clock.advance(timedelta(seconds=1))
    next_day = client.sell("2.00")
    assert found(client) == [last]
    assert found(client, start_date="06/04/2026", end_date="06/04/2026") == [next_day]


def test_filters_by_type_customer_and_id() -> None:
    client = SandboxClient()
    sale = client.sell("1.00", customer_id="ACME")
    client.ok("/v1/transactions/settle")
    refund = transaction_id(client.ok("/v1/transactions/refund/for_transaction", {"transaction_id": sale}))
    held = transaction_id(client.ok("/v1/transactions/authorization/keyed", keyed("3.00")))
    declined = client.call("/v1/transactions/sale/keyed", keyed("0.29")).json()["transaction_id"]
    assert found(client) == [sale, refund, held, declined]
    by_type = {
        word: found(client, transaction_type=word)
        for word in ("SALE", "REFUND", "AUTHORIZATION", "SETTLED", "PENDING", "DECLINED", "VOID", "STR/FWD")
    }
    assert by_type == {
        "SALE": [sale, declined],
        "REFUND": [refund],
        "AUTHORIZATION": [held],
        "SETTLED": [sale],
        "PENDING": [refund],
        "DECLINED": [declined],
        "VOID": [],
        "STR/FWD": [],
    }
    assert found(client, customer_id="ACME") == [sale, refund]
    assert found(client, transaction_id=str(held)) == [held]


def test_the_type_of_a_captured_authorisation_is_a_setting() -> None:
    client = SandboxClient(Settings(captured_type="SALE"))
    held = transaction_id(client.ok("/v1/transactions/authorization/keyed", keyed("3.00")))
    assert client.record(held)["transaction_type"] == "AUTHORIZATION"
    client.ok("/v1/transactions/authorization/capture", {"transaction_id": held})
    assert client.record(held)["transaction_type"] == "SALE"


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-06-03", "06/03/2026"), ("02/30/2026", "06/03/2026"), ("", ""), ("06/04/2026", "06/03/2026")],
)
def test_dates_in_another_form_or_order_are_refused(first: str, last: str) -> None:
    assert error_codes(SandboxClient().call(RANGE, {"start_date": first, "end_date": last})) == ["904"]


def test_an_unknown_transaction_is_not_exported() -> None:
    answer = SandboxClient().call("/v1/transactions/export/by_id", {"transaction_id": 392000001})
    assert error_codes(answer) == ["58"]


def test_a_card_number_in_a_text_field_is_masked() -> None:
    client = SandboxClient()
    spaced = " ".join(VISA[start : start + 4] for start in range(0, 16, 4))
    record = client.record(client.sell("1.00", description=f"card {spaced} csc", invoice_id=VISA))
    assert record["description"] == "card xxxxxxxxxxxx5439 csc"
    assert record["invoice_id"] == "xxxxxxxxxxxx5439"
