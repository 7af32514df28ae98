from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from psycopg.conninfo import conninfo_to_dict

from counterfoil.ports.effects import EffectState, Moved
from counterfoil.store.backup import back_up, restore
from counterfoil.store.database import Database
from counterfoil.store.effects import StoredEffects
from counterfoil.store.gates import StoredGates
from counterfoil.store.migration import migrate
from counterfoil.store.server import EmbeddedServer
from tests import postgres
from tests.contract.effect_store_suite import NOW, TODAY, EffectStoreSuite, Kept, a_charge, sending, stored
from tests.integration.store.samples import Hub, add_connection


def forget_start(database: Database) -> None:
    """The database as it ran is another one now, as after a start of the server."""
    with database.transaction() as connection:
        connection.execute(sa.text("UPDATE gateway_gate SET seen = 'x' || seen, opened = 'x' || opened"))


class TestStoredEffects(EffectStoreSuite):
    @pytest.fixture
    def kept(self, hub: Hub) -> Kept:
        add_connection(hub.database, "c2", "qa")
        return Kept(
            effects=StoredEffects(hub.database, hub.clock),
            gates=StoredGates(hub.database),
            restart=lambda: forget_start(hub.database),
        )


def open_gate(database: Database) -> None:
    gates = StoredGates(database)
    gates.gate("c1", now=NOW, gap_from=TODAY)
    gates.open("c1", seen_at=NOW, now=NOW)


def test_a_restored_database_holds_writes_and_knows_that_it_was_restored(
    hub: Hub, empty_database: Database, tmp_path: Path
) -> None:
    open_gate(hub.database)
    row = StoredEffects(hub.database, hub.clock).begin(a_charge())
    back_up(hub.database.conninfo, tmp_path / "backup")
    restore(empty_database.conninfo, tmp_path / "backup")
    migrate(empty_database)
    effects = StoredEffects(empty_database, hub.clock)
    assert effects.find("k1") == row
    assert effects.send(sending(row)) is Moved.WRITES_HELD
    assert StoredGates(empty_database).gate("c1", now=NOW, gap_from=TODAY).restored


def test_a_server_that_took_over_or_was_recovered_to_a_moment_is_known_to_be_restored(
    own_server: EmbeddedServer,
) -> None:
    """It may lack the latest changes, and the gateway's records of them may come late."""
    with postgres.new_database(own_server, "template0") as database:
        migrate(database)
        Hub(database)
        open_gate(database)
        postgres.execute(own_server, "ALTER SYSTEM SET restore_command = 'false'")
        # It answers first when the recovery is over.
        postgres.execute(own_server, "ALTER SYSTEM SET hot_standby = off")
        own_server.stop()
        (own_server.folder.cluster / "recovery.signal").touch()
        own_server.start()
        again = Database(own_server.conninfo(str(conninfo_to_dict(database.conninfo)["dbname"])))
        try:
            assert StoredGates(again).gate("c1", now=NOW, gap_from=TODAY).restored
        finally:
            again.close()


def test_a_start_of_the_server_holds_writes_until_the_gap_was_looked_at(own_server: EmbeddedServer) -> None:
    with postgres.new_database(own_server, "template0") as database:
        migrate(database)
        hub = Hub(database)
        open_gate(database)
        row = StoredEffects(database, hub.clock).begin(a_charge())
        own_server.stop()
        own_server.start()
        again = Database(own_server.conninfo(str(conninfo_to_dict(database.conninfo)["dbname"])))
        try:
            effects = StoredEffects(again, hub.clock)
            assert effects.send(sending(row)) is Moved.WRITES_HELD
            assert not StoredGates(again).gate("c1", now=NOW, gap_from=TODAY).restored
            open_gate(again)
            assert stored(effects.send(sending(row))).state is EffectState.SENDING
        finally:
            again.close()
