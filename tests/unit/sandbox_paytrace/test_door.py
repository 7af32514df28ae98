from __future__ import annotations

from datetime import timedelta

import httpx2
import pytest

from counterfoil.sandbox.paytrace.settings import SandboxUser, Settings
from counterfoil.sandbox.paytrace.v1.routes import OPERATIONS
from tests.unit.sandbox_paytrace.client import SandboxClient, keyed

LOG_IN = {"grant_type": "password", "username": "demo123", "password": "demo123"}
SALE = "/v1/transactions/sale/keyed"


def use(client: SandboxClient, authorization: str) -> httpx2.Response:
    return client.send("POST", SALE, json=keyed("1.00"), headers={"authorization": authorization})


def test_a_token_is_given_for_a_form_and_for_json() -> None:
    client = SandboxClient()
    for how in ({"data": LOG_IN}, {"json": LOG_IN}):
        payload = client.send("POST", "/oauth/token", **how).json()
        assert (payload["token_type"], payload["expires_in"]) == ("bearer", 7200)
        assert use(client, f"bearer {payload['access_token']}").status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"password": "x"}, {"username": "x"}, {"grant_type": "client_credentials"}]
)
def test_a_wrong_log_in_is_an_invalid_grant(wrong: dict[str, str]) -> None:
    answer = SandboxClient().send("POST", "/oauth/token", data=LOG_IN | wrong)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_grant")


def test_users_are_a_setting() -> None:
    client = SandboxClient(Settings(users=(SandboxUser("clerk", "s3cret"),)))
    assert client.send("POST", "/oauth/token", data=LOG_IN).status_code == 401
    other = LOG_IN | {"username": "clerk", "password": "s3cret"}
    assert client.send("POST", "/oauth/token", data=other).status_code == 200


@pytest.mark.parametrize("path", OPERATIONS)
def test_no_operation_is_open_without_a_token(path: str) -> None:
    answer = SandboxClient().send("POST", path, json={})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer nonsense", "Basic ZGVtbzEyMzpkZW1vMTIz"])
def test_another_token_is_invalid(authorization: str) -> None:
    client = SandboxClient()
    client.log_in()
    assert use(client, authorization).status_code == 401
    assert client.ledger.transactions() == []


def test_a_token_expires_and_is_forgotten() -> None:
    client = SandboxClient(Settings(token_life=timedelta(seconds=60)))
    token = client.log_in()
    client.clock.advance(timedelta(seconds=59))
    assert use(client, f"Bearer {token}").status_code == 200
    client.clock.advance(timedelta(seconds=1))
    assert use(client, f"Bearer {token}").json()["error"] == "invalid_token"
    client.log_in()
    count = client.ledger.documents.number("SELECT count(*) FROM tokens")
    assert count == 1


def test_ping_needs_no_token() -> None:
    client = SandboxClient()
    assert [client.send(method, "/v1/ping").status_code for method in ("GET", "POST")] == [200, 200]


def test_operations_take_post_alone() -> None:
    assert SandboxClient().send("GET", SALE).status_code == 405
