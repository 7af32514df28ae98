"""Tokens with scopes over a real socket: each route asks for its own, and every refusal is a problem."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
import uvicorn

from counterfoil.agent.app import Deps, create_app
from counterfoil.agent.gates import OneToken, Scope, SignedTokens, audience_of
from counterfoil.agent.limits import Limits
from counterfoil.agent.openapi import document
from counterfoil.connectors.sagepro.wire import BODY_BYTES_MAX, FACTS_MAX
from counterfoil.ports.clock import ManualClock
from counterfoil.security.secrets import add_key, drop_old_keys, open_key_ring, read_keys
from counterfoil.security.tokens import Claims, TokenKeys, issue_token
from tests.support.agent_server import PausableErp, at_work, served

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
ROUTES = {
    ("GET", "/references?reference=1"): Scope.READ,
    ("GET", "/customers?number=1"): Scope.READ,
    ("GET", "/invoices?number=1"): Scope.READ,
    ("GET", "/orders?number=1"): Scope.READ,
    ("GET", "/open-items?customer=1"): Scope.READ,
    ("GET", "/receipts?document=1"): Scope.READ,
    ("GET", "/items?number=1"): Scope.READ,
    ("GET", "/stock?item=1"): Scope.READ,
    ("GET", "/postings?key=a/receipt%231"): Scope.READ,
    ("GET", "/changes"): Scope.READ,
    ("POST", "/previews"): Scope.PREVIEW,
    ("POST", "/postings"): Scope.POST,
    ("GET", "/health"): None,
    ("POST", "/pause"): Scope.OPERATE,
    ("POST", "/resume"): Scope.OPERATE,
}


class Desk:
    """An agent over a company in memory, its keys and its clock."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "keys.json"
        open_key_ring(self.path)
        self.clock = ManualClock(NOW)
        self.site = PausableErp()
        self.gate = SignedTokens(TokenKeys(self.path), "01", self.clock)
        self.address = ""

    def token(self, *scopes: Scope, company: str = "01") -> str:
        claims = Claims(
            bearer="shop",
            audience=audience_of(company),
            scopes=frozenset(scope.value for scope in scopes),
            expires_at=NOW + timedelta(hours=1),
        )
        return issue_token(read_keys(self.path)[-1], claims).reveal()

    def ask(
        self, method: str, path: str, token: str | None, content: bytes = b"", **headers: str
    ) -> httpx2.Response:
        transport = httpx2.HTTPTransport(uds=self.address.removeprefix("unix:"))
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        with httpx2.Client(transport=transport, base_url="http://localhost") as client:
            answer = client.request(method, path, headers=headers, content=content)
        if answer.is_error:
            assert answer.headers["content-type"] == "application/problem+json"
            assert set(answer.json()) == {"type", "title", "status", "detail"}
        return answer

    def status(self, method: str, path: str, token: str | None) -> int:
        return self.ask(method, path, token).status_code


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    with served(desk.site, tmp_path, desk.gate) as desk.address:
        yield desk


def test_the_list_of_routes_is_whole_and_the_api_s_description_names_their_scopes() -> None:
    known = {
        (method, path.partition("?")[0]): [scope.value] if scope else []
        for (method, path), scope in ROUTES.items()
    }
    described = {
        (method.upper(), path): one["security"][0]["token"]
        for path, methods in document()["paths"].items()
        for method, one in methods.items()
    }
    assert described == known


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_each_route_asks_for_its_own_scope_and_for_no_other(desk: Desk, method: str, path: str) -> None:
    needed = ROUTES[method, path]
    for scope in Scope:
        status = desk.status(method, path, desk.token(scope))
        assert (status == 403) == (needed not in {scope, None}), (scope, status)
        assert status in {200, 403, 415}


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_a_valid_token_no_route_answers(desk: Desk, method: str, path: str) -> None:
    assert desk.status(method, path, None) == 401
    assert desk.status(method, path, desk.token(*Scope)[:-8]) == 401
    assert desk.status(method, path, desk.token(*Scope, company="02")) == 401


def test_a_refusal_says_what_is_wrong_and_how_to_log_in(desk: Desk) -> None:
    answer = desk.ask("POST", "/pause", desk.token(Scope.READ))
    assert answer.json()["detail"] == "the token of shop has no scope operate"
    answer = desk.ask("GET", "/health", None)
    assert answer.headers["www-authenticate"] == "Bearer"
    answer = desk.ask("GET", "/health", None, authorization="Basic c2hvcDpzaG9w")
    assert answer.status_code == 401


def test_an_expired_token_is_told_its_end(desk: Desk) -> None:
    token = desk.token(Scope.READ)
    assert desk.status("GET", "/health", token) == 200
    desk.clock.advance(timedelta(hours=1))
    assert desk.ask("GET", "/health", token).json()["detail"] == (
        "the token ended on 2026-11-26 09:00 UTC: ask for a new one"
    )


def test_keys_are_replaced_while_the_agent_works(desk: Desk) -> None:
    old = desk.token(Scope.READ)
    add_key(desk.path)
    new = desk.token(Scope.READ)
    assert [desk.status("GET", "/health", token) for token in (old, new)] == [200, 200]
    drop_old_keys(desk.path)
    assert [desk.status("GET", "/health", token) for token in (old, new)] == [401, 200]


def test_routing_and_missing_questions_are_answered_with_problems_too(desk: Desk) -> None:
    token = desk.token(*Scope)
    assert desk.ask("GET", "/nothing", token).status_code == 404
    assert desk.ask("DELETE", "/postings", token).status_code == 405
    answer = desk.ask("GET", "/invoices", token)
    assert (answer.status_code, answer.json()["detail"]) == (400, "missing or unfit: number")


def test_a_body_that_is_too_long_and_facts_that_are_too_many_are_refused(desk: Desk) -> None:
    token, kind = desk.token(Scope.POST), {"content-type": "application/json"}
    long = desk.ask("POST", "/postings", token, b" " * (BODY_BYTES_MAX + 1), **kind)
    many = desk.ask(
        "POST", "/postings", token, json.dumps({"facts": [{}] * (FACTS_MAX + 1)}).encode(), **kind
    )
    assert (long.status_code, many.status_code) == (413, 400)
    assert many.json()["detail"] == f"facts must be a list of 1 to {FACTS_MAX}"


def test_a_body_that_does_not_come_is_not_waited_for(tmp_path: Path) -> None:
    app = create_app(Deps(site=PausableErp(), gate=OneToken("t"), limits=Limits(body_seconds=0)))
    head = b"POST /postings HTTP/1.1\r\nhost: a\r\nauthorization: Bearer t\r\n"
    head += b"content-type: application/json\r\ncontent-length: 9\r\n\r\n"
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as client:
        listener.bind(str(tmp_path / "agent.sock"))
        listener.listen()
        with at_work(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"), listener):
            client.settimeout(30)
            client.connect(str(tmp_path / "agent.sock"))
            client.sendall(head)
            assert client.recv(100).startswith(b"HTTP/1.1 408 ")
