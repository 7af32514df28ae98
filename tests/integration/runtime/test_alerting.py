"""Alerts over a real database: kept, told once by one hub at a time, again where nobody took them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import sqlalchemy as sa
from typing_extensions import override

from counterfoil.bootstrap.alerting import Watchman
from counterfoil.monitor.rows import limit_settings
from counterfoil.monitor.rules import Limits
from counterfoil.monitor.snapshot import Snapshot
from counterfoil.ports.errors import TransientError
from counterfoil.ports.notifier import Notice, Notifier
from counterfoil.store.alerts import WIDE, AlertStore, SilenceRow
from counterfoil.store.database import Database
from counterfoil.store.figures.open_work import read_open_work
from counterfoil.store.figures.recent import read_recent
from counterfoil.store.figures.signs import read_signs
from tests.integration.store.samples import Hub, event

STORM = 10_000


@dataclass
class Channel(Notifier):
    """Takes notices, or does not."""

    taken: list[Notice] = field(default_factory=list)
    away: bool = False

    @override
    def send(self, environment: str, notice: Notice) -> None:
        assert environment == "dev"
        if self.away:
            raise TransientError("away")
        self.taken.append(notice)


class Watch:
    """A watchman over the hub's tables."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.channel = Channel()
        self.store = AlertStore(hub.database, hub.clock)
        self.watchman = Watchman(hub.database, hub.clock, self.channel)
        self.store.set("dev", WIDE, {"channels": ["ops"], "remind_hours": 24})
        self.store.set("dev", "worker_missing", limit_settings(Limits(raise_at=0, clear_at=1, enabled=False)))

    def turn(self, **later: int) -> list[str]:
        """Judges, and gives the titles of what was sent in this turn."""
        self.hub.pass_time(**later)
        before = len(self.channel.taken)
        self.watchman.turn(self.seen())
        return [notice.title for notice in self.channel.taken[before:]]

    def seen(self) -> Snapshot:
        with self.hub.database.autocommit() as connection:
            now = self.hub.clock.now()
            return Snapshot(
                at=now,
                open_work=read_open_work(connection),
                recent=read_recent(connection, now),
                signs=read_signs(connection, ()),
            )


@pytest.fixture
def watch(hub: Hub) -> Watch:
    return Watch(hub)


def set_status(database: Database, status: str) -> None:
    with database.autocommit() as connection:
        connection.execute(sa.text("UPDATE run SET status = :status, due_at = NULL"), {"status": status})


def storm(hub: Hub) -> None:
    """Ten thousand runs that stopped for good."""
    hub.accept(event(1))
    copied = sa.text("""
        WITH told AS (
            INSERT INTO inbox (id, connection, event_key, source, kind, order_key, body, occurred_at,
                               received_at)
            SELECT 'e' || number, connection, 'k' || number, source, kind, 'o' || number, body, occurred_at,
                   received_at
            FROM inbox, generate_series(2, :count) AS number
            RETURNING id, order_key
        )
        INSERT INTO run (id, event, flow, flow_version, environment, connection, company, order_key,
                         created_at)
        SELECT 'r' || told.id, told.id, flow, flow_version, environment, connection, company,
               told.order_key, created_at
        FROM run, told
    """)
    with hub.database.transaction() as connection:
        connection.execute(copied, {"count": STORM})
    set_status(hub.database, "dead")


def test_a_storm_of_failures_is_told_once_reminded_rarely_and_over_once(watch: Watch) -> None:
    storm(watch.hub)
    sent = [title for _ in range(20) for title in watch.turn(seconds=15)]
    assert sent == ["Counterfoil dev: Runs stopped for good"]
    assert f"{STORM} runs stopped for good" in watch.channel.taken[0].text
    assert watch.turn(hours=23) == []
    assert watch.turn(hours=1) == sent
    set_status(watch.hub.database, "done")
    assert watch.turn(minutes=1) == []
    assert watch.turn(minutes=5) == ["Counterfoil dev: 1 over"]
    assert watch.turn(hours=30) == []
    watch.turn(days=31)
    assert [row for row in watch.store.all() if row.rule == "dead_letters"] == []


def test_what_no_channel_took_is_told_again_and_what_is_silent_waits(watch: Watch) -> None:
    watch.hub.accept(event(1))
    set_status(watch.hub.database, "dead")
    watch.channel.away = True
    assert watch.turn() == []
    watch.channel.away = False
    now = watch.hub.clock.now()
    until = now + timedelta(hours=1)
    row = SilenceRow(id="s1", rule="dead_letters", subject="01", until=until, by="ann", why="known")
    watch.store.silence(row)
    assert watch.turn(minutes=1) == []
    assert watch.turn(hours=1) == ["Counterfoil dev: Runs stopped for good"]
    assert watch.store.end_silence("s1") is False


def test_one_hub_at_a_time_judges_and_tells(watch: Watch) -> None:
    watch.hub.accept(event(1))
    set_status(watch.hub.database, "dead")
    other = Database(watch.hub.database.conninfo)
    with AlertStore(other, watch.hub.clock).turn() as theirs:
        assert theirs
        assert watch.turn() == []
        assert watch.store.all() == []
    other.close()
    assert watch.turn() == ["Counterfoil dev: Runs stopped for good"]
