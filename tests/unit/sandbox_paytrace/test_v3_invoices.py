from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import httpx2
import pytest

from counterfoil.sandbox.paytrace.mails import Mails
from tests.unit.sandbox_paytrace.client import VISA, RecordingSender, card
from tests.unit.sandbox_paytrace.v3_client import V3Client, data, fields

HOOK = "https://shop.example/hook"
INVOICE = {"transaction_type": "SALE", "invoice_number": "INV-1", "invoice_amount": "12.50"}
TYPED = {
    "name": "Ann Lee",
    "number": VISA,
    "expiration_month": "12",
    "expiration_year": "2030",
    "csc": "999",
}


def created(client: V3Client, **more: object) -> str:
    """The path of a new invoice's page."""
    link = str(data(client.post("/v3/invoice", INVOICE | more))["link"])
    return urlsplit(link).path


def paid_by_form(client: V3Client, path: str, **more: str) -> httpx2.Response:
    return client.v1.send("POST", path, data=TYPED | more)


def sent(client: V3Client) -> list[str]:
    sender = client.v1.sender
    assert isinstance(sender, RecordingSender)
    return [url for url, _ in sender.sent]


def test_an_invoice_is_paid_at_its_link_once_and_told_by_silent_post() -> None:
    client = V3Client()
    path = created(client, silent_post=HOOK, payment_approved_link="https://shop.example/thanks")
    assert "Pay $12.5" in client.v1.send("GET", path).text
    page = paid_by_form(client, path)
    assert 'href="https://shop.example/thanks"' in page.text
    (row,) = client.v1.ledger.transactions()
    assert (row.amount_cents, row.details.invoice_id, row.details.billing.name) == (1250, "INV-1", "Ann Lee")
    assert sent(client) == [HOOK]
    assert "ORDERID%7EINV%2D1" in client.v1.sender.sent[0][1]  # type: ignore[attr-defined] # a recording one
    assert paid_by_form(client, path).status_code == 409
    assert "INV-1 is paid" in client.v1.send("GET", path).text


def test_the_mail_with_the_link_is_noted() -> None:
    client = V3Client()
    path = created(client, email="ann@example.com")
    (mail,) = Mails(client.gateway).rows()
    assert (mail.to, mail.subject, urlsplit(mail.text).path) == ("ann@example.com", "Invoice INV-1", path)


def test_a_declined_payment_leaves_the_invoice_open() -> None:
    client = V3Client()
    path = created(client, invoice_amount="0.29", payment_declined_link="https://shop.example/back")
    assert 'href="https://shop.example/back"' in paid_by_form(client, path).text
    assert "<form" in client.v1.send("GET", path).text


def test_an_authorisation_is_only_held() -> None:
    client = V3Client()
    paid_by_form(client, created(client, transaction_type="AUTHORIZATION"))
    assert [row.kind for row in client.v1.ledger.transactions()] == ["authorization"]


@pytest.mark.parametrize(
    ("expire_at", "life"),
    [
        ("2026-06-05", timedelta(days=2, hours=4, minutes=55, seconds=55)),
        ("2026-06-04T02:05:05Z", timedelta(minutes=1)),
        (None, timedelta(days=30)),
    ],
)
def test_an_invoice_can_be_paid_until_it_expires(expire_at: str | None, life: timedelta) -> None:
    client = V3Client()
    path = created(client, expire_at=expire_at)
    client.v1.clock.advance(life - timedelta(seconds=1))
    assert "<form" in client.v1.send("GET", path).text
    client.v1.clock.advance(timedelta(seconds=1))
    assert "can no longer be paid" in client.v1.send("GET", path).text
    assert paid_by_form(client, path).status_code == 409
    told = client.v1.send("POST", path, json={"credit_card": card()}).json()
    assert told["errors"] == {"906": ["Please provide a valid order_id: this order is expired."]}
    assert client.v1.ledger.transactions() == []


def test_what_an_invoice_requires_must_be_typed() -> None:
    client = V3Client()
    path = created(client, email_required=True, billing_address_required=True, csc_required=True)
    told = client.v1.send("POST", path, json={"credit_card": card()}).json()
    assert list(told["errors"]) == ["914", "908", "148"]
    assert "what else is asked for" in paid_by_form(client, path).text
    done = paid_by_form(client, path, email="ann@example.com", street_address="12 Elm St")
    assert "Payment approved" in done.text


def test_an_amount_may_be_the_shoppers_to_say() -> None:
    client = V3Client()
    free, fixed = created(client, is_amount_editable=True), created(client)
    assert 'name="amount" inputmode="decimal" value="12.5"' in client.v1.send("GET", free).text
    paid_by_form(client, free, amount="5.00")
    paid_by_form(client, fixed, amount="5.00")
    assert [row.amount_cents for row in client.v1.ledger.transactions()] == [500, 1250]


def test_what_is_wrong_with_an_invoice_is_told_at_once() -> None:
    client = V3Client()
    body = {"silent_post": "ftp://x", "transaction_type": "GIFT", "expire_at": "2020-01-01"}
    answer = client.post("/v3/invoice", body)
    assert fields(answer) == ["silent_post", "transaction_type", "invoice_amount", "expire_at"]


def test_the_accounts_settings_fill_what_an_invoice_leaves_out() -> None:
    client = V3Client()
    terms = "https://shop.example/terms"
    asked = {"terms_conditions_link": terms, "invoice_expiration_days": 1, "silent_post": HOOK}
    assert data(client.post("/v3/checkout/setting", asked))["days"] == 1
    path = created(client)
    assert f'href="{terms}"' in client.v1.send("GET", path).text
    paid_by_form(client, path)
    assert sent(client) == [HOOK]
    later = created(client)
    client.v1.clock.advance(timedelta(days=1))
    assert "can no longer be paid" in client.v1.send("GET", later).text
    client.log_in()
    assert fields(client.post("/v3/checkout/setting", {"invoice_expiration_days": 2})) == [
        "terms_conditions_link",
        "invoice_expiration_days",
    ]
