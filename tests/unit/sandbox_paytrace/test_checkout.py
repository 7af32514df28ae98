from __future__ import annotations

import asyncio
from urllib.parse import parse_qs

import httpx2
import pytest

from counterfoil.sandbox.paytrace.rows import Approval, Details, TransactionRow
from counterfoil.sandbox.paytrace.settings import Settings
from counterfoil.sandbox.paytrace.silent_post import HttpSender, render_silent_post
from tests.unit.sandbox_paytrace.client import (
    CSC,
    VISA,
    RecordingSender,
    SandboxClient,
    card,
    error_codes,
    keyed,
    transaction_id,
)

HOOK = "https://hub.example/hooks/paytrace/unguessable"
ORDER = {"order_id": "ORD-1", "amount": "25.00", "invoice_id": "INV-5", "return_url": HOOK}
FORM = {
    "name": "Steve Smith",
    "number": VISA,
    "expiration_month": "12",
    "expiration_year": "2030",
    "csc": CSC[VISA],
    "street_address": "12 Elm St",
    "zip": "99201",
    "email": "steve@example.com",
}


def shop(
    settings: Settings | None = None, outcome: str = "answered 200"
) -> tuple[SandboxClient, RecordingSender]:
    sender = RecordingSender(outcome)
    return SandboxClient(settings, sender=sender), sender


def open_order(client: SandboxClient, **more: object) -> str:
    return str(client.ok("/checkout/orders", ORDER | more)["checkout_url"])


def told(body: str) -> dict[str, str]:
    """The pairs of a silent post, read as a merchant's site would."""
    pairs = parse_qs(body)["parmList"][0].removesuffix("|").split("|")
    return dict(pair.split("~", 1) for pair in pairs)


def test_a_shopper_pays_on_the_page_and_the_site_is_told_once() -> None:
    client, sender = shop()
    url = open_order(client)
    page = client.send("GET", url)
    assert page.status_code == 200
    assert "Order ORD-1: $25" in page.text
    paid = client.send("POST", url, data=FORM)
    assert "Payment approved." in paid.text
    (sale,) = client.ledger.transactions()
    ((address, body),) = sender.sent
    assert address == HOOK
    assert told(body) == {
        "ORDERID": "ORD-1",
        "TRANSACTIONID": str(sale.transaction_id),
        "APPCODE": sale.approval.code,
        "APPMSG": "  NO  MATCH - Approved and completed",
        "AVSRESPONSE": "No Match",
        "CSCRESPONSE": "Match",
        "EMAIL": "steve@example.com",
    }
    record = client.record(sale.transaction_id)
    assert (record["invoice_id"], record["amount"]) == ("INV-5", 25)
    assert isinstance(record["created"], dict)
    assert record["created"]["through"] == "Secure Checkout"


def test_an_order_is_paid_once() -> None:
    client, sender = shop()
    url = open_order(client)
    client.send("POST", url, data=FORM)
    assert client.send("POST", url, data=FORM).status_code == 409
    assert error_codes(client.send("POST", url, json=keyed(1))) == ["906"]
    assert "is paid" in client.send("GET", url).text
    assert (len(client.ledger.transactions()), len(sender.sent)) == (1, 1)


def test_a_declined_shopper_may_try_again_and_nobody_is_told() -> None:
    client, sender = shop(Settings())
    url = open_order(client, amount="0.29")
    page = client.send("POST", url, data=FORM)
    assert "not approved" in page.text
    assert client.send("POST", url, data=FORM).status_code == 200
    assert (len(client.ledger.transactions()), sender.sent) == (2, [])


def test_a_mistyped_card_is_told_on_the_page() -> None:
    client, _ = shop()
    page = client.send("POST", open_order(client), data=FORM | {"number": "4012"})
    assert (page.status_code, client.ledger.transactions()) == (400, [])
    assert "check the card number" in page.text
    assert "4012" not in page.text


