from __future__ import annotations

import threading
from importlib.resources import files

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from counterfoil.ports.clock import SystemClock
from counterfoil.ports.ids import SystemIds
from counterfoil.ports.run_store import RunResult
from counterfoil.store import schema
from counterfoil.store.database import ENGINE_SCHEMA, SCHEMA, Database
from counterfoil.store.errors import SchemaTooNewError, StoreUnavailableError
from counterfoil.store.migration import alembic_config, current_revision, migrate
from counterfoil.store.overview import Overview
from counterfoil.store.run_queue import RunQueue, Turn
from counterfoil.store.runs import StoredRuns

HEAD = ScriptDirectory.from_config(alembic_config()).get_current_head()


def names(database: Database, schema_name: str) -> set[str]:
    with database.transaction() as connection:
        return set(sa.inspect(connection).get_table_names(schema=schema_name))


def test_an_empty_database_gets_all_tables_and_a_second_run_changes_nothing(empty_database: Database) -> None:
    assert migrate(empty_database) == migrate(empty_database) == HEAD
    assert names(empty_database, SCHEMA) == {*schema.metadata.tables, "alembic_version"}
    assert len(names(empty_database, ENGINE_SCHEMA)) == 4
    assert names(empty_database, "public") == set()


def test_the_tables_that_queries_see_are_those_that_the_migrations_make(database: Database) -> None:
    def wanted(_object: object, name: str | None, kind: str, *_rest: object) -> bool:
        ours = name != "alembic_version" and not str(name).startswith("procrastinate_")
        return kind in {"table", "column"} and ours

    with database.transaction() as connection:
        options = {"include_object": wanted, "compare_type": True, "compare_server_default": False}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, schema.metadata) == []


# As the first release wrote them, without a column that came later.
OLD_ROWS = """
    INSERT INTO inbox (id, connection, event_key, source, kind, order_key, body, occurred_at, received_at)
    VALUES ('e{n}', 'c1', 'payment/{n}', 'poll', 'payment.captured', 'pay/{n}', '{{}}', now(), now());
    INSERT INTO run (id, event, flow, flow_version, environment, connection, company, order_key, due_at,
                     created_at)
    VALUES ('r{n}', 'e{n}', 'f', 'v1', 'dev', 'c1', '01', 'pay/{n}', now(), now());
    INSERT INTO run_step (run, node, attempt, result, finished_at)
    VALUES ('r{n}', 'post#1', 1, '{{"key": "k{n}"}}', now());
    INSERT INTO review_task (id, run, kind, title, why, opened_at)
    VALUES ('t{n}', 'r{n}', 'k', 't', 'w', now());
    INSERT INTO hint (id, connection, source, subject, body, due_at, received_at)
    VALUES ('h{n}', 'c1', 'silent_post', '{n}', '{{}}', now(), now());
"""


def test_rows_of_the_first_release_go_on_and_its_programs_write_beside_newer_ones(
    empty_database: Database,
) -> None:
    config = alembic_config()
    with empty_database.transaction() as connection:
        for name in (SCHEMA, ENGINE_SCHEMA):
            connection.execute(sa.schema.CreateSchema(name))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        add = "INSERT INTO connection (id, environment, name, kind, company, mode, created_at, updated_at)"
        connection.execute(
            sa.text(f"{add} VALUES ('c1', 'dev', 'c', 'paytrace', '01', 'test', now(), now())")
        )
        connection.execute(sa.text("INSERT INTO flow_version VALUES ('v1', 'f', 'nodes: []', now())"))
        connection.exec_driver_sql(OLD_ROWS.format(n=1))
    migrate(empty_database)
    with empty_database.transaction() as connection:
        connection.exec_driver_sql(OLD_ROWS.format(n=2))
    clock = SystemClock()
    runs = StoredRuns(empty_database, clock, SystemIds())
    queue = RunQueue(empty_database, lambda _connection, _jobs: None, clock)
    overview = Overview(empty_database)
    assert [task.run for task in overview.review_tasks(9)] == ["r1", "r2"]
    for number in (1, 2):
        run = f"r{number}"
        assert isinstance(queue.begin(run, "w1"), Turn)
        assert runs.find_result(run, "post#1") == {"key": f"k{number}"}
        runs.close_run(run, RunResult.DONE, {"posting": "posted"})
    assert overview.review_tasks(9) == [], "a task is closed when its run ends"


def test_ten_programs_that_start_at_once_migrate_once(empty_database: Database) -> None:
    reached: list[str] = []
    threads = [
        threading.Thread(target=lambda: reached.append(migrate(empty_database)), daemon=True)
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert reached == [HEAD] * 10


def test_a_database_of_a_newer_program_is_left_alone(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNewError, match="newer Counterfoil"):
        migrate(database)
    with database.transaction() as connection:
        assert current_revision(connection) == "9999"


def test_a_failed_migration_leaves_nothing(empty_database: Database) -> None:
    with empty_database.transaction() as connection:
        connection.execute(sa.text("CREATE SCHEMA engine"))
        connection.execute(sa.text("CREATE TABLE engine.procrastinate_events (id int)"))
    with pytest.raises(Exception, match="already exists"):
        migrate(empty_database)
    assert names(empty_database, SCHEMA) == set()


def test_the_engines_tables_are_those_of_the_installed_engine() -> None:
    ours = files("counterfoil.store").joinpath("migrations", "sql", "0002_engine.sql").read_text("utf-8")
    theirs = files("procrastinate.sql").joinpath("schema.sql").read_text("utf-8")
    assert ours == theirs, "the engine changed its tables: add a migration from its sql/migrations"


def test_a_database_that_is_not_there_is_named() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(StoreUnavailableError):
        migrate(database)


def test_a_url_keeps_its_own_options() -> None:
    database = Database(
        "postgresql+psycopg://me@db.example/books?options=-c%20lock_timeout%3D5s&connect_timeout=3"
    )
    assert "lock_timeout=5s" in database.conninfo
    assert f"search_path={SCHEMA},{ENGINE_SCHEMA}" in database.conninfo
    assert "connect_timeout=3" in database.conninfo
