"""A person works the dead letters at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.domain.dead_letters import ErrorClass, Problem
from counterfoil.ports.engine import Failed
from counterfoil.store.database import Database
from counterfoil.store.run_queue import Turn
from tests.integration.store.samples import Hub, event

CARD = "4111 1111 1111 1111"
PROBLEM = Problem(error_class=ErrorClass.BUG, node="post")


def said(*words: str, code: int = 0, answer: str = "") -> str:
    result = CliRunner().invoke(app, ["dead-letters", *words], input=answer)
    assert result.exit_code == code, result.output
    return result.stdout + result.stderr


@pytest.fixture
def hub(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Hub:
    """The commands work on the same database."""
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", database.conninfo)
    monkeypatch.setenv("COUNTERFOIL_DATA", str(tmp_path / "hub"))
    return Hub(database)


def stopped(hub: Hub, count: int = 1) -> list[str]:
    runs = hub.accept(*(event(number, note=f"card {CARD}") for number in range(1, count + 1)))
    for number, run in enumerate(runs):
        turn = hub.queue.begin(run, "w1")
        assert isinstance(turn, Turn)
        hub.queue.bury(turn, Failed(why=f"two answers to payment {105968 + number}", problem=PROBLEM))
    return runs


def cause() -> str:
    (found,) = json.loads(said("list", "--json"))["causes"]
    return str(found["cause"])


def test_a_letter_is_listed_and_shown_with_what_may_be_done(hub: Hub) -> None:
    assert said("list") == "no dead letters\n"
    (run,) = stopped(hub)
    assert f"{run}  2026-11-23 12:00  {cause()}  payment/1 at post" in said("list")
    told = said("show", run)
    assert told.startswith("Counterfoil or the flow is at fault: two answers to payment 105968")
    assert "attempt 1 stopped for good: two answers to payment 105968" in told
    assert "note: card [card number removed]" in told
    assert "retry: retry after an update" in told
    assert CARD not in told + said("show", run, "--json")


def test_letters_of_a_cause_are_counted_before_anything_is_done(hub: Hub) -> None:
    runs = stopped(hub, 3)
    words = ("skip", "--cause", cause(), "--by", "Ann", "--reason", "a test")
    assert "3 dead letters have the cause" in said(*words, answer="n\n", code=1)
    assert {hub.status(run) for run in runs} == {"dead"}
    assert said(*words, answer="y\n").endswith("skipped: 3\n")
    assert {hub.status(run) for run in runs} == {"dropped"}
    assert "no dead letter has the cause" in said(*words, code=1)


def test_what_was_done_is_kept_with_who_and_why(hub: Hub) -> None:
    first, second = stopped(hub, 2)
    said("retry", first, "--by", " Ann  Lee")
    said("resolve", second, "--by", "Ben", "--reference", "R00012", "--reason", "keyed by hand")
    assert (hub.status(first), hub.status(second)) == ("waiting", "dropped")
    newest, oldest = json.loads(said("log", "--json"))["acts"]
    assert (oldest["run"], oldest["act"], oldest["by"]) == (first, "retry", "Ann Lee")
    assert (newest["run"], newest["act"], newest["why"]) == (second, "resolve", "R00012 (keyed by hand)")
    assert newest["details"]["reference"] == "R00012"
    assert "resolved by hand by Ben: R00012 (keyed by hand)" in said("show", second)


def test_what_cannot_be_done_is_said_and_changes_nothing(hub: Hub) -> None:
    (run,) = stopped(hub)
    refused = {
        ("skip", run, "--by", "Ann", "--reason", " "): "say the reason",
        ("skip", run, "--by", " ", "--reason", "not ours"): "say who does it",
        ("resolve", run, "--by", "Ann", "--reference", CARD): "card data",
        ("retry", "--by", "Ann"): "name one run, or a cause",
        ("retry", "nobody", "--by", "Ann"): "there is no run nobody",
        ("show", "nobody"): "there is no run nobody",
    }
    assert {words: why for words, why in refused.items() if why not in said(*words, code=1)} == {}
    assert hub.status(run) == "dead"


def test_who_comes_late_is_told_who_was_there_before(hub: Hub) -> None:
    (run,) = stopped(hub)
    said("skip", run, "--by", "Ann", "--reason", "not ours")
    late = said("retry", run, "--by", "Ben", code=1)
    assert "is no dead letter: skipped by Ann: not ours" in late
