from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.sandbox_paytrace.client import CSC, VISA, SandboxClient
from tests.unit.sandbox_paytrace.v3_client import V3Client, data

PROCESS = "/sandbox/protect/process"


def client_key(client: V3Client) -> str:
    return str(data(client.post("/v3/payment-fields/token"))["clientKey"])


def typed(key: str, **more: str) -> dict[str, str]:
    return {"clientKey": key, "number": VISA, "expiration": "12/30", "csc": "999", **more}


def codes(client: SandboxClient, body: dict[str, str], path: str = PROCESS) -> list[str]:
    answer = client.send("POST", path, json=body)
    assert answer.status_code == 200
    return [error["responseCode"] for error in answer.json()["errors"]]


def test_a_typed_card_becomes_a_token_that_pays_once() -> None:
    client = V3Client()
    answer = client.v1.send("POST", PROCESS, json=typed(client_key(client))).json()
    assert answer["errors"] == []
    body = {"amount": "7.00", **answer["message"]}
    paid = data(client.post("/v3/card/sale/pt-protect", body))
    assert (paid["response_code"], paid["csc_response"]) == (101, "Match")
    assert client.post("/v3/card/sale/pt-protect", body).status_code == 422


def test_one_client_key_serves_many_cards_and_both_wires() -> None:
    client = V3Client()
    key = str(client.v1.call("/v1/payment_fields/token/create").json()["clientKey"])
    for amount in ("1.00", "2.00"):
        token = client.v1.send("POST", PROCESS, json=typed(key)).json()["message"]
        assert client.v1.ok("/v1/transactions/sale/pt_protect", {"amount": amount, **token})


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"number": "4012000098765430"}, ["35"]),
        ({"number": "4012 0000-9876 5439"}, []),
        ({"expiration": "13/30"}, ["43"]),
        ({"expiration": "05/26"}, ["43"]),
        ({"expiration": "6/2026"}, []),
        ({"expiration": "x"}, ["43"]),
        ({"csc": ""}, ["148"]),
        ({"number": "", "expiration": "", "csc": "1"}, ["35", "43", "148"]),
    ],
)
def test_what_is_wrong_is_told_by_the_codes_that_pages_show(
    wrong: dict[str, str], expected: list[str]
) -> None:
    client = V3Client()
    body = typed(client_key(client), **wrong)
    for path in ("/sandbox/protect/validate", PROCESS):
        assert codes(client.v1, body, path) == expected


def test_without_a_living_client_key_no_card_is_taken() -> None:
    client = V3Client()
    key = client_key(client)
    assert codes(client.v1, typed("guessed")) == ["998"]
    client.v1.clock.advance(timedelta(hours=2))
    assert codes(client.v1, typed(key)) == ["998"]


def test_a_form_of_another_site_is_not_read() -> None:
    client = V3Client()
    answer = client.v1.send("POST", PROCESS, data=typed(client_key(client)))
    assert answer.status_code == 415


def test_the_fields_may_be_framed_anywhere_and_call_nobody_else() -> None:
    client = SandboxClient()
    for path, media in (
        ("/sandbox/protect.js", "text/javascript"),
        ("/sandbox/protect/fields", "text/html"),
        ("/sandbox/protect/fields.js", "text/javascript"),
    ):
        answer = client.send("GET", path)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(media)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "connect-src 'self'" in policy


def test_no_file_holds_a_typed_card_a_token_or_a_key(tmp_path: Path) -> None:
    client = V3Client(path=tmp_path / "sandbox.db")
    key = client_key(client)
    token = client.v1.send("POST", PROCESS, json=typed(key)).json()["message"]
    secrets = [VISA, key, *token.values(), client.token]
    client.post("/v3/card/sale/pt-protect", {"amount": "7.00", **token})
    check = client.take("5.00", account="77665544")
    client.post("/v3/customer/ach/create/by-transaction", {"transaction_id": check, "customer_label": "C"})
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"5544" in content
    assert [secret for secret in (*secrets, "77665544", *CSC) if secret.encode() in content] == []
