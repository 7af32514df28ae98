from __future__ import annotations

import asyncio
import socket
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread

import httpx2
import pytest
from typer.testing import CliRunner
from typing_extensions import override

from counterfoil.cli import app as cli
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.ids import SystemIds
from counterfoil.sandbox.paytrace.app import create_app
from counterfoil.sandbox.paytrace.invariants import violations
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.server import PortTakenError, listening, running, serve
from counterfoil.sandbox.paytrace.settings import Settings
from tests.unit.sandbox_paytrace.client import card, keyed

SALE = "/v1/transactions/sale/keyed"
LOG_IN = {"grant_type": "password", "username": "demo123", "password": "demo123"}


def logged_in(url: str) -> httpx2.Client:
    token = httpx2.post(f"{url}/oauth/token", data=LOG_IN).json()["access_token"]
    return httpx2.Client(base_url=url, headers={"authorization": f"Bearer {token}"})


def test_a_client_is_served_over_a_socket() -> None:
    ledger = Ledger.open(None, SystemIds())
    with running(create_app(ledger, SystemClock(), SystemIds(), Settings())) as url, logged_in(url) as client:
        assert client.post(SALE, json=keyed("12.50")).json()["response_code"] == 101
    assert url.startswith("http://127.0.0.1:")
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(url)
    ledger.close()


def test_a_caller_who_hangs_up_was_charged_all_the_same() -> None:
    ledger = Ledger.open(None, SystemIds())
    settings = Settings(answer_held_for=timedelta(seconds=30))
    with running(create_app(ledger, SystemClock(), SystemIds(), settings)) as url, logged_in(url) as client:
        with pytest.raises(httpx2.ReadTimeout):
            client.post(SALE, json=keyed("0.32", invoice_id="INV-1"), timeout=httpx2.Timeout(5, read=1))
        assert client.post(SALE, json=keyed("1.00")).status_code == 200
        assert [row.details.invoice_id for row in ledger.transactions()] == ["INV-1", ""]
    ledger.close()


def test_many_sales_at_once_each_get_an_id_of_their_own() -> None:
    ledger = Ledger.open(None, SystemIds())

    async def sell_many(url: str, token: str) -> list[int]:
        async with httpx2.AsyncClient(base_url=url, headers={"authorization": token}) as client:
            answers = await asyncio.gather(
                *(client.post(SALE, json=keyed("1.00", invoice_id=f"INV-{each}")) for each in range(50))
            )
        return [answer.json()["transaction_id"] for answer in answers]

    with running(create_app(ledger, SystemClock(), SystemIds(), Settings())) as url, logged_in(url) as client:
        sold = asyncio.run(sell_many(url, client.headers["authorization"]))
    assert len(set(sold)) == 50
    assert violations(ledger) == []
    ledger.close()


def test_a_silent_post_reaches_a_site() -> None:
    arrived, bodies = Event(), []

    class Site(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()
            arrived.set()

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    site = HTTPServer(("127.0.0.1", 0), Site)
    Thread(target=site.handle_request, daemon=True).start()
    hook = f"http://127.0.0.1:{site.server_port}/hooks/silent"
    ledger = Ledger.open(None, SystemIds())
    with running(create_app(ledger, SystemClock(), SystemIds(), Settings())) as url, logged_in(url) as client:
        order = {"order_id": "ORD-1", "amount": 5, "return_url": hook, "credit_card": card()}
        answer = client.post("/checkout/sale", json=order).json()
        assert arrived.wait(5)
    assert f"TRANSACTIONID%7E{answer['transaction_id']}%7C".encode() in bodies[0]
    ledger.close()
    site.server_close()


def test_a_taken_port_is_said_by_name() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"Port {port} "):
            serve(port, None)
        result = CliRunner().invoke(cli, ["sandbox", "paytrace", "--port", str(port)])
    assert result.exit_code == 2
    assert f"Port {port} of this machine is taken" in result.output


def test_answers_are_not_held_up_by_nagles_delay() -> None:
    """Asyncio switches it off only for sockets that name their protocol."""
    with listening(0) as (listener, _):
        assert listener.proto == socket.IPPROTO_TCP


def test_a_file_that_is_no_ledger_is_named_and_stays_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "invoice.pdf"
    file.write_bytes(b"%PDF-1.7 " + bytes(range(256)) * 20)
    before = file.read_bytes()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    for ledger in (file, tmp_path, tmp_path / "nowhere" / "sandbox.db"):
        result = CliRunner().invoke(cli, ["sandbox", "paytrace", "--port", port, "--ledger", str(ledger)])
        assert result.exit_code == 2, result.output
        assert f"{ledger} cannot be used as a ledger" in result.output
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["invoice.pdf"]
