"""A person reads the audit trail, sees a break, and accepts it once it is explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.store.acts import NewAct, log_acts
from counterfoil.store.audit_trail import last_check
from tests.integration.store.samples import Hub


@pytest.fixture
def desk(hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Hub:
    """A hub whose commands work on the test's database, where one thing was done."""
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", hub.database.conninfo)
    monkeypatch.setenv("COUNTERFOIL_DATA", str(tmp_path / "hub"))
    act = NewAct(run="r1", environment="dev", order_key="k", act="skip", by="Ann Lee", why="keyed by hand")
    with hub.database.transaction() as connection:
        log_acts(connection, [act], hub.clock.now())
    return hub


def said(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["audit-trail", *words])
    assert result.exit_code == code, result.output
    return result.output


def test_a_break_is_told_until_somebody_who_looked_into_it_accepts_it(desk: Hub) -> None:
    assert "not sealed" in said("list")
    whole = said("verify")
    assert "1 lines sealed, 0 breaks" in whole
    (head,) = re.findall(r"^head (\S+)$", whole, re.MULTILINE)
    assert "Ann Lee  act skip run r1: keyed by hand" in said("list")
    with desk.database.autocommit() as connection:
        connection.execute(sa.text("ALTER TABLE act_log DISABLE TRIGGER USER"))
        connection.execute(sa.text("UPDATE act_log SET done_by = 'Ben'"))
    assert "place 1: act 1 is not as it was sealed" in said("verify", code=1)
    assert "accepted: place 1" in said("accept", "--by", "Cat Ode", "--why", "a script of ours")
    assert "2 lines sealed, 0 breaks" in said("verify", "--known", head)
    assert "Cat Ode  acceptance accept place 1: a script of ours" in said("list", "--limit", "1")
    assert "nothing is broken" in said("accept", "--by", "Cat Ode", "--why", "again")


def test_a_head_that_is_mistyped_is_told_and_raises_no_alert(desk: Hub) -> None:
    said("verify")
    assert "PLACE:SEAL" in said("verify", "--known", "seventeen", code=1)
    assert "9: the seal that was known" in said("verify", "--known", "9:abc", code=1)
    with desk.database.autocommit() as connection:
        check = last_check(connection)
    assert check is not None
    assert check.breaks == 0
