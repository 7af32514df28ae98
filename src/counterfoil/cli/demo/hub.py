"""Asks the running hub what became of a payment, over its API as anybody would."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx2

_SECONDS = 10
_PAUSE: Final = 0.1
_PATIENCE_SECONDS = 120
ENDED = frozenset({"done", "held", "dead", "dropped"})


class StoryStuckError(Exception):
    """Something that the story waits for did not come in time."""


class Hub:
    """A client of the hub's read-only API and of its intake."""

    def __init__(self, url: str, is_alive: Callable[[], bool]) -> None:
        self.url = url
        self._is_alive = is_alive
        self._client = httpx2.Client(base_url=url, timeout=_SECONDS)
        self._pause = threading.Event()

    @property
    def is_alive(self) -> bool:
        """Whether its process runs."""
        return self._is_alive()

    def close(self) -> None:
        self._client.close()

    def is_ready(self) -> bool:
        try:
            return self._client.get("/ready").status_code == httpx2.codes.OK
        except httpx2.TransportError:
            return False

    def what_does_not_work(self) -> str:
        """The parts that are not ready, in the hub's own words; empty where it does not answer."""
        try:
            answer = self._client.get("/ready")
        except httpx2.TransportError:
            return ""
        if answer.status_code != httpx2.codes.SERVICE_UNAVAILABLE:
            return ""
        parts = answer.json().get("parts", {})
        return "; ".join(f"{name}: {state}" for name, state in parts.items() if state != "works")

    def runs(self, transaction: str) -> list[dict[str, Any]]:
        """The transaction's runs; none while the hub or its database is away for a moment."""
        return self._list("/api/runs", transaction=transaction)

    def held_runs(self) -> list[dict[str, Any]]:
        return self._list("/api/runs", status="held", limit="200")

    def run(self, run_id: str) -> dict[str, Any] | None:
        """One run with its rows; None while the hub or its database is away for a moment."""
        answer: dict[str, Any] | None = self._get(f"/api/runs/{run_id}")
        return answer

    def _list(self, path: str, **query: str) -> list[dict[str, Any]]:
        return self._get(path, **query) or []

    def _get(self, path: str, **query: str) -> Any:
        try:
            answer = self._client.get(path, params=query)
        except httpx2.TransportError:
            return None
        return answer.json() if answer.status_code == httpx2.codes.OK else None

    def post_hint(self, path: str, content: bytes, headers: dict[str, str]) -> int:
        return self._client.post(path, content=content, headers=headers).status_code

    def wait_for_run(self, transaction: str, kind: str) -> dict[str, Any]:
        """The run of the transaction's event of this kind, once it has ended.

        Raises:
            StoryStuckError: it did not end in time.
        """
        for _ in self._patiently():
            for run in self.runs(transaction):
                if run["kind"] == kind and run["status"] in ENDED and (found := self.run(run["id"])):
                    return found
        raise StoryStuckError(f"transaction {transaction}: no run for {kind} ended in {_PATIENCE_SECONDS} s")

    def wait_until_quiet(self, transaction: str) -> None:
        """Returns when every run of the transaction has ended."""
        for _ in self._patiently():
            if all(run["status"] in ENDED for run in self.runs(transaction)):
                return
        raise StoryStuckError(f"transaction {transaction}: a run did not end in {_PATIENCE_SECONDS} s")

    def _patiently(self) -> Iterator[None]:
        for _ in range(int(_PATIENCE_SECONDS / _PAUSE)):
            yield
            if not self._is_alive():
                raise StoryStuckError(
                    "the hub has ended; start again, and the story goes on where it stopped"
                )
            self._pause.wait(_PAUSE)
