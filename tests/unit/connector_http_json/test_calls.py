"""Calls over real sockets to a system that checks signatures and keeps the keys of what it did."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest
from typing_extensions import override

from counterfoil.connectors.http_json.connector import HttpJson, fill_path
from counterfoil.http.address_rules import Address
from counterfoil.http.guarded import Resolver
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.connectors import Access, Answered, Call
from counterfoil.ports.errors import ConfigurationError, OutcomeUnknownError, TransientError
from counterfoil.security.secrets import Secret
from counterfoil.security.webhook_signature import Verdict
from tests.support.hub import NOW
from tests.support.other_system import SECRET, OtherSystem, other_system


class Told(Resolver):
    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)

    @override
    def resolve(self, host: str) -> Sequence[Address]:
        return [ipaddress.ip_address(self._answers.pop(0))]


def access(system: OtherSystem, **settings: str) -> Access:
    said = {"addresses": system.address, "networks": "127.0.0.1", "repeats": "once"} | settings
    return Access(settings=said, secrets={"signing": SECRET}, clock=ManualClock(NOW))


def call(system: OtherSystem, operation: str, path: str = "/orders", **record: Any) -> Answered:
    return act(access(system), operation, path, record)


def act(
    opened: Access, operation: str, path: str, record: dict[str, Any], resolver: Resolver | None = None
) -> Answered:
    settings = {"path": path, "effect": "notify"}
    asked = Call(operation=f"http_json.{operation}", key="k", settings=settings, inputs={"record": record})
    with closing(HttpJson(resolver).open(opened)) as connection:
        return connection.act(asked)


def test_a_record_is_sent_signed_and_its_repeat_bears_the_same_id() -> None:
    with other_system(NOW) as system:
        first = call(system, "send", number="17")
        call(system, "send", number="17")
    assert first == Answered(outcome="done", value={"status": "200", "body": {"number": "1.10"}})
    (method, path, name, body), repeat = system.heard
    assert (method, path, json.loads(body)) == ("POST", "/orders", {"number": "17"})
    assert repeat[2] == name
    assert system.verdicts == [Verdict.GENUINE, Verdict.GENUINE]


def test_what_is_read_is_named_by_fields_of_the_record() -> None:
    with other_system(NOW) as system:
        found = call(system, "read", "/orders/{number}", number="A/1 ü")
        system.script.append((404, b""))
        absent = call(system, "read")
    assert (found.outcome, absent) == ("found", Answered(outcome="absent"))
    assert system.heard[0][:2] == ("GET", "/orders/A%2F1%20%C3%BC")
    assert system.verdicts == [Verdict.GENUINE, Verdict.GENUINE]


def test_a_refusal_is_told_with_what_was_answered() -> None:
    with other_system(NOW) as system:
        system.script.append((422, b"no JSON"))
        refused = call(system, "send")
    assert refused.outcome == "refused"
    assert refused.value == {"status": "422", "body": None}
    assert refused.why == "the other system answered 422"


@pytest.mark.parametrize(("status", "body"), [(0, b""), (500, b"{}"), (303, b""), (200, b"x" * 1_100_000)])
def test_a_write_whose_answer_is_lost_is_an_unknown_outcome(status: int, body: bytes) -> None:
    with other_system(NOW) as system:
        system.script.append((status, body))
        with pytest.raises(OutcomeUnknownError):
            call(system, "send")
    assert len(system.heard) == 1


def test_a_read_whose_answer_is_lost_may_be_asked_again() -> None:
    with other_system(NOW) as system:
        system.script.append((0, b""))
        with pytest.raises(TransientError) as caught:
            call(system, "read")
    assert not isinstance(caught.value, OutcomeUnknownError)


def test_nothing_is_written_to_a_system_that_may_do_a_repeat_twice() -> None:
    with other_system(NOW) as system, pytest.raises(ConfigurationError, match="repeats"):
        act(access(system, repeats="unknown"), "send", "/orders", {})
    assert system.heard == []


def test_a_private_address_is_called_only_where_the_connection_names_its_network() -> None:
    with other_system(NOW) as system, pytest.raises(ConfigurationError, match="no public address"):
        act(access(system, networks=""), "read", "/orders", {})
    assert system.heard == []


def test_a_name_that_moves_within_is_not_called() -> None:
    with other_system(NOW) as system:
        opened = access(system, addresses=f"http://localhost:{system.port}")
        with pytest.raises(ConfigurationError, match="no public address"):
            act(opened, "read", "/orders", {}, Told("127.0.0.2"))
    assert system.heard == []


@pytest.mark.parametrize("value", [None, "", ".", "..", 7])
def test_a_path_takes_texts_alone(value: object) -> None:
    with pytest.raises(ConfigurationError, match="no text number"):
        fill_path("/orders/{number}", {"number": value})


def test_a_path_without_a_slash_is_a_setting_to_mend() -> None:
    with pytest.raises(ConfigurationError, match="begins with a slash"):
        fill_path("orders/{number}", {"number": "17"})


@pytest.mark.parametrize(
    ("settings", "secrets"),
    [
        ({}, {"signing": SECRET}),
        ({"addresses": "https://api.example.com"}, {}),
        ({"addresses": "https://api.example.com"}, {"signing": Secret("whsec_short")}),
        ({"addresses": "http://api.example.com"}, {"signing": SECRET}),
        ({"addresses": "https://api.example.com", "networks": "here"}, {"signing": SECRET}),
    ],
)
def test_a_connection_that_cannot_be_used_is_refused(
    settings: dict[str, str], secrets: dict[str, Secret]
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        HttpJson().open(Access(settings=settings, secrets=secrets, clock=ManualClock(NOW)))
    assert "short" not in str(caught.value)


def test_a_host_that_is_not_listed_is_not_called() -> None:
    with other_system(NOW) as system, closing(HttpJson().open(access(system))) as connection:
        settings = {"path": "/", "host": "https://elsewhere.example"}
        with pytest.raises(ConfigurationError, match="none of the connection's addresses"):
            connection.act(Call(operation="http_json.read", key="k", settings=settings, inputs={}))
