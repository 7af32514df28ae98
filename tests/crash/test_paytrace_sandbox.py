from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2

from counterfoil.ports.ids import SystemIds
from counterfoil.sandbox.paytrace.invariants import violations
from counterfoil.sandbox.paytrace.ledger import Ledger
from tests.unit.sandbox_paytrace.client import keyed

START = "from counterfoil.cli import app; app()"
LOG_IN = {"grant_type": "password", "username": "demo123", "password": "demo123"}


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def test_what_was_answered_survives_kill_9(tmp_path: Path) -> None:
    ledger_path = tmp_path / "sandbox.db"
    command = [sys.executable, "-c", START, "sandbox", "paytrace", "--port", str(free_port())]
    sold = []
    with subprocess.Popen(
        [*command, "--ledger", str(ledger_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        address = re.search(r"http://[0-9.:]+", process.stdout.readline())
        assert address is not None
        token = httpx2.post(f"{address.group()}/oauth/token", data=LOG_IN).json()["access_token"]
        with httpx2.Client(base_url=address.group(), headers={"authorization": f"Bearer {token}"}) as client:
            for each in range(20):
                body = keyed("1.00", invoice_id=f"INV-{each}")
                sold.append(client.post("/v1/transactions/sale/keyed", json=body).json()["transaction_id"])
        process.send_signal(signal.SIGKILL)
    ledger = Ledger.open(ledger_path, SystemIds())
    assert [row.transaction_id for row in ledger.transactions()] == sold
    assert violations(ledger) == []
    ledger.close()
