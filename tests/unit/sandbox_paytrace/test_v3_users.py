from __future__ import annotations

import pytest

from counterfoil.sandbox.paytrace.settings import Permission, SandboxUser, Settings
from counterfoil.sandbox.paytrace.v3.routes import ENDPOINTS
from tests.unit.sandbox_paytrace.v3_client import CREDENTIALS, MERCHANT, V3Client, data, fields


def test_a_user_is_told_who_the_token_stands_for() -> None:
    told = data(V3Client().get("/v3/user/self"))
    assert (told["username"], told["merchant_id"]) == ("demo123", MERCHANT)
    assert isinstance(told["permissions"], list)
    assert "sale" in told["permissions"]


def test_the_users_of_an_account_are_listed_by_name() -> None:
    client = V3Client(Settings(users=(SandboxUser("demo123", "demo123"), SandboxUser("clerk", "c"))))
    path = f"/v3/users/by-merchant-id/{MERCHANT}"
    listed = [client.get(path + query).json()["data"] for query in ("", "?name_filter=CLER")]
    assert [[user["username"] for user in users] for users in listed] == [["demo123", "clerk"], ["clerk"]]
    assert client.get("/v3/users/by-merchant-id/7").status_code == 403


def test_a_changed_password_ends_the_tokens_and_counts_on_both_wires() -> None:
    client = V3Client()
    change = "/v3/password/change"
    assert fields(client.post(change, {"password": "demo123"})) == ["new_password"]
    assert fields(client.post(change, {"password": "wrong", "new_password": "new"})) == ["password"]
    assert client.post(change, {"password": "demo123", "new_password": "new"}).status_code == 200
    assert client.get("/v3/user/self").status_code == 401
    assert client.v1.send("POST", "/v3/token", data=CREDENTIALS).status_code == 401
    client.log_in(client_secret="new")
    v1 = {"grant_type": "password", "username": "demo123", "password": "new"}
    assert client.v1.send("POST", "/oauth/token", data=v1).status_code == 200


def test_a_changed_password_ends_refresh_tokens_too() -> None:
    client = V3Client()
    told = client.log_in()["data"]
    assert isinstance(told, dict)
    client.post("/v3/password/change", {"password": "demo123", "new_password": "new"})
    refresh = {"grant_type": "refresh_token", "refresh_token": told["refresh_token"]}
    assert client.v1.send("POST", "/v3/token", data=refresh).status_code == 401


@pytest.mark.parametrize("endpoint", [each for each in ENDPOINTS if each.permission is not None])
def test_what_a_user_may_not_do_is_refused(endpoint: object) -> None:
    nobody = SandboxUser("demo123", "demo123", frozenset[Permission]())
    client = V3Client(Settings(users=(nobody,)))
    for each in ENDPOINTS:
        if each is endpoint:
            path = each.path.replace("{merchant_id}", str(MERCHANT)).replace("{customer_id}", "1")
            assert client.send(each.method, f"{path}?merchant_id={MERCHANT}").status_code == 403
