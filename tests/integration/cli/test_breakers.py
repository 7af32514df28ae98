"""A person looks at breakers, holds a connection back and lets it go on, at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.ports.engine import Parked
from counterfoil.ports.errors import RestingError
from counterfoil.runtime.calls import ConnectionGuard
from counterfoil.runtime.redrive import Redrive
from counterfoil.store.breakers import StoredBreakers
from counterfoil.store.run_queue import Turn
from tests.integration.store.samples import Hub, event

ANN = ("--by", "Ann Lee", "--why", "they migrate tonight")


@pytest.fixture
def desk(hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Hub:
    """A hub whose commands work on the test's database, with one run that waits for its connection."""
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", hub.database.conninfo)
    monkeypatch.setenv("COUNTERFOIL_DATA", str(tmp_path / "hub"))
    with hub.database.autocommit() as connection:
        connection.execute(sa.text("UPDATE connection SET enabled = true"))
    (run,) = hub.accept(event())
    turn = hub.queue.begin(run, "w1")
    assert isinstance(turn, Turn)
    hub.queue.park(turn, Parked(until=None, why="c1 is away", awaits="c1"))
    return hub


def said(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["breakers", *words])
    assert result.exit_code == code, result.output
    return result.stdout + result.stderr


def test_held_back_and_let_go_by_a_person_who_is_named(desk: Hub) -> None:
    breakers = StoredBreakers(desk.database)
    guard, redrive = ConnectionGuard("c1", "c1", breakers), Redrive(breakers, desk.queue)
    said("open", "c1", *ANN)
    assert "open since" in said("list")
    assert "why: they migrate tonight; until a person closes it; 1 runs wait" in said("list")
    with pytest.raises(RestingError, match="held by hand"), guard.calling():
        pytest.fail("called")
    assert redrive.turn() == 0
    assert "1 runs that waited go on" in said("close", "c1", *ANN)
    with guard.calling():
        pass
    assert redrive.turn() == 1
    lines = said("log", "c1").splitlines()
    assert [line.split("  ")[1] for line in lines] == [
        "closed by Ann Lee: they migrate tonight",
        "open by Ann Lee: they migrate tonight",
    ]


def test_a_limit_is_set_and_taken_away(desk: Hub) -> None:
    assert said("limit", "c1", "60", *ANN).strip() == "c1: 60 calls per minute, 10 at once"
    (row,) = json.loads(said("list", "--json"))["breakers"]
    assert (row["connection"], row["state"], row["per_minute"], row["waiting"]) == ("c1", "closed", 60, 1)
    assert said("limit", "c1", "0", *ANN).strip() == "c1: no limit"
    assert StoredBreakers(desk.database).find("c1")[0].is_plain
    assert "no limit: they migrate tonight" in said("log", "c1")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("open", "c2", *ANN), "no connection 'c2' is switched on"),
        (("open", "c1", "--by", " ", "--why", "x"), "say who does it"),
        (("close", "c1", "--by", "Ann", "--why", " "), "say the reason"),
        (("close", "c1", "--by", "Ann", "--why", "card 4111 1111 1111 1111"), "looks like card data"),
        (("limit", "c1", "60001", *ANN), "1 to 60000 calls per minute"),
    ],
)
def test_what_cannot_be_done_says_why(desk: Hub, words: tuple[str, ...], told: str) -> None:
    assert told in said(*words, code=1)
    assert StoredBreakers(desk.database).all() == []
