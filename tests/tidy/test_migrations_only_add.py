"""Migrations expand; what nothing uses any more is dropped a release later."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from counterfoil.store import migrations

SCRIPTS = sorted((Path(migrations.__file__).parent / "sql").glob("*.sql"))

CONTRACTS = re.compile(
    r"""drop\s+(table|column|index|default)|rename\s|alter\s+column\s+\w+\s+(set\s+not\s+null|type)|set\s+data\s+type
        |truncate\s+table|delete\s+from|add\s+column\s+\w+\s+\w+\s+not\s+null(?!\s+default)""",
    re.IGNORECASE | re.VERBOSE,
)
BEFORE_THE_FIRST_RELEASE = {"0002_engine.sql", "0004_effects.sql"}
"""The engine's own functions, which delete its jobs, and a table that nothing had used yet."""


def contracts(script: str) -> list[str]:
    """What of a script a program of the release before could not live with."""
    return [found.group() for found in CONTRACTS.finditer(re.sub(r"--.*", "", script))]


def test_migrations_only_add_so_that_the_release_before_works_on() -> None:
    """Hubs and workers are replaced one by one."""
    scripts = {path.name: contracts(path.read_text("utf-8")) for path in SCRIPTS}
    assert {name for name, found in scripts.items() if found} == BEFORE_THE_FIRST_RELEASE


@pytest.mark.parametrize(
    "script",
    [
        "ALTER TABLE run DROP COLUMN why;",
        "drop table hint;",
        "ALTER TABLE run RENAME COLUMN why TO reason;",
        "ALTER TABLE run ALTER COLUMN why SET NOT NULL;",
        "ALTER TABLE run ALTER COLUMN attempts TYPE bigint;",
        "ALTER TABLE run ADD COLUMN told text NOT NULL;",
        "DELETE FROM hint;",
    ],
)
def test_what_takes_away_is_seen(script: str) -> None:
    assert contracts(script)


def test_what_adds_is_let_through() -> None:
    script = """
        ALTER TABLE run ADD COLUMN told text NOT NULL DEFAULT '';
        ALTER TABLE run ALTER COLUMN why DROP NOT NULL; -- drop table in a comment
        CREATE TABLE told (id text NOT NULL, from_hash text REFERENCES flow_version (hash));
        ALTER TABLE effect DROP CONSTRAINT effect_kind_check;
    """
    assert contracts(script) == []
