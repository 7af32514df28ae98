"""Hints accepted per second against an endpoint that keeps nothing, and against one commit per request."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from bench.load import Load, post, run_load
from bench.results import Result
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.config import Settings
from counterfoil.ports.clock import SystemClock
from counterfoil.store.connections import ConnectionRow

CONNECTIONS = 32
REQUESTS = {"noop": 6_000, "group": 6_000, "single": 2_000}
CONNECTION = "bench"


def silent_post(port: int, number: int) -> bytes:
    """A silent post as PayTrace sends it; each names another transaction."""
    parameters = f"ORDERID~{number}|TRANSACTIONID~{number}|APPCODE~TAS123|APPMSG~  NO  MATCH - Approved|"
    body = f"parmList={quote(parameters)}".encode()
    return post("/hooks/silent-post/bench", port, "application/x-www-form-urlencoded", body)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(mode: str, conninfo: str) -> Iterator[int]:
    port = free_port()
    arguments = [sys.executable, "-m", "bench.intake_server", mode, str(port), conninfo]
    with subprocess.Popen(arguments) as server:  # noqa: S603 - our own program
        try:
            wait_until_listening(port)
            yield port
        finally:
            server.terminate()


def wait_until_listening(port: int) -> None:
    pause = threading.Event()
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        pause.wait(0.05)
    raise TimeoutError("the measured server did not start")


def measure(mode: str, conninfo: str, first: int) -> Load:
    with serving(mode, conninfo) as port:
        run_load(port, lambda number: silent_post(port, first + number), requests=200, connections=4)
        start = first + 1_000
        return run_load(
            port,
            lambda number: silent_post(port, start + number),
            requests=REQUESTS[mode],
            connections=CONNECTIONS,
        )


def run() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="counterfoil-bench-") as folder:
        workspace = Workspace(Settings(data=Path(folder)), clock=SystemClock())
        workspace.connections.put(
            ConnectionRow(
                id=CONNECTION,
                environment="dev",
                name="bench",
                kind="paytrace",
                company="01",
                mode="test",
            ),
            {},
        )
        try:
            conninfo = workspace.database.conninfo
            loads = {
                mode: measure(mode, conninfo, 1_000_000 * place) for place, mode in enumerate(REQUESTS, 1)
            }
            with workspace.database.transaction() as connection:
                kept = connection.execute(sa.text("SELECT count(*) FROM hint")).scalar_one()
        finally:
            workspace.close()
            if workspace.server is not None:
                workspace.server.stop()
    if kept != REQUESTS["group"] + REQUESTS["single"] + 2 * 200:
        raise AssertionError(f"{kept} hints stand in the database")
    return results(loads)


def latency(load: Load) -> str:
    return f"p50 {load.p50_ms:.0f} ms, p99 {load.p99_ms:.0f} ms"


def results(loads: dict[str, Load]) -> list[Result]:
    group, noop, single = loads["group"], loads["noop"], loads["single"]
    to_noop, to_single = group.per_second / noop.per_second, group.per_second / single.per_second
    return [
        Result("no-op endpoint", noop.per_second, "req/s", latency(noop)),
        Result(
            "silent post kept, group commit",
            group.per_second,
            "req/s",
            f"{to_noop:.2f} of no-op, {to_single:.1f} x one commit per request; {latency(group)}",
        ),
        Result(
            "silent post kept, one commit per request",
            single.per_second,
            "req/s",
            latency(single),
        ),
    ]
