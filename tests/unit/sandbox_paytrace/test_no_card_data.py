"""Every test card is driven through every door, and no file may then hold it."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from counterfoil.sandbox.paytrace.control.listings import LISTINGS
from tests.unit.sandbox_paytrace.client import CSC, VISA, SandboxClient, card, keyed

_UNIQUE_CSC = "8642"


def drive(client: SandboxClient) -> None:
    """Each test card by each way a card can come, in fields where it does not belong as well."""
    for number in CSC:
        spoilt = {
            "description": f"card {number}, code {number[:4]} {number[4:]}",
            "email": f"{number}@example.com",
            "billing_address": {"name": number, "zip": number},
        }
        code = {"csc": _UNIQUE_CSC}
        for path in ("sale", "authorization"):
            client.ok(f"/v1/transactions/{path}/keyed", keyed("5.00", number, **spoilt) | code)
        client.call("/v1/transactions/sale/keyed", keyed("0.29", number, invoice_id=number) | code)
        customer = {"customer_id": f"C-{number[-4:]}", "credit_card": card(number), **code, **spoilt}
        client.ok("/v1/customer/create", customer)
        client.ok("/v1/customer/update", customer | {"phone": number})
        client.ok("/v1/transactions/sale/by_customer", customer | {"amount": 3})
        order = {"order_id": number, "amount": 7, "credit_card": card(number), **code, **spoilt}
        client.ok("/checkout/sale", order)
        drive_unseen(client, number, code)
    client.ok("/v1/transactions/settle")
    client.do("chargebacks/open", transaction_id=392000001, reason=f"card {VISA}")
    client.do("posts/forge", order_id=VISA, transaction_id=7, url="http://site.example/")


def drive_unseen(client: SandboxClient, number: str, code: dict[str, str]) -> None:
    """The same by stripe, encrypted and in what is told beside a payment."""
    public = load_pem_public_key(client.send("GET", "/v1/e2ee/public-key.pem").content)
    assert isinstance(public, rsa.RSAPublicKey)
    sealed = base64.b64encode(public.encrypt(number.encode(), PKCS1v15())).decode()
    encrypted = {"encrypted_number": sealed, "expiration_month": 12, "expiration_year": 2030}
    client.ok("/v1/transactions/sale/keyed", {"amount": 4, "credit_card": encrypted, **code})
    swipe = f"%B{number}^SMITH/STEVE^3012101?;{number}=30121011?"
    client.ok("/v1/transactions/sale/swiped", {"amount": 4, "swipe": swipe, **code})
    plan = {"amount": 4, "frequency": "3", "start_date": "6/9/2026", "total_count": 9, "description": number}
    client.ok("/v1/recurrence/create", {"customer_id": f"C-{number[-4:]}", "recurrence": plan})
    if number == VISA:
        line = {"description": number, "product_id": number, "quantity": 1}
        sale = client.sell("4.00", description="x")
        client.ok(
            "/v1/level_three/visa", {"transaction_id": sale, "invoice_id": number, "line_items": [line]}
        )


@pytest.mark.parametrize("is_open", [True, False])
def test_no_file_holds_a_card_number_a_code_a_token_or_a_password(tmp_path: Path, *, is_open: bool) -> None:
    client = SandboxClient(path=tmp_path / "sandbox.db")
    drive(client)
    if not is_open:
        client.ledger.close()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"xxxxxxxxxxxx5439" in content
    for secret in (*CSC, _UNIQUE_CSC, client.token, *client.token.split(":")):
        assert secret.encode() not in content
        assert base64.b64encode(secret.encode()).rstrip(b"=") not in content


def test_no_answer_holds_a_card_number(capfd: pytest.CaptureFixture[str]) -> None:
    client = SandboxClient()
    drive(client)
    bodies = [
        client.call(path, {"start_date": "06/03/2026", "end_date": "06/03/2026"}).text
        for path in ("/v1/transactions/export/by_date_range", "/v1/customer/export", "/v1/recurrence/export")
    ]
    pages = [f"/control/{name}" for name in LISTINGS] + ["/control", "/control/chargebacks.csv"]
    bodies += [client.send("GET", path).text for path in pages]
    printed = capfd.readouterr()
    for number in CSC:
        assert number not in "".join(bodies)
        assert number not in printed.out + printed.err
