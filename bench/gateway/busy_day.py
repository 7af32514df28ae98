"""Polls of a day with 100,000 transactions: time, memory, and calls against the least that there could be."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import httpx2
import psycopg

from bench.gateway_server import V1_DAYS, V3_DAYS, today
from bench.intake import free_port, wait_until_listening
from bench.peak import peak_mib
from bench.quiet import quiet
from bench.results import Result
from counterfoil.bootstrap.demo_connections import ENVIRONMENT
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.config import Settings
from counterfoil.connectors.paytrace.connector import PaytraceConnection, connect
from counterfoil.connectors.paytrace.settings import Generation, PaytraceSettings
from counterfoil.connectors.paytrace.wire_v3.checks import PAGE
from counterfoil.domain.identifiers import MerchantId
from counterfoil.flows.library import PAYMENT_TO_RECEIPT, read_library_flow
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.ids import SystemIds
from counterfoil.runtime.engine import Engine
from counterfoil.runtime.polling import Poller, PollSettings
from counterfoil.security.secrets import Secret
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.cursors import StoredCursors
from counterfoil.store.database import Database
from counterfoil.store.events import StoredEvents
from counterfoil.store.inbox import Inbox

CARDS, CHECKS = 90_000, 10_000
EXPORTS: dict[Generation, str] = {"v1": V1_DAYS, "v3": V3_DAYS}
CHECKS_OF: dict[Generation, int] = {"v1": 0, "v3": CHECKS}
"""Bank payments among the transactions; v1 tells of none."""
COMMITS = 1_000


class Turn(NamedTuple):
    """One poll."""

    read: int
    new: int
    seconds: float
    cpu_seconds: float
    peak_mib: float
    calls: dict[str, int]


class Bare(NamedTuple):
    """The day's export fetched and decoded, and nothing else done with it."""

    bytes: int
    seconds: float


def run() -> Iterator[Result]:
    with tempfile.TemporaryDirectory(prefix="cf-bench-") as name, Workspace(Settings(data=Path(name))) as hub:
        hub.deployments.deploy(ENVIRONMENT, read_library_flow(PAYMENT_TO_RECEIPT))
        conninfo = hub.database.conninfo
        raw = _raw_commits(conninfo)
        yield Result("raw commits of one row, one connection", raw, "commits/s")
        for generation, checks in CHECKS_OF.items():
            hub.connections.put(_row(generation), {})
            with _gateway(CARDS + CHECKS - checks, checks) as address:
                bare = _bare(address, EXPORTS[generation])
                first, again = _in_own_process(generation, address, conninfo)
            yield from _results(generation, checks, raw, bare, (first, again))
        server = hub.server
    if server is not None:
        server.stop()


def _results(
    generation: str, checks: int, raw: float, bare: Bare, turns: tuple[Turn, Turn]
) -> Iterator[Result]:
    least = 1 + (math.ceil((checks + 1) / PAGE) if checks else 0)
    yield Result(
        f"{generation}: export fetched and decoded alone", bare.seconds, "s", f"{bare.bytes / 2**20:.0f} MiB"
    )
    for name, turn in zip(("all new", "nothing new"), turns, strict=True):
        what = f"{generation}: poll of the day, {name}"
        yield Result(what, turn.seconds, "s", _ratios(turn, raw, bare))
        calls = sum(turn.calls.values())
        yield Result(f"{what}, calls", calls, "calls", f"{calls / least:.2f} x the least ({least})")
    yield Result(f"{generation}: memory of the poll at most", turns[-1].peak_mib, "MiB")


def _ratios(turn: Turn, raw: float, bare: Bare) -> str:
    rate = turn.new / turn.seconds
    stored = f"{rate:,.0f} events/s, {rate / raw:.2f} x raw commits; " if turn.new else ""
    return f"{stored}{turn.seconds / bare.seconds:.1f} x bare, {turn.cpu_seconds:.0f} s CPU"


def _in_own_process(generation: Generation, address: str, conninfo: str) -> list[Turn]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_two_turns, generation, address, conninfo).result()


def _two_turns(generation: Generation, address: str, conninfo: str) -> list[Turn]:
    quiet()
    clock = SystemClock()
    with closing(Database(conninfo)) as database, closing(_connect(generation, address)) as paytrace:
        inbox = Inbox(database, Engine(conninfo).defer, clock=clock, ids=SystemIds())
        inbox.start()
        poller = Poller(
            generation,
            paytrace.gateway,
            PollSettings(zone=paytrace.zone, start=clock.now()),
            events=StoredEvents(database, inbox),
            cursors=StoredCursors(database, clock),
            clock=clock,
        )
        with closing(inbox):
            return [_turn(poller, address) for _ in range(2)]


def _turn(poller: Poller, address: str) -> Turn:
    _calls(address)
    started, cpu = time.perf_counter(), time.process_time()
    polled = poller.turn()
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    if polled.read != CARDS + CHECKS:
        raise AssertionError(f"{polled.read} were read")
    return Turn(polled.read, polled.new, seconds, cpu, peak_mib(), _calls(address))


def _connect(generation: Generation, address: str) -> PaytraceConnection:
    settings = PaytraceSettings(
        address=address,
        merchant=MerchantId(f"paytrace/{generation}"),
        username="demo123",
        password=Secret("demo123"),
        generation=generation,
        merchant_number=100_001,
    )
    return connect(settings, SystemClock())


def _row(generation: str) -> ConnectionRow:
    return ConnectionRow(
        id=generation, environment=ENVIRONMENT, name=generation, kind="paytrace", company="01", mode="test"
    )


def _calls(address: str) -> dict[str, int]:
    told: dict[str, int] = httpx2.get(f"{address}/calls").json()
    return told


def _bare(address: str, path: str) -> Bare:
    day = f"{today():%m/%d/%Y}"
    started = time.perf_counter()
    content = httpx2.post(f"{address}{path}", json={"start_date": day, "end_date": day}, timeout=60).content
    json.loads(content)
    return Bare(len(content), time.perf_counter() - started)


def _raw_commits(conninfo: str) -> float:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE TABLE raw (id bigint, body text)")
        started = time.perf_counter()
        for number in range(COMMITS):
            connection.execute("INSERT INTO raw VALUES (%s, %s)", (number, "x" * 900))
        return COMMITS / (time.perf_counter() - started)


@contextmanager
def _gateway(cards: int, checks: int) -> Iterator[str]:
    port = free_port()
    words = [sys.executable, "-m", "bench.gateway_server", str(port), str(cards), str(checks)]
    with subprocess.Popen(words) as process:  # noqa: S603 - our own program
        try:
            wait_until_listening(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
