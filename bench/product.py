"""The whole product at rest: time until it is ready, and its memory with the database."""

from __future__ import annotations

import tempfile
import time
from datetime import date
from pathlib import Path

import psutil

from bench.intake import free_port
from bench.results import Result
from counterfoil.bootstrap.demo_connections import connect_sandboxes
from counterfoil.bootstrap.processes import Child
from counterfoil.cli.demo.hub import Hub
from counterfoil.cli.demo.stage import wait_until_ready
from counterfoil.config import Settings
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.writer import write_company
from counterfoil.store.server import EmbeddedServer

POLLS_SECONDS = "86400"


def memory_mib(process: psutil.Process) -> float:
    """The process's own share of memory; what processes share is counted once among them."""
    return float(process.memory_full_info().pss) / 2**20


def family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def start(settings: Settings, log: Path) -> tuple[Child, float]:
    """The hub as a process, and the seconds until it said that it is ready."""
    port = free_port()
    arguments = ("serve", "--data", str(settings.data), "--port", str(port))
    child = Child(arguments, log, {"COUNTERFOIL_POLL_SECONDS_MAX": POLLS_SECONDS})
    started = time.perf_counter()
    child.start()
    wait_until_ready(Hub(f"http://127.0.0.1:{port}", lambda: child.is_alive), child)
    return child, time.perf_counter() - started


def run() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="cf-bench-") as folder:
        root = Path(folder)
        write_company(make_company(1, date(2026, 11, 20)), root / "sagepro")
        settings = Settings(data=root / "hub")
        connect_sandboxes(settings, "http://127.0.0.1:9", root / "sagepro", {}).close()
        server = EmbeddedServer(settings.data / "postgres")
        server.stop()
        child, cold = start(settings, root / "hub.log")
        hub = family(psutil.Process(child.pid))
        database = server.find_process()
        if database is None:
            raise AssertionError("the hub is ready without its database")
        figures = [
            Result("hub ready, its database started with it", cold * 1000, "ms"),
            Result("hub and agent at rest", sum(map(memory_mib, hub)), "MiB", f"{len(hub)} processes"),
            Result("database at rest", sum(map(memory_mib, family(database))), "MiB"),
        ]
        child.stop()
        return figures