def test_names_from_outside_are_escaped_on_the_page() -> None:
    client, _ = shop()
    page = client.send("GET", open_order(client, order_id="<script>x</script>"))
    assert "<script>" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_program_pays_in_one_call() -> None:
    client, sender = shop()
    answer = client.ok("/checkout/sale", ORDER | {"credit_card": card(), "csc": "999"})
    assert answer["response_code"] == 101
    assert told(sender.sent[0][1])["TRANSACTIONID"] == str(transaction_id(answer))


def test_the_account_address_is_used_when_the_order_has_none() -> None:
    client, sender = shop(Settings(silent_post_url="http://127.0.0.1:9/hook"))
    client.ok("/checkout/sale", {"order_id": "1", "amount": 1, "credit_card": card()})
    assert [url for url, _ in sender.sent] == ["http://127.0.0.1:9/hook"]


def test_without_any_address_nobody_is_told() -> None:
    client, sender = shop()
    client.ok("/checkout/sale", {"order_id": "1", "amount": 1, "credit_card": card()})
    assert sender.sent == []


def test_a_failed_post_is_kept_and_not_repeated() -> None:
    client, sender = shop(outcome="failed: ConnectError")
    client.ok("/checkout/sale", ORDER | {"credit_card": card()})
    assert len(sender.sent) == 1
    assert [post.outcome for post in client.ledger.silent_posts()] == ["failed: ConnectError"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"return_url": "ftp://hub.example/x"},
        {"return_url": "http://a"},
        {"return_url": HOOK + "x" * 255},
        {"return_url": "http://[bad"},
        {"order_id": ""},
    ],
)
def test_a_bad_order_is_refused(wrong: dict[str, str]) -> None:
    client, _ = shop()
    assert error_codes(client.call("/checkout/orders", ORDER | wrong)) == ["906"]


def test_orders_need_a_token_and_pages_an_order() -> None:
    client, _ = shop()
    assert client.send("POST", "/checkout/orders", json=ORDER).status_code == 401
    assert client.send("POST", "/checkout/sale", json=ORDER).status_code == 401
    assert client.send("GET", "/checkout/unknown").status_code == 404
    assert client.send("POST", "/checkout/unknown", data=FORM).status_code == 404


def test_the_form_is_encoded_as_in_the_vendors_sample() -> None:
    client, _ = shop()
    client.sell("1.00", email="test@test.com")
    row = client.ledger.transactions()[0]
    sample = TransactionRow(
        **{name: getattr(row, name) for name in row.__struct_fields__}
        | {
            "transaction_id": 62279788,
            "approval": Approval(
                code="TAS456",
                message="  NO  MATCH      - Approved and completed",
                avs="No Match",
                csc="Match",
            ),
            "details": Details(email="test@test.com"),
        }
    )
    assert render_silent_post("123456", sample.transaction_id, sample.approval, sample.details.email) == (
        "parmList=ORDERID%7E123456%7CTRANSACTIONID%7E62279788%7CAPPCODE%7ETAS456%7CAPPMSG%7E"
        "++NO++MATCH++++++%2D+Approved+and+completed%7CAVSRESPONSE%7ENo+Match%7CCSCRESPONSE%7EMatch"
        "%7CEMAIL%7Etest%40test%2Ecom%7C"
    )


def test_the_formats_own_characters_cannot_be_smuggled_in() -> None:
    client, sender = shop()
    client.ok("/checkout/sale", ORDER | {"order_id": "1|TRANSACTIONID~7", "credit_card": card()})
    pairs = told(sender.sent[0][1])
    assert pairs["ORDERID"] == "1 TRANSACTIONID 7"
    assert pairs["TRANSACTIONID"] != "7"


def test_the_sender_posts_a_form_without_following_redirects() -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(302, headers={"location": "https://elsewhere.example/"})

    sender = HttpSender(httpx2.MockTransport(answer))
    assert asyncio.run(sender.send(HOOK, "parmList=x")) == "answered 302"
    assert [(str(request.url), request.content) for request in seen] == [(HOOK, b"parmList=x")]
    assert seen[0].headers["content-type"] == "application/x-www-form-urlencoded"


def test_the_sender_says_what_failed_without_the_address() -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    assert asyncio.run(HttpSender(httpx2.MockTransport(refuse)).send(HOOK, "")) == "failed: ConnectError"
