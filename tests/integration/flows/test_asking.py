"""A person answers a run at the command line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.engine import Parked
from counterfoil.ports.run_store import Answer, ReviewTask, RunResult
from counterfoil.store.database import Database
from counterfoil.store.run_queue import Turn
from tests.integration.flows.desk import Desk
from tests.integration.store.samples import Hub, event

NOTHING: sa.Select[tuple[str]] = sa.select(sa.literal("none").label("run"))
CHOICES = [{"choice": "release", "text": "Post it"}, {"choice": "refuse", "text": "Leave it"}]


def said(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["review", *words])
    assert result.exit_code == code, result.output
    return result.stdout + result.stderr


@dataclass
class Waiting:
    """A run that asked, and is parked."""

    hub: Hub
    run: str
    task: str

    def answer(self) -> Answer | None:
        asked = self.hub.runs.find_asked(self.run, "ask#1")
        assert asked is not None
        return asked.answer


@pytest.fixture
def waiting(desk: Desk, database: Database) -> Waiting:
    assert desk.folder.exists(), "its commands work on the same database"
    hub = Hub(database)
    (run,) = hub.accept(event())
    turn = hub.queue.begin(run, "worker")
    assert isinstance(turn, Turn)
    task = ReviewTask(
        run=run,
        kind="decision",
        title="Post it now?",
        why="flow patient asks",
        details={"amount": "120.00 USD", "choices": CHOICES},
    )
    hub.runs.ask(run, "ask#1", task)
    hub.queue.park(turn, Parked(until=hub.clock.now() + timedelta(days=2), why="a person was asked"))
    (found,) = json.loads(said("list", "--json"))["tasks"]
    return Waiting(hub=hub, run=run, task=found["id"])


def test_what_is_asked_is_listed_and_shown_with_its_choices(waiting: Waiting) -> None:
    assert f"{waiting.task}  2026-11-23 12:00  Post it now?  [release, refuse]" in said("list")
    told = said("show", waiting.task)
    assert "amount: 120.00 USD" in told
    assert "choice release: Post it" in told
    assert said("list", "--environment", "production") == "nothing is open\n"


def test_an_answer_is_kept_and_the_run_goes_on_at_once(waiting: Waiting) -> None:
    assert "the run goes on" in said(
        "answer", waiting.task, "release", "--by", " Ann  Lee", "--note", "called"
    )
    assert waiting.answer() == Answer(choice="release", by="Ann Lee", note="called")
    assert waiting.hub.status(waiting.run) == "waiting"
    assert said("list") == "nothing is open\n"
    assert "answered by Ann Lee: release" in said("show", waiting.task)


def test_the_second_answer_is_told_of_the_first(waiting: Waiting) -> None:
    said("answer", waiting.task, "refuse", "--by", "Ann")
    assert "Ann answered before: refuse" in said("answer", waiting.task, "release", "--by", "Ben", code=1)
    assert waiting.answer() == Answer(choice="refuse", by="Ann", note="")


def test_an_answer_before_the_run_is_parked_is_not_overslept(waiting: Waiting) -> None:
    hub = waiting.hub
    hub.queue.redrive(waiting.run)
    turn = hub.queue.begin(waiting.run, "worker")
    assert isinstance(turn, Turn)
    said("answer", waiting.run, "release", "--by", "Ann")
    hub.queue.park(turn, Parked(until=None, why="a person was asked"))
    assert hub.status(waiting.run) == "parked"
    hub.clock.advance(SystemClock().now() - hub.clock.now())
    assert hub.queue.sweep(NOTHING, timedelta(seconds=10)) == 1
    assert hub.status(waiting.run) == "waiting"


def test_an_answer_to_a_run_that_was_dropped_is_told_so(waiting: Waiting) -> None:
    assert waiting.hub.queue.drop(waiting.run, "entered by hand")
    assert said("list") == "nothing is open\n"
    assert "the run is over" in said("answer", waiting.task, "release", "--by", "Ann", code=1)
    assert waiting.answer() is None


def test_an_answer_that_comes_too_late_is_told_so(waiting: Waiting) -> None:
    assert waiting.hub.runs.close_question(waiting.run, "ask#1") is None
    assert "too late" in said("answer", waiting.task, "release", "--by", "Ann", code=1)
    assert waiting.answer() is None


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("releese", "--by", "Ann"), "did you mean 'release'?"),
        (("release", "--by", "  "), "say who does it"),
        (("release", "--by", "Ann", "--note", "4111 1111 1111 1111"), "card data"),
        (("release", "--by", "Ann", "--note", "x" * 501), "at most 500 characters"),
    ],
)
def test_an_answer_that_cannot_be_taken_changes_nothing(
    waiting: Waiting, words: tuple[str, ...], message: str
) -> None:
    assert message in said("answer", waiting.task, *words, code=1)
    assert waiting.answer() is None
    assert waiting.hub.status(waiting.run) == "parked"


def test_a_task_that_no_run_waits_for_takes_no_answer(waiting: Waiting) -> None:
    assert "there is no review task nothing" in said("answer", "nothing", "release", "--by", "A", code=1)
    (run,) = waiting.hub.accept(event(2))
    waiting.hub.runs.ask(run, "x", ReviewTask(run=run, kind="refund", title="Look", why="because"))
    task = next(each for each in json.loads(said("list", "--json"))["tasks"] if each["run"] == run)
    assert "no run waits for an answer" in said("answer", task["id"], "release", "--by", "A", code=1)


def test_work_on_a_task_is_shared_and_its_end_is_kept_with_what_was_done(waiting: Waiting) -> None:
    assert waiting.hub.queue.drop(waiting.run, "not ours")
    (held,) = waiting.hub.accept(event(2))
    assert isinstance(waiting.hub.queue.begin(held, "worker"), Turn)
    asked = ReviewTask(run=held, kind="large_refund", title="Refund of 2000.00 USD", why="enter it")
    waiting.hub.runs.close_run(held, RunResult.HELD, {}, asked)
    assert "Ben works on Refund" in said("assign", held, "--to", "Ben", "--by", "Ann")
    assert said("due", held, "2026-11-24", "--by", "Ann") == "due 2026-11-24\n"
    said("note", held, "the customer was called", "--by", "Ben")
    assert "(Ben)  due 2026-11-24" in said("list", "--to", "Ben")
    assert "say the reference" in said("close", held, "done", "--by", "Ben", code=1)
    assert "say the note" in said("close", held, "nothing", "--by", "Ben", code=1)
    said("close", held, "done", "--by", "Ben", "--reference", "refund 77")
    assert "Ben answered before: done" in said("close", held, "nothing", "--note", "x", "--by", "Al", code=1)
    told = said("show", held)
    assert "noted by Ben: the customer was called" in told
    assert "closed by Ben: refund 77" in told


def test_a_task_that_a_run_waits_for_is_answered_not_closed(waiting: Waiting) -> None:
    refused = said("close", waiting.task, "nothing", "--note", "x", "--by", "Ann", code=1)
    assert "answer with one of release, refuse" in refused
