from __future__ import annotations

import os
import shutil
import signal
import stat
import tempfile
import threading
from pathlib import Path

import psutil
import psycopg
import pytest

from counterfoil.store.errors import ServerAccountError, ServerStartError, ServerVersionError
from counterfoil.store.server import EmbeddedServer
from counterfoil.store.server_account import unprivileged_account
from counterfoil.store.server_process import PID_FILE, wait_gone
from counterfoil.store.server_programs import wheel_programs

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def kill(server: EmbeddedServer) -> psutil.Process:
    process = server.find_process()
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    assert wait_gone([process], 10)
    return process


def fetch_one(server: EmbeddedServer, query: str) -> object:
    with psycopg.connect(server.conninfo()) as connection:
        row = connection.execute(query.encode()).fetchone()
    return None if row is None else row[0]


def test_folder_password_and_socket_are_closed_to_others(shared_server: EmbeddedServer) -> None:
    folder = shared_server.folder
    sockets = folder.socket_folder()
    assert sockets is not None
    assert [mode(folder.root), mode(sockets), mode(folder.cluster)] == [0o700] * 3
    assert mode(folder.password_file) == 0o600
    assert [path.name for path in folder.root.iterdir() if path.name.startswith("password.")] == []


def test_no_tcp_port_is_open(shared_server: EmbeddedServer) -> None:
    process = shared_server.find_process()
    assert process is not None
    assert process.net_connections("inet") == []


def test_the_socket_asks_for_the_password(shared_server: EmbeddedServer) -> None:
    wrong = psycopg.conninfo.make_conninfo(shared_server.conninfo(), password="wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_a_power_cut_must_not_lose_a_commit(shared_server: EmbeddedServer) -> None:
    assert [fetch_one(shared_server, f"SHOW {name}") for name in ("fsync", "synchronous_commit")] == [
        "on",
        "on",
    ]


def test_a_second_hub_adopts_the_running_server(shared_server: EmbeddedServer) -> None:
    other = EmbeddedServer(shared_server.folder.root)
    other.start()
    assert other.find_process() == shared_server.find_process()


def test_killed_server_starts_again_with_everything_committed(own_server: EmbeddedServer) -> None:
    with psycopg.connect(own_server.conninfo()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS value")
    kill(own_server)
    own_server.start()
    assert fetch_one(own_server, "SELECT value FROM kept") == 42


def test_a_reused_process_id_in_the_pid_file_is_not_taken_for_the_server(own_server: EmbeddedServer) -> None:
    said = (own_server.folder.cluster / PID_FILE).read_text()
    own_server.stop()
    lines = [str(os.getpid()), *said.splitlines()[1:]]
    (own_server.folder.cluster / PID_FILE).write_text("\n".join(lines))
    assert own_server.find_process() is None
    own_server.start()
    process = own_server.find_process()
    assert process is not None
    assert process.pid != os.getpid()


def test_stop_leaves_a_process_alone_that_took_over_the_process_id(own_server: EmbeddedServer) -> None:
    said = (own_server.folder.cluster / PID_FILE).read_text()
    own_server.stop()
    sleeper = psutil.Popen(["sleep", "60"])
    try:
        (own_server.folder.cluster / PID_FILE).write_text(
            "\n".join([str(sleeper.pid), *said.splitlines()[1:]])
        )
        own_server.stop()
        assert sleeper.is_running()
    finally:
        sleeper.kill()
        sleeper.wait()


def test_the_watch_brings_a_killed_server_up_again(own_server: EmbeddedServer) -> None:
    stop, restarted = threading.Event(), threading.Event()
    watch = threading.Thread(
        target=own_server.watch, args=(stop,), kwargs={"interval_seconds": 0, "on_restart": restarted.set}
    )
    watch.start()
    try:
        kill(own_server)
        assert restarted.wait(30)
        assert fetch_one(own_server, "SELECT 1") == 1
    finally:
        stop.set()
        watch.join(30)


def test_a_long_folder_name_puts_the_socket_into_a_closed_temporary_folder(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / ("long" * 30))
    sockets = server.folder.socket_folder()
    assert sockets is not None
    try:
        server.start()
        assert fetch_one(server, "SELECT 1") == 1
        assert mode(sockets) == 0o700
        assert server.folder.root not in sockets.parents
    finally:
        server.stop()
        shutil.rmtree(sockets)


def test_a_socket_folder_that_is_open_to_others_is_not_trusted(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / ("strange" * 30))
    sockets = server.folder.socket_folder()
    assert sockets is not None
    sockets.mkdir(mode=0o777)
    sockets.chmod(0o777)
    try:
        with pytest.raises(ServerAccountError, match="remove it"):
            server.start()
    finally:
        shutil.rmtree(sockets)


def test_files_of_another_version_are_refused_with_what_to_do(own_server: EmbeddedServer) -> None:
    own_server.stop()
    version = own_server.folder.cluster / "PG_VERSION"
    kept = version.read_text()
    version.write_text("15\n")
    with pytest.raises(ServerVersionError, match="written by PostgreSQL 15") as raised:
        own_server.start()
    assert (raised.value.found, raised.value.wanted) == ("15", "18")
    version.write_text(kept)
    own_server.start()


def test_a_server_that_cannot_start_shows_its_log(own_server: EmbeddedServer) -> None:
    own_server.stop()
    custom = own_server.folder.cluster / "custom.conf"
    custom.write_text("shared_buffers = 'plenty'\n")
    with pytest.raises(ServerStartError, match="shared_buffers"):
        own_server.start()
    custom.write_text("")
    own_server.start()


def test_a_making_that_was_cut_short_is_made_again(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "db")
    server.folder.draft.mkdir(parents=True)
    (server.folder.draft / "PG_VERSION").write_text("18\n")
    try:
        server.start()
        assert fetch_one(server, "SELECT 1") == 1
    finally:
        server.stop()


@ROOT_ONLY
def test_without_namespaces_root_uses_an_unprivileged_account() -> None:
    root = Path(tempfile.mkdtemp(prefix="counterfoil-test-"))
    root.chmod(0o755)
    account = unprivileged_account((root / "db" / "cluster", wheel_programs() / "postgres"))
    server = EmbeddedServer(root / "db", account=account)
    try:
        server.start()
        process = server.find_process()
        assert process is not None
        assert process.uids().real == account.uid != 0
        assert mode(root / "db") == 0o700
    finally:
        server.stop()
        shutil.rmtree(root)


@ROOT_ONLY
def test_a_folder_that_the_account_may_not_enter_is_named_and_left_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(ServerAccountError, match="may not enter"):
        unprivileged_account((closed / "db" / "cluster",))
    assert mode(closed) == 0o700


def test_no_account_at_all_says_what_to_do() -> None:
    with pytest.raises(ServerAccountError, match="ordinary user"):
        unprivileged_account((), candidates=("nobody-has-this-name",))
