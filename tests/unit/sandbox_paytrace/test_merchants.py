"""Several merchant accounts in one sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from counterfoil.ports.clock import ManualClock
from counterfoil.ports.ids import SeededIds
from counterfoil.sandbox.paytrace.app import Account, create_sandbox
from counterfoil.sandbox.paytrace.server import open_accounts
from counterfoil.sandbox.paytrace.settings import SandboxUser, Settings
from tests.unit.sandbox_paytrace.client import START, RecordingSender, card, keyed
from tests.unit.sandbox_paytrace.v3_client import fields

SALE = "/v1/transactions/sale/keyed"
BOSS = SandboxUser("boss", "boss")


@dataclass
class Mall:
    """Two accounts, a clerk at each and a boss at both."""

    accounts: list[Account]
    sender: RecordingSender

    def __post_init__(self) -> None:
        self.clock = ManualClock(START)
        self.app = create_sandbox(self.accounts, self.clock, SeededIds("mall"), sender=self.sender)

    def send(self, method: str, path: str, token: str = "", **arguments: object) -> httpx2.Response:
        async def ask() -> httpx2.Response:
            transport = httpx2.ASGITransport(app=self.app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://mall") as client:
                headers = {"authorization": f"Bearer {token}"}
                request = client.build_request(method, path, headers=headers, **arguments)  # type: ignore[arg-type] # passed through
                return await client.send(request)

        return asyncio.run(ask())

    def log_in(self, user: str) -> str:
        form = {"grant_type": "password", "username": user, "password": user}
        return str(self.send("POST", "/oauth/token", data=form).json()["access_token"])

    def log_in_v3(self, user: str, secret: str = "") -> httpx2.Response:
        form = {"grant_type": "client_credentials", "client_id": user, "client_secret": secret or user}
        return self.send("POST", "/v3/token", data=form)

    def v3_token(self, user: str) -> str:
        return str(self.log_in_v3(user).json()["data"]["access_token"])


@pytest.fixture
def mall() -> Iterator[Mall]:
    accounts = open_accounts(2, None, Settings())
    both = [
        Account(
            each.ledger, Settings(merchant_id=each.settings.merchant_id, users=(*each.settings.users, BOSS))
        )
        for each in accounts
    ]
    yield Mall(both, RecordingSender())
    for each in both:
        each.ledger.close()


def test_each_user_of_v1_sells_for_the_own_account_with_ids_of_its_own(mall: Mall) -> None:
    sold = [
        mall.send("POST", SALE, mall.log_in(user), json=keyed("5.00")).json()["transaction_id"]
        for user in ("demo123", "demo124")
    ]
    assert [[row.transaction_id for row in each.ledger.transactions()] for each in mall.accounts] == [
        [sold[0]],
        [sold[1]],
    ]
    assert sold[0] != sold[1]
    asked = {"transaction_id": sold[0]}
    foreign = mall.send("POST", "/v1/transactions/export/by_id", mall.log_in("demo124"), json=asked)
    assert list(foreign.json()["errors"]) == ["58"]


def client_key(mall: Mall, token: str, merchant_id: int) -> str:
    told = mall.send("POST", "/v3/payment-fields/token", token, json={"merchant_id": merchant_id})
    return str(told.json()["data"]["clientKey"])


def test_a_v3_user_of_several_accounts_chooses_by_merchant_id(mall: Mall) -> None:
    token = mall.v3_token("boss")
    typed = {"number": "4012000098765439", "expiration": "12/30", "csc": "999"}
    typed["clientKey"] = client_key(mall, token, 100_002)
    hosted = mall.send("POST", "/sandbox/protect/process", json=typed).json()["message"]
    body = {"amount": "5.00", **hosted}
    elsewhere = mall.send("POST", "/v3/card/sale/pt-protect", token, json=body | {"merchant_id": 100_001})
    assert fields(elsewhere) == ["hpf_token"]
    sold = mall.send("POST", "/v3/card/sale/pt-protect", token, json=body | {"merchant_id": 100_002})
    assert sold.status_code == 200
    assert [len(each.ledger.transactions()) for each in mall.accounts] == [0, 1]
    users = mall.send("GET", "/v3/users/by-merchant-id/100002", token).json()["data"]
    assert [user["username"] for user in users] == ["demo124", "boss"]


def test_a_v3_user_of_one_account_does_not_reach_the_other(mall: Mall) -> None:
    token = mall.v3_token("demo124")
    assert mall.send("GET", "/v3/users/by-merchant-id/100001", token).status_code == 403
    assert mall.send("GET", "/v3/user/self", token).json()["data"]["merchant_id"] == 100_002


def test_an_order_is_paid_at_the_account_that_opened_it(mall: Mall) -> None:
    order = {"order_id": "ORD-1", "amount": 5, "return_url": "https://shop.example/hook"}
    opened = mall.send("POST", "/checkout/orders", mall.log_in("demo124"), json=order).json()
    assert "ORD-1" in mall.send("GET", opened["checkout_url"]).text
    paid = mall.send("POST", opened["checkout_url"], json={"credit_card": card()})
    assert paid.json()["response_code"] == 101
    assert [len(each.ledger.transactions()) for each in mall.accounts] == [0, 1]
    assert len(mall.sender.sent) == 1
    assert mall.send("GET", "/checkout/unknown").status_code == 404


def test_a_user_of_both_has_one_password(mall: Mall) -> None:
    token, change = mall.v3_token("boss"), {"password": "boss", "new_password": "new"}
    assert mall.send("POST", "/v3/password/change", token, json=change).status_code == 200
    assert mall.log_in_v3("boss").status_code == 401
    assert mall.log_in_v3("boss", "new").status_code == 201
    assert mall.send("GET", "/v3/user/self", token).status_code == 401


def test_every_account_has_its_nights(mall: Mall) -> None:
    for user in ("demo123", "demo124"):
        mall.send("POST", SALE, mall.log_in(user), json=keyed("5.00"))
    mall.clock.advance(timedelta(days=1))
    mall.send("GET", "/v1/ping")
    assert [[row.state for row in each.ledger.transactions()] for each in mall.accounts] == [["settled"]] * 2


def test_ledgers_of_several_accounts_lie_beside_each_other(tmp_path: Path) -> None:
    for account in open_accounts(2, tmp_path / "sandbox.db", Settings()):
        account.ledger.close()
    names = sorted(path.name for path in tmp_path.iterdir() if "-" not in path.name)
    assert names == ["sandbox.db", "sandbox.db.100002", "sandbox.db.100002.key", "sandbox.db.key"]
