"""What the acceptance list tells of careless connectors; ours keeps to it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

from counterfoil.acceptance import Counterpart, Trial, counterpart, misbehaviours
from counterfoil.connectors.http_json.connector import CONNECTOR
from counterfoil.connectors.http_json.spec import SPEC
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.connectors import Access, Answered, Call
from counterfoil.ports.errors import OutcomeUnknownError, TransientError
from tests.support.hub import NOW
from tests.support.other_system import SECRET, SIGNING


@pytest.fixture
def system() -> Iterator[Counterpart]:
    with counterpart(key_header="webhook-id") as opened:
        yield opened


def trial(system: Counterpart, connector: Any = CONNECTOR, word: str = "send") -> Trial:
    settings = {"addresses": system.address, "networks": "127.0.0.1", "repeats": "once"}
    asked = {"path": "/orders", "effect": "notify"}
    return Trial(
        connector=connector,
        access=Access(settings=settings, secrets={"signing": SECRET}, clock=ManualClock(NOW)),
        call=Call(operation=f"http_json.{word}", key="k", settings=asked, inputs={"record": {"number": "1"}}),
        system=system,
    )


@pytest.mark.parametrize("word", ["send", "read"])
def test_the_shipped_connector_does_what_the_list_asks(system: Counterpart, word: str) -> None:
    assert misbehaviours(trial(system, word=word)) == []


class Careless:
    """Sends each call anew, believes every answer and tells what it knows."""

    spec = SPEC

    def __init__(self, **faults: Any) -> None:
        usual = {"header": "webhook-id", "tries": 1, "outcome": "done", "says": "", "greets": False}
        self._faults: dict[str, Any] = usual | faults

    def open(self, access: Access) -> Any:
        if self._faults["greets"]:
            with suppress(httpx2.HTTPError):
                httpx2.get(str(access.settings["addresses"]), trust_env=False)
        return SimpleNamespace(act=lambda call: self._act(access, call), close=lambda: None)

    def _act(self, access: Access, call: Call) -> Answered:
        logging.getLogger("careless").debug("sent%s", self._faults["says"])
        headers = {self._faults["header"]: call.key.encode().hex()}
        for _ in range(self._faults["tries"]):
            try:
                httpx2.post(f"{access.settings['addresses']}/", headers=headers, trust_env=False)
            except httpx2.HTTPError as error:
                lost = error
                continue
            return Answered(outcome=self._faults["outcome"])
        raise self._faults.get("error", OutcomeUnknownError)(str(lost))


@pytest.mark.parametrize(
    ("faults", "says"),
    [
        ({"header": "x-other"}, "the same key twice has two effects"),
        ({"header": "x-other"}, "a lost write that is repeated under its key has two effects"),
        ({"error": TransientError}, "a write whose answer was lost is no OutcomeUnknownError"),
        ({"tries": 2}, "a write whose answer was lost is sent again without asking"),
        ({}, "an answer that does not say what became of a write (500) is no OutcomeUnknownError"),
        ({"outcome": "fine"}, "ends as 'fine', which it never said it could"),
        ({"says": SIGNING}, "a secret is shown in an error, an answer or a log"),
        ({"greets": True}, "opening the connection reaches the system"),
    ],
)
def test_a_careless_connector_is_told_what_is_wrong(
    system: Counterpart, faults: dict[str, Any], says: str
) -> None:
    assert any(says in each for each in misbehaviours(trial(system, Careless(**faults))))


def test_a_read_that_changes_something_is_told(system: Counterpart) -> None:
    found = misbehaviours(trial(system, Careless(outcome="found"), "read"))
    assert "http_json.read: it reads, and has an effect there" in found
    assert "http_json.read: a read whose answer was lost is no TransientError" in found
