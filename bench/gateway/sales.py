"""Sales a second at the sandbox, beside a call of it that keeps nothing and the disk's own commits."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from bench.disk import commits
from bench.intake import latency
from bench.load import Load, post, run_load
from bench.results import Result
from counterfoil.cli.demo.shopper import PAYER, USER
from counterfoil.cli.demo.stage import Folders, running_sandbox

SALES = 2_000
CONNECTIONS = 8


def run() -> Iterator[Result]:
    with tempfile.TemporaryDirectory(prefix="cf-bench-") as name:
        folders = Folders(Path(name))
        with running_sandbox(folders) as url:
            port, headers = int(urlsplit(url).port or 0), f"Authorization: Bearer {_token(url)}\r\n"
            noop = _load(port, lambda _: post("/v1/ping", port, "application/json", b"{}"))
            sold = _load(port, lambda n: post(SALE, port, "application/json", _sale(n), headers))
        disk = commits(Path(name) / "commits.sqlite")
    yield Result("sandbox, a call that keeps nothing (ping)", noop.per_second, "req/s", latency(noop))
    ratios = f"{sold.per_second / noop.per_second:.2f} of ping, {sold.per_second / disk:.2f} x commits"
    yield Result("sandbox, keyed sales kept", sold.per_second, "sales/s", f"{ratios}; {latency(sold)}")
    yield Result("the disk: SQLite commits waited for", disk, "commits/s")


SALE = "/v1/transactions/sale/keyed"


def _sale(number: int) -> bytes:
    return json.dumps({"amount": "12.50", "invoice_id": f"B{number}", **PAYER}).encode()


def _load(port: int, request: Callable[[int], bytes]) -> Load:
    run_load(port, request, requests=SALES // 10, connections=CONNECTIONS)
    return run_load(port, request, requests=SALES, connections=CONNECTIONS)


def _token(url: str) -> str:
    return str(httpx2.post(f"{url}/oauth/token", data=USER).json()["access_token"])
