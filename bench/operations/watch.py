"""What is read off a database and its processes while work is done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import psutil
import sqlalchemy as sa

from counterfoil.store.database import Database

ENDED = sa.text("SELECT count(*) FROM run WHERE status IN ('done', 'held', 'dead', 'dropped')")
LATENCY = sa.text("""
    SELECT percentile_cont(:part) WITHIN GROUP (
        ORDER BY extract(epoch FROM run.finished_at - inbox.received_at)
    )
    FROM run JOIN inbox ON inbox.id = run.event
    WHERE run.seq > :after AND run.finished_at IS NOT NULL
""")
NEWEST = sa.text("SELECT coalesce(max(seq), 0) FROM run")
SIZES = sa.text("""
    SELECT relname, pg_total_relation_size(relid) AS bytes FROM pg_stat_user_tables
    WHERE schemaname IN ('counterfoil', 'engine') AND relname NOT LIKE 'books%'
""")
WAIT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Watch:
    """Asks one database."""

    database: Database

    def ended(self) -> int:
        return int(self._ask(ENDED))

    def newest(self) -> int:
        return int(self._ask(NEWEST))

    def latency_ms(self, part: float, after: int) -> float:
        """From stored to closed, of the runs after one; `part` is 0.5 for the median."""
        return self._ask(LATENCY, part=part, after=after) * 1000

    def await_ended(self, count: int) -> None:
        self.until(lambda: self.ended() >= count)

    @staticmethod
    def until(is_met: Callable[[], bool], is_alive: Callable[[], bool] = lambda: True) -> None:
        pause = threading.Event()
        for _ in range(WAIT_SECONDS * 50):
            if is_met():
                return
            if not is_alive():
                raise AssertionError("what was to do it has ended")
            pause.wait(0.02)
        raise TimeoutError

    def kept(self) -> tuple[int, int]:
        """Rows and bytes of our tables, with indexes, once what is dead was cleared away."""
        with self.database.autocommit() as connection:
            tables = {row.relname: row.bytes for row in connection.execute(SIZES)}
            for name in tables:
                connection.execute(sa.text(f"VACUUM FULL {name}"))
            rows = sum(
                connection.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608 - our own names
                for name in tables
            )
            return rows, sum(row.bytes for row in connection.execute(SIZES))

    def _ask(self, query: sa.TextClause, **values: object) -> float:
        with self.database.autocommit() as connection:
            return float(connection.execute(query, values).scalar_one())


def cpu_seconds(processes: Iterable[psutil.Process]) -> float:
    """What they and their living children have used; a child that ended counts with its parent."""
    used = 0.0
    for process in processes:
        times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
        used += sum(one.user + one.system for one in times)
    return used
