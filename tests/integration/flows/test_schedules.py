"""Schedules over PostgreSQL: hubs, restarts, deployments, and a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from counterfoil.bootstrap import promotion
from counterfoil.bootstrap.own_starts import own_events
from counterfoil.bootstrap.promotion import Source
from counterfoil.bootstrap.schedule_pausing import pause_schedule, resume_schedule
from counterfoil.bootstrap.schedule_report import schedule_lines
from counterfoil.bootstrap.schedules import LOOK_PAUSE, Schedules
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.config import Settings
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.errors import ConfigurationError
from counterfoil.store import schema
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.database import Database
from counterfoil.store.errors import DeploymentRefusedError
from tests.support.earlier_flows import DISPUTE_TO_CLERK
from tests.support.pages import walk

MORNING = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
"""Six o'clock in New York, a Friday."""
SEVEN = '{schedule: "0 7 * * *", zone: America/New_York}'
EIGHT = SEVEN.replace("0 7", "0 8")
BOOKS = ConnectionRow(
    id="books", environment="dev", name="Books", kind="sagepro", company="01", mode="test", enabled=True
)


class Ground:
    """One database, one clock, and hubs that come and go."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = ManualClock(MORNING)
        self.workspace = Workspace(settings, clock=self.clock)
        self.workspace.connect(BOOKS, {})

    @contextmanager
    def hub(self) -> Iterator[Schedules]:
        with Workspace(self.settings, clock=self.clock) as workspace, own_events(workspace) as events:
            yield Schedules(workspace, events)

    def look(self, hours: int = 0) -> timedelta:
        """A hub that starts, looks, and ends."""
        self.clock.advance(timedelta(hours=hours))
        with self.hub() as hub:
            return hub.turn()

    def deploy(self, trigger: str, title: str = "Nightly") -> None:
        text = DISPUTE_TO_CLERK
        head, nodes = text[: text.index("flow:")], text[text.index("order_key:") :]
        flow = f"{head}flow: nightly\ntitle: {title}\ntrigger: {trigger}\n{nodes}"
        source = Source(texts={"nightly": flow}, commit="", message="")
        promotion.deploy(self.workspace, promotion.make_plan(self.workspace, "dev", source), by="Ann")

    def starts(self) -> list[str]:
        """The stored starts, by the clock of UTC, each with the company of its run."""
        inbox, run = schema.inbox.c, schema.run.c
        query = (
            sa.select(inbox.occurred_at, run.company)
            .join(schema.run, run.event == inbox.id)
            .where(inbox.kind == "schedule.nightly")
            .order_by(inbox.seq, run.company)
        )
        with self.workspace.database.autocommit() as connection:
            return [f"{row.occurred_at:%d %H:%M} {row.company}" for row in connection.execute(query)]


@pytest.fixture
def ground(database: Database, tmp_path: Path) -> Iterator[Ground]:
    ground = Ground(Settings(data=tmp_path, database_url=database.conninfo))
    with ground.workspace:
        yield ground


def test_a_start_begins_one_run_whatever_hubs_look(ground: Ground) -> None:
    ground.deploy(SEVEN)
    with ExitStack() as stack:
        hubs = [stack.enter_context(ground.hub()) for _ in range(2)]
        for minutes in (0, 59, 1, 0, 30):
            ground.clock.advance(timedelta(minutes=minutes))
            for hub in hubs:
                hub.turn()
    assert ground.starts() == ["27 12:00 01"]


def test_a_hub_looks_when_the_next_start_is_due_and_before(ground: Ground) -> None:
    assert ground.look() == LOOK_PAUSE, "nothing is scheduled"
    ground.deploy(SEVEN)
    assert ground.look() == LOOK_PAUSE
    ground.clock.advance(timedelta(minutes=59, seconds=57))
    assert ground.look() == timedelta(seconds=3)


def test_after_downtime_the_last_start_that_was_missed_is_made_up_for(ground: Ground) -> None:
    ground.deploy(SEVEN)
    ground.look(1)
    ground.look(72)
    ground.look()
    assert ground.starts() == ["27 12:00 01", "30 12:00 01"]


def test_a_schedule_that_went_live_while_no_hub_ran_counts_from_then(ground: Ground) -> None:
    ground.clock.advance(timedelta(hours=2))
    ground.deploy(SEVEN)
    ground.look(23)
    assert ground.starts() == ["28 12:00 01"]


def test_another_schedule_counts_from_its_deployment(ground: Ground) -> None:
    ground.deploy(EIGHT)
    ground.look(1)
    ground.clock.advance(timedelta(minutes=30))
    ground.deploy(SEVEN)
    ground.look()
    assert ground.starts() == [], "at half past seven neither seven nor eight is due"
    ground.look(24)
    assert ground.starts() == ["28 12:00 01"]


def test_another_version_with_the_same_schedule_misses_no_start(ground: Ground) -> None:
    ground.deploy(SEVEN)
    ground.clock.advance(timedelta(hours=1))
    ground.deploy(SEVEN, title="Another")
    ground.look()
    assert ground.starts() == ["27 12:00 01"]


def test_what_is_taken_back_starts_nothing_more(ground: Ground) -> None:
    ground.deploy(EIGHT)
    ground.deploy(SEVEN)
    with ground.hub() as hub:
        hub.turn()
        promotion.roll_back(ground.workspace, "dev", by="Ann", reason="eight is better")
        ground.clock.advance(timedelta(hours=1))
        hub.turn()
        assert ground.starts() == []
        ground.clock.advance(timedelta(hours=1))
        hub.turn()
    assert ground.starts() == ["27 13:00 01"]


def test_a_clock_that_is_set_back_starts_nothing_again(ground: Ground) -> None:
    ground.deploy(SEVEN)
    for hours in (1, -1, 1, 23, 1):
        ground.look(hours)
    assert ground.starts() == ["27 12:00 01", "28 12:00 01"]


def test_a_schedule_starts_for_each_company_or_for_its_own(ground: Ground) -> None:
    ground.workspace.connect(replace(BOOKS, id="other", name="Other", company="02"), {})
    ground.workspace.connect(replace(BOOKS, id="off", name="Off", company="03", enabled=False), {})
    ground.workspace.connect(replace(BOOKS, id="qa", name="Books", environment="qa"), {})
    ground.deploy(SEVEN)
    ground.look(1)
    assert sorted(ground.starts()) == ["27 12:00 01", "27 12:00 02"]
    ground.deploy(SEVEN.replace("}", ', company: "02"}'))
    ground.look(24)
    assert ground.starts()[2:] == ["28 12:00 02"]


def test_a_pause_outlasts_deployments_and_is_not_made_up_for(ground: Ground) -> None:
    ground.deploy(SEVEN)
    with pytest.raises(ConfigurationError, match="did you mean 'nightly'"):
        pause_schedule(ground.workspace, "dev", "nigthly", by="Ann", reason="stocktaking")
    pause_schedule(ground.workspace, "dev", "nightly", by="Ann", reason="stocktaking")
    with pytest.raises(ConfigurationError, match="paused in dev already"):
        pause_schedule(ground.workspace, "dev", "nightly", by="Ben", reason="stocktaking")
    ground.look(24)
    ground.deploy(SEVEN, title="Another")
    (line,) = schedule_lines(ground.workspace)
    assert line.paused is not None
    assert (line.paused.by, line.paused.why, line.next) == ("Ann", "stocktaking", None)
    ground.look(3)
    assert ground.starts() == []
    resume_schedule(ground.workspace, "dev", "nightly", by="Ben")
    ground.look()
    assert ground.starts() == []
    ground.look(24)
    assert ground.starts() == ["29 12:00 01"]
    with pytest.raises(ConfigurationError, match="not paused"):
        resume_schedule(ground.workspace, "dev", "nightly", by="Ben")


def test_a_start_is_left_out_while_the_run_before_it_has_not_ended(ground: Ground) -> None:
    ground.deploy(SEVEN.replace("}", ", overlap: skip}"))
    ground.look(1)
    ground.look(24)
    (line,) = schedule_lines(ground.workspace)
    assert (line.last, line.left_out) == (MORNING + timedelta(hours=1), MORNING + timedelta(hours=25))
    with ground.workspace.database.transaction() as connection:
        connection.execute(sa.update(schema.run).values(status="done"))
    ground.look(24)
    assert ground.starts() == ["27 12:00 01", "29 12:00 01"]


def test_a_company_without_books_is_no_plan(ground: Ground) -> None:
    with pytest.raises(DeploymentRefusedError) as found:
        ground.deploy(SEVEN.replace("}", ', company: "09"}'))
    assert str(found.value) == "nightly is scheduled for company 09: no books of it in dev"


PAGE = Path(__file__).parents[3] / "docs" / "howto" / "run-on-a-schedule.md"


def test_the_page_on_schedules_does_what_it_says(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ground.workspace.deployments.deploy("dev", DISPUTE_TO_CLERK)
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", ground.settings.database_url)
    monkeypatch.setenv("COUNTERFOIL_DATA", str(tmp_path))
    walk(PAGE.read_text("utf-8"), tmp_path, capsys, written="")
    assert list(ground.workspace.deployments.live("dev")) == ["dispute_to_clerk"]
    inbox = schema.inbox.c
    with ground.workspace.database.autocommit() as connection:
        rows = connection.execute(sa.select(inbox.kind, inbox.body, inbox.source).order_by(inbox.seq)).all()
    assert [row.kind for row in rows] == ["schedule.morning_look", "manual.look_at"]
    assert {row.source for row in rows} == {"person"}
    asked = rows[1].body
    assert asked["fields"] == {"document": "1001", "amount": {"amount": "120.00", "currency": "USD"}}
    assert asked["by"] == "Ann Miller"
