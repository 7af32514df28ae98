from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from counterfoil.ports.ids import SeededIds
from counterfoil.store import schema
from counterfoil.store.backup import back_up, restore
from counterfoil.store.database import Database
from counterfoil.store.errors import (
    RestoreTargetError,
    ServerError,
    ServerProgramError,
    ServerVersionError,
    UpgradeUnfinishedError,
)
from counterfoil.store.inbox import AlreadyAccepted
from counterfoil.store.migration import migrate
from counterfoil.store.run_queue import Turn
from counterfoil.store.server import DATABASE, USER, EmbeddedServer
from counterfoil.store.server_account import choose_account
from counterfoil.store.server_folder import write_private
from counterfoil.store.server_programs import Programs
from counterfoil.store.upgrade import upgrade
from tests import postgres
from tests.integration.store.samples import Hub, event

OLD = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture
def other(shared_server: EmbeddedServer) -> Iterator[Database]:
    with postgres.new_database(shared_server, "template0") as database:
        yield database


def test_a_backup_read_into_an_empty_database_goes_on_where_it_stood(
    hub: Hub, other: Database, tmp_path: Path
) -> None:
    done, waiting = hub.accept(event(1), event(2))
    hub.runs.finish_step(done, "post", {"amount": "12345678901234567.89"})
    path = tmp_path / "backup"
    back_up(hub.database.conninfo, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    restore(other.conninfo, path)
    migrate(other)
    hub.rebind(other)
    assert hub.runs.find_result(done, "post") == {"amount": "12345678901234567.89"}
    assert isinstance(hub.queue.begin(waiting, "w1"), Turn)
    assert isinstance(hub.inbox.store([event(1)])[0], AlreadyAccepted)
    assert len(hub.accept(event(3))) == 1
    assert hub.count(schema.inbox) == 3


def test_a_backup_is_never_read_over_tables_that_are_there(hub: Hub, tmp_path: Path) -> None:
    back_up(hub.database.conninfo, tmp_path / "backup")
    with pytest.raises(RestoreTargetError, match="empty"):
        restore(hub.database.conninfo, tmp_path / "backup")


def test_a_failed_backup_leaves_the_earlier_one(shared_server: EmbeddedServer, tmp_path: Path) -> None:
    path = tmp_path / "backup"
    path.write_text("earlier")
    with pytest.raises(ServerProgramError, match="does not exist") as raised:
        back_up(shared_server.conninfo("nothing"), path)
    assert shared_server.folder.read_password() not in str(raised.value)
    assert path.read_text() == "earlier"
    assert [found.name for found in tmp_path.iterdir()] == ["backup"]


def test_a_damaged_backup_changes_nothing(other: Database, tmp_path: Path) -> None:
    path = tmp_path / "backup"
    path.write_text("nothing of the kind")
    with pytest.raises(ServerProgramError):
        restore(other.conninfo, path)
    with other.autocommit() as connection:
        assert sa.inspect(connection).get_table_names(schema="counterfoil") == []


@pytest.fixture
def old_server(tmp_path: Path) -> EmbeddedServer:
    """A folder that an older PostgreSQL wrote, with an event in it."""
    if not OLD.exists():
        pytest.skip(f"NO OLDER POSTGRESQL AT {OLD}: the upgrade is not tested here")
    server = EmbeddedServer(tmp_path / "db", programs_folder=OLD)
    folder = server.folder
    folder.prepare(server.account)
    write_private(folder.password_file, SeededIds("old").token(16), server.account)
    programs = Programs(OLD, choose_account(folder.cluster))
    programs.run(
        "initdb",
        f"--pgdata={folder.cluster}",
        f"--username={USER}",
        f"--pwfile={folder.password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
    )
    server.start()
    database = Database(server.conninfo())
    migrate(database)
    Hub(database).accept(event(1))
    database.close()
    server.stop()
    return server


def events_in(server: EmbeddedServer) -> int:
    with psycopg.connect(server.conninfo(DATABASE)) as connection:
        row = connection.execute("SELECT count(*) FROM counterfoil.inbox").fetchone()
    return 0 if row is None else int(row[0])


def test_an_upgrade_brings_everything_over_and_keeps_the_old_cluster(old_server: EmbeddedServer) -> None:
    root = old_server.folder.root
    new = EmbeddedServer(root)
    with pytest.raises(ServerVersionError, match="written by PostgreSQL 15"):
        new.start()
    upgrade(root, OLD)
    new.start()
    try:
        assert events_in(new) == 1
    finally:
        new.stop()
    assert (root / "cluster.15" / "PG_VERSION").read_text().strip() == "15"
    assert not (root / "upgrade").exists()
    assert not (root / "upgrade.dump").exists()


def test_an_upgrade_cut_short_between_its_moves_is_finished_by_running_it_again(
    old_server: EmbeddedServer,
) -> None:
    root = old_server.folder.root
    upgrade(root, OLD)
    (root / "upgrade").mkdir()
    (root / "cluster").rename(root / "upgrade" / "cluster")
    new = EmbeddedServer(root)
    with pytest.raises(UpgradeUnfinishedError, match="run it again"):
        new.start()
    upgrade(root, OLD)
    new.start()
    try:
        assert events_in(new) == 1
    finally:
        new.stop()


def test_a_running_database_is_not_upgraded(old_server: EmbeddedServer) -> None:
    old_server.start()
    try:
        with pytest.raises(ServerError, match="running"):
            upgrade(old_server.folder.root, OLD)
    finally:
        old_server.stop()
