from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from counterfoil.connectors.paytrace.mapping.records_v1 import map_record
from counterfoil.connectors.paytrace.mapping.stamps import read_stamp
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus, Tender
from counterfoil.http.exact_json import decode_exact_object
from counterfoil.ports.errors import DecisionError
from tests.unit.connector_paytrace.records import MERCHANT, a_record

PACIFIC = ZoneInfo("America/Los_Angeles")


def mapped(**changes: object) -> Payment:
    """A record as it comes out of the decoder, read."""
    body = decode_exact_object(json.dumps(a_record(**changes)).encode())
    return map_record(body, MERCHANT, PACIFIC)


def test_a_settled_sale_is_read_whole() -> None:
    assert mapped() == Payment(
        merchant=MERCHANT,
        transaction=TransactionId("103506"),
        kind=PaymentKind.PAYMENT,
        status=PaymentStatus.SETTLED,
        tender=Tender.CARD,
        amount=Money.of("1.00", "USD"),
        created_at=datetime(2015, 4, 10, 23, 6, 30, tzinfo=UTC),
        settled_at=datetime(2015, 4, 11, 3, 13, 45, tzinfo=UTC),
        invoice_reference="inv7983",
        order_reference="PO 77",
        vault_customer="",
        payer_name="Mark Smith",
        last_four="5454",
        approval_code="TAS679",
        vendor_status="GB571 GB571",
    )


@pytest.mark.parametrize(
    ("kind", "code", "message", "status"),
    [
        ("SALE", "GB571", "GB571", PaymentStatus.SETTLED),
        ("SALE", " gb12 ", "", PaymentStatus.SETTLED),
        ("SALE", "Settled", "", PaymentStatus.SETTLED),
        ("SALE", "SETTLED", None, PaymentStatus.SETTLED),
        ("SALE", "Y", "Pending Settlement", PaymentStatus.CAPTURED),
        ("AUTHORIZATION", "Y", "Pending Settlement", PaymentStatus.CAPTURED),
        ("AUTHORIZATION", "GB9", "GB9", PaymentStatus.SETTLED),
        ("AUTHORIZATION", "N", "Authorization Only", PaymentStatus.AUTHORISED),
        ("AUTHORIZATION", "N", "  AUTHORIZATION  ONLY ", PaymentStatus.AUTHORISED),
        ("SALE", "N", "VOIDED", PaymentStatus.VOIDED),
        ("AUTHORIZATION", "N", "Void by user", PaymentStatus.VOIDED),
        ("SALE", "N", "DECLINED", PaymentStatus.FAILED),
        ("SALE", "N", "    DECLINE - Do not honor", PaymentStatus.FAILED),
        ("REFUND", "Y", "Pending Settlement", PaymentStatus.CAPTURED),
        ("REFUND", "GB572", "GB572", PaymentStatus.SETTLED),
        ("REFUND", "N", "VOIDED", PaymentStatus.VOIDED),
        # Nothing of the following is clearly known, so none of it is money and none of it is over.
        ("SALE", "N", "", PaymentStatus.PENDING),
        ("SALE", "N", "On hold", PaymentStatus.PENDING),
        ("SALE", "", "", PaymentStatus.PENDING),
        ("SALE", None, None, PaymentStatus.PENDING),
        ("SALE", "GB", "", PaymentStatus.PENDING),
        ("SALE", "GB12X", "", PaymentStatus.PENDING),
        ("SALE", "YES", "", PaymentStatus.PENDING),
        ("SALE", "C", "Captured", PaymentStatus.PENDING),
        ("STR/FWD", "Y", "Pending Settlement", PaymentStatus.PENDING),
        ("", "Y", "Pending Settlement", PaymentStatus.PENDING),
        (None, "GB571", "GB571", PaymentStatus.PENDING),
        ("CHARGEBACK", "GB571", "GB571", PaymentStatus.PENDING),
    ],
)
def test_statuses(kind: str | None, code: str | None, message: str | None, status: PaymentStatus) -> None:
    payment = mapped(transaction_type=kind, status_code=code, status_message=message)
    assert payment.status is status
    assert payment.is_money == (status in {PaymentStatus.CAPTURED, PaymentStatus.SETTLED})


def test_a_payment_that_was_approved_and_then_voided_is_not_paid() -> None:
    for code in (103, "103", " 103 "):
        assert mapped(response_code=code, status_code="Y").status is PaymentStatus.VOIDED
    assert mapped(response_code=101, status_code="Y").status is PaymentStatus.CAPTURED


@pytest.mark.parametrize("code", [102, 104, 105, 108, 114, 117, 121, 123, 125])
def test_a_record_that_was_not_approved_or_only_a_test_is_no_money_whatever_else_it_says(code: int) -> None:
    for status in ("Y", "GB571", "Settled"):
        assert mapped(response_code=code, status_code=status).status is PaymentStatus.PENDING
    declined = mapped(response_code=code, status_code="N", status_message="DECLINED")
    assert declined.status is PaymentStatus.FAILED


def test_a_refused_void_or_refund_does_not_unmake_the_payment() -> None:
    for code in (101, 107, 110, 113, 999):
        assert mapped(response_code=code, status_code="GB571").status is PaymentStatus.SETTLED


