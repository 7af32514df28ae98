"""The database's disk runs full while events come in, on a small file system of its own."""

from __future__ import annotations

import os
import secrets
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from counterfoil.ports.errors import TransientError
from counterfoil.store import schema
from counterfoil.store.database import Database
from counterfoil.store.migration import migrate
from counterfoil.store.server import EmbeddedServer
from tests.integration.store.samples import Hub, event

EVENT_BYTES = 60_000
EVENTS_MAX = 5_000
TRIES_MAX = 200


def mount(folder: Path, *options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)]
    return subprocess.run(command, check=False).returncode == 0


@pytest.fixture
def small_disk() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="counterfoil-test-"))
    if os.geteuid() != 0 or not mount(folder, "size=100m", "mode=0700"):
        pytest.skip("NO SMALL FILE SYSTEM COULD BE MOUNTED: the full disk is not tested here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


@pytest.fixture
def server(small_disk: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(small_disk / "db")
    server.start()
    stop = threading.Event()
    watch = threading.Thread(target=server.watch, args=(stop,))
    watch.start()
    yield server
    stop.set()
    watch.join()
    server.stop()


def accept_until_full(hub: Hub) -> list[str]:
    """The events that were acknowledged before the first refusal."""
    accepted: list[str] = []
    for number in range(EVENTS_MAX):
        try:
            accepted.append(hub.inbox.accept(event(number, note=secrets.token_hex(EVENT_BYTES // 2))).event)
        except TransientError:
            return accepted
    raise AssertionError("the disk never ran full")


def accept_again(hub: Hub) -> bool:
    """Sends one event until it is taken, as a sender would."""
    pause = threading.Event()
    for _ in range(TRIES_MAX):
        try:
            hub.inbox.accept(event(EVENTS_MAX + 1))
        except TransientError:
            pause.wait(1)
        else:
            return True
    return False


def test_a_full_disk_loses_nothing_acknowledged_and_work_goes_on_when_there_is_room(
    server: EmbeddedServer, small_disk: Path
) -> None:
    database = Database(server.conninfo())
    migrate(database)
    hub = Hub(database)
    hub.inbox.start()
    accepted = accept_until_full(hub)
    assert len(accepted) > 10
    subprocess.run(["mount", "-o", "remount,size=400m", str(small_disk)], check=True)
    assert accept_again(hub)
    with database.autocommit() as connection:
        stored = set(connection.execute(sa.select(schema.inbox.c.id)).scalars())
    assert set(accepted) <= stored
    hub.inbox.close()
    database.close()
