"""A hub that carries nothing, and workers with folders of their own, on one PostgreSQL by its address."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from counterfoil.bootstrap.processes import Child
from counterfoil.store.server import EmbeddedServer
from tests.support.company_apart import Apart, company_apart
from tests.support.product import Running, hub_process, wait_until

STOP_SECONDS = 1


@dataclass
class Crew:
    """What runs on the database, as on machines that share nothing else."""

    apart: Apart
    url: str
    hub: Running = field(init=False)
    workers: list[Child] = field(default_factory=list)

    def join(self) -> Child:
        """A further worker, that has the key file and the database's address."""
        folder = self.apart.ground.folder / f"worker-{len(self.workers)}"
        folder.mkdir()
        shutil.copy(self.apart.ground.settings.key_ring, folder / "keys.json")
        environment = {
            "COUNTERFOIL_DATABASE_URL": self.url,
            "COUNTERFOIL_DATA": str(folder / "data"),
            "COUNTERFOIL_KEYS_FILE": str(folder / "keys.json"),
            "COUNTERFOIL_STOP_SECONDS": str(STOP_SECONDS),
        }
        worker = Child(("worker",), folder / "worker.log", environment)
        worker.start()
        self.workers.append(worker)
        wait_until(lambda: "worker_started" in worker.tail(), "the worker takes jobs")
        return worker

    def hung(self) -> str:
        """A payment whose run is in a worker's hand and cannot go on: the agent does not answer."""
        os.kill(self.apart.agent.pid, signal.SIGSTOP)
        pick = self.apart.ground.unpaid()
        transaction = self.hub.pay(pick.number, pick.open)
        wait_until(lambda: self._is_running(transaction), "a worker has the run in hand")
        return transaction

    def go_on(self) -> None:
        os.kill(self.apart.agent.pid, signal.SIGCONT)

    def _is_running(self, transaction: str) -> bool:
        return any(run["status"] == "running" for run in self.hub.client.runs(transaction))


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    with company_apart() as apart:
        server = EmbeddedServer(apart.ground.settings.data / "postgres")
        made = Crew(apart, server.conninfo())
        made.join()
        carries_none = {"COUNTERFOIL_DATABASE_URL": made.url, "COUNTERFOIL_WORKER_CONCURRENCY": "0"}
        try:
            with hub_process(apart.ground, carries_none) as (made.hub, _):
                yield made
        finally:
            made.go_on()
            for worker in made.workers:
                worker.stop()


def assert_posted_once(crew: Crew, transaction: str) -> None:
    run = crew.hub.wait(transaction)
    assert run["status"] == "done"
    assert run["attempts"] > 1, "another worker took it up"
    crew.hub.assert_posted_once(transaction, crew.apart.ground.received(transaction))
    assert crew.apart.ground.received(transaction) > 0
    assert crew.apart.ground.broken_rules() == []


def test_another_worker_takes_over_what_a_killed_one_had_in_hand(crew: Crew) -> None:
    assert crew.hub.http.get("/ready").json()["parts"]["worker"] == "works"
    transaction = crew.hung()
    crew.join()
    os.kill(crew.workers[-2].pid, signal.SIGKILL)
    crew.go_on()
    assert_posted_once(crew, transaction)


@pytest.mark.soak
def test_a_worker_that_is_told_to_stop_leaves_what_does_not_end_in_time_to_others(crew: Crew) -> None:
    transaction = crew.hung()
    leaving = crew.workers[-1]
    os.kill(leaving.pid, signal.SIGTERM)
    wait_until(lambda: not leaving.is_alive, "the worker left", STOP_SECONDS + 20)
    assert "runs_left_in_hand" in leaving.tail()
    crew.join()
    crew.go_on()
    assert_posted_once(crew, transaction)


@pytest.mark.soak
def test_a_worker_says_what_it_lacks(crew: Crew, tmp_path: Path) -> None:
    for environment, word in (
        ({"COUNTERFOIL_DATA": str(tmp_path / "none")}, "COUNTERFOIL_DATABASE_URL"),
        (
            {"COUNTERFOIL_DATA": str(tmp_path / "none"), "COUNTERFOIL_DATABASE_URL": crew.url},
            "COUNTERFOIL_KEYS_FILE",
        ),
    ):
        worker = Child(("worker",), tmp_path / "worker.log", environment)
        worker.start()
        wait_until(lambda worker=worker: not worker.is_alive, "the worker ends")  # type: ignore[misc] # bound here
        assert word in worker.tail(1)
        assert not (tmp_path / "none").exists(), "nothing was made where a worker cannot work"
        worker.stop()