def test_only_a_refund_is_a_refund() -> None:
    assert mapped(transaction_type="refund ").kind is PaymentKind.REFUND
    for kind in ("SALE", "AUTHORIZATION", "ODD", None):
        assert mapped(transaction_type=kind).kind is PaymentKind.PAYMENT


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1.00", "1.00"),
        ("1", "1.00"),
        (1, "1.00"),
        ("0", "0.00"),
        ("1234567890.12", "1234567890.12"),
        ("1.10", "1.10"),
        ("1.100", "1.10"),
    ],
)
def test_amounts_are_exact(written: object, amount: str) -> None:
    assert str(mapped(amount=written).amount.amount) == amount


def test_an_amount_that_binary_numbers_cannot_hold_keeps_its_digits() -> None:
    text = json.dumps(a_record(amount="@")).replace('"@"', "1234567890.10")
    assert map_record(decode_exact_object(text.encode()), MERCHANT, PACIFIC).amount == Money.of(
        "1234567890.10", "USD"
    )


@pytest.mark.parametrize(
    "odd",
    [
        {"amount": "NaN"},
        {"amount": "Infinity"},
        {"amount": "1e400"},
        {"amount": "1.005"},
        {"amount": "-1.00"},
        {"amount": "12345678901.00"},
        {"amount": "one"},
        {"amount": ""},
        {"amount": None},
        {"amount": ["1.00"]},
        {"currency": "CAD"},
        {"transaction_id": "TX-1"},
        {"transaction_id": ""},
        {"transaction_id": None},
        {"created": {"at": "2015-04-10T16:06:30"}},
        {"created": {"at": "13/10/2015 4:06:30 PM"}},
        {"created": {"at": ""}},
        {"created": {}},
        {"created": None},
        {"description": "fine", "invoice_id": {"deep": 1}},
    ],
)
def test_a_record_that_cannot_be_read_is_left_to_a_person(odd: dict[str, object]) -> None:
    with pytest.raises(DecisionError):
        mapped(**odd)


def test_odd_details_do_no_harm() -> None:
    payment = mapped(
        credit_card=None,
        billing_address=None,
        settled="soon",
        customer_id=4711,
        invoice_id=1001,
        customer_reference_id=None,
        approval_code=None,
        something_new={"nested": [1, 2]},
        currency="usd",
    )
    assert (payment.vault_customer, payment.invoice_reference) == ("4711", "1001")
    assert (payment.last_four, payment.payer_name, payment.order_reference) == ("", "", "")
    assert payment.settled_at is None


def test_a_check_is_no_card() -> None:
    payment = mapped(credit_card=None, check={"masked_account_number": "*****1234"})
    assert (payment.tender, payment.last_four) == (Tender.ACH, "")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("4/10/2015 4:06:30 PM", datetime(2015, 4, 10, 23, 6, 30, tzinfo=UTC)),
        ("1/1/2026 12:00:00 AM", datetime(2026, 1, 1, 8, tzinfo=UTC)),
        ("1/1/2026 12:00:00 PM", datetime(2026, 1, 1, 20, tzinfo=UTC)),
        ("12/31/2025 11:59:59 pm", datetime(2026, 1, 1, 7, 59, 59, tzinfo=UTC)),
        ("02/29/2028 01:02 AM", datetime(2028, 2, 29, 9, 2, tzinfo=UTC)),
        # Summer time begins on 8 March 2026 at 2:00: 2:30 does not exist.
        ("3/8/2026 1:59:59 AM", datetime(2026, 3, 8, 9, 59, 59, tzinfo=UTC)),
        ("3/8/2026 2:30:00 AM", datetime(2026, 3, 8, 10, 30, tzinfo=UTC)),
        ("3/8/2026 3:00:00 AM", datetime(2026, 3, 8, 10, tzinfo=UTC)),
        # It ends on 1 November 2026 at 2:00: 1:30 comes twice, the first is meant.
        ("11/1/2026 12:59:59 AM", datetime(2026, 11, 1, 7, 59, 59, tzinfo=UTC)),
        ("11/1/2026 1:30:00 AM", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        ("11/1/2026 2:00:00 AM", datetime(2026, 11, 1, 10, tzinfo=UTC)),
    ],
)
def test_times_are_pacific(written: str, moment: datetime) -> None:
    assert read_stamp(written, PACIFIC) == moment


@pytest.mark.parametrize(
    "written",
    ["", "today", "2/30/2026 1:00:00 AM", "1/1/2026 13:00:00 PM", "1/1/2026 0:00:00 AM", "1/1/26 1:00:00 AM",
     "1/1/2026 1:60:00 AM", "1/1/2026", "1/1/2026 1:00:00", "\u0661/1/2026 1:00:00 AM",
     "1/1/0000 1:00:00 AM"],
)  # fmt: skip
def test_what_is_no_time_is_none(written: str) -> None:
    assert read_stamp(written, PACIFIC) is None


def test_the_zone_is_the_connections() -> None:
    assert read_stamp("1/1/2026 12:00:00 PM", ZoneInfo("America/New_York")) == datetime(
        2026, 1, 1, 17, tzinfo=UTC
    )
