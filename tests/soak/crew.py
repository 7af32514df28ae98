"""The product's processes under a supervisor that starts again whatever was killed."""

from __future__ import annotations

import signal
from pathlib import Path

import psutil

from counterfoil.bootstrap.processes import Child
from counterfoil.cli.demo.hub import Hub as HubClient
from counterfoil.cli.demo.stage import free_port, wait_until_ready
from tests.support.product import Ground, Running, wait_until

PACE = {"COUNTERFOIL_POLL_SECONDS_MAX": "1"}
VICTIMS = ("hub", "worker", "agent", "postgres")


class Crew:
    """A hub with its agent and its database, and a further worker; at the same port after each start."""

    def __init__(self, ground: Ground) -> None:
        port = free_port(0)
        data = str(ground.settings.data)
        self._data = data
        self._children = {
            "hub": Child(("serve", "--data", data, "--port", str(port)), ground.folder / "hub.log", PACE),
            "worker": Child(("worker", "--data", data), ground.folder / "worker.log", PACE),
        }
        client = HubClient(f"http://127.0.0.1:{port}", lambda: self._children["hub"].is_alive)
        self.running = Running(ground, client)

    def heal(self) -> None:
        """Starts what is dead and waits until work is being done."""
        for child in self._children.values():
            if not child.is_alive:
                child.stop()
                child.start()
        wait_until_ready(self.running.client, self._children["hub"])

    def kill(self, name: str) -> bool:
        """Kill -9; false when there is nothing to kill just now."""
        pid = self._pid(name)
        if not pid:
            return False
        psutil.Process(pid).send_signal(signal.SIGKILL)
        if name in self._children:
            wait_until(lambda: not self._children[name].is_alive, f"{name} has ended")
        return True

    def stop(self) -> None:
        self.running.close()
        for child in self._children.values():
            child.stop()

    def _pid(self, name: str) -> int:
        if name in self._children:
            child = self._children[name]
            return child.pid if child.is_alive else 0
        if name == "agent":
            return _agent(self._children["hub"])
        return next((p.pid for p in psutil.process_iter() if _is_server(p, self._data)), 0)


def _agent(hub: Child) -> int:
    if not hub.is_alive:
        return 0
    children = psutil.Process(hub.pid).children()
    return next((child.pid for child in children if "agent" in child.cmdline()), 0)


def _is_server(process: psutil.Process, data: str) -> bool:
    """The database server of our folder, and no other."""
    try:
        words = process.cmdline()
    except psutil.Error:
        return False
    return bool(words) and Path(words[0]).name == "postgres" and any(data in word for word in words)
