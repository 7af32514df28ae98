"""Carries out the calls: signed by Standard Webhooks 1.0.0, to listed hosts and admitted addresses alone."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from urllib.parse import quote

import httpx2
from typing_extensions import override

from counterfoil.connectors.http_json.spec import READ, SPEC
from counterfoil.http.address_rules import read_networks
from counterfoil.http.client import Answer, Outbound, OutboundClient, OutboundLimits, Sends
from counterfoil.http.exact_json import MalformedJsonError, decode_exact
from counterfoil.http.guarded import GuardedTransport, Resolver
from counterfoil.http.pin import HostPin
from counterfoil.ports.catalogue import ConnectorSpec
from counterfoil.ports.clock import Clock
from counterfoil.ports.connectors import Access, Answered, Call, Connector, OpenConnection
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.run_store import Json
from counterfoil.security.secrets import Secret
from counterfoil.security.webhook_signature import WebhookSecretError, WebhookVerifier, sign

LIMITS = OutboundLimits(connect_seconds=10, read_seconds=20, total_seconds=60, answer_bytes_max=1024 * 1024)
_HOSTS_MAX = 10
_PLACE = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")
_FINE, _ABSENT = range(200, 300), 404


class HttpJson(Connector):
    """The connector; tests give it a resolver of their own."""

    def __init__(self, resolver: Resolver | None = None) -> None:
        self._resolver = resolver

    @property
    @override
    def spec(self) -> ConnectorSpec:
        return SPEC

    @override
    def open(self, access: Access) -> OpenConnection:
        settings = access.settings
        addresses = [each.strip() for each in str(settings.get("addresses", "")).split(",") if each.strip()]
        if not 1 <= len(addresses) <= _HOSTS_MAX:
            raise ConfigurationError(f"addresses: name 1 to {_HOSTS_MAX}, such as https://api.example.com")
        networks = read_networks(str(settings.get("networks", "")))
        pins = [HostPin.parse(each) for each in addresses]
        secret = access.secrets.get("signing")
        if secret is None:
            raise ConfigurationError("signing: the connection needs the secret that signs its calls")
        try:
            WebhookVerifier([secret])
        except WebhookSecretError as error:
            raise ConfigurationError(f"signing: {error}") from error
        clients = {}
        for pin in pins:
            inner = httpx2.HTTPTransport(trust_env=False)
            guarded = GuardedTransport(inner, networks, self._resolver)
            clients[str(pin)] = OutboundClient(pin, limits=LIMITS, transport=guarded)
        return _Open(clients, secret, access.clock, is_once=settings.get("repeats") == "once")


class _Open(OpenConnection):
    def __init__(
        self, clients: Mapping[str, OutboundClient], secret: Secret, clock: Clock, *, is_once: bool
    ) -> None:
        self._clients, self._secret, self._clock, self._is_once = clients, secret, clock, is_once

    @override
    def act(self, call: Call) -> Answered:
        """A write that got no answer is an unknown outcome; its repeat bears the same `webhook-id`."""
        is_read = call.operation == READ.name
        if not is_read and not self._is_once:
            raise ConfigurationError(
                "repeats: say `once` in the connection when the other system carries out calls with the same"
                " webhook-id once; without that nothing is sent, because an answer may be lost"
            )
        record = call.inputs.get("record", {})
        answer = self._client(call).send(self._outbound(call, record, is_read=is_read))
        return _read_answer(answer) if is_read else _sent_answer(answer)

    @override
    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    def _client(self, call: Call) -> OutboundClient:
        host = call.settings.get("host", "")
        wanted = str(HostPin.parse(host)) if host else next(iter(self._clients))
        if wanted not in self._clients:
            raise ConfigurationError(f"{wanted} is none of the connection's addresses")
        return self._clients[wanted]

    def _outbound(self, call: Call, record: Json, *, is_read: bool) -> Outbound:
        body = b"" if is_read else json.dumps(record, sort_keys=True, separators=(",", ":")).encode()
        # A digest, because the key's own signs may be ones that the header must not hold.
        name = "cf_" + hashlib.sha256(call.key.encode()).hexdigest()
        stamp = int(self._clock.now().timestamp())
        headers = {
            "accept": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(stamp),
            "webhook-signature": sign(self._secret, name, stamp, body),
        }
        return Outbound(
            method="GET" if is_read else "POST",
            path=fill_path(call.settings.get("path", ""), record),
            sends=Sends.READ if is_read else Sends.WRITE,
            headers=headers if is_read else headers | {"content-type": "application/json"},
            content=body,
        )


def fill_path(path: str, record: Json) -> str:
    """The path with the record's texts in its braces, each as one part of it.

    Raises:
        ConfigurationError: the path has no slash in front, or the record lacks a text that it names.
    """
    if not path.startswith("/"):
        raise ConfigurationError(f"path: begins with a slash, such as /v1/orders, not {path!r}")

    def part(found: re.Match[str]) -> str:
        text = record.get(found[1])
        if not isinstance(text, str) or not text or text in {".", ".."}:
            raise ConfigurationError(f"path: the record has no text {found[1]} that can stand in {path}")
        return quote(text, safe="")

    return _PLACE.sub(part, path)


def _read_answer(answer: Answer) -> Answered:
    if answer.status == _ABSENT:
        return Answered(outcome="absent")
    return _told(answer, "found")


def _sent_answer(answer: Answer) -> Answered:
    return _told(answer, "done")


def _told(answer: Answer, fine: str) -> Answered:
    """What is no JSON is left out: no outcome hangs on it."""
    try:
        body = decode_exact(answer.content) if answer.content else None
    except MalformedJsonError:
        body = None
    value = {"status": str(answer.status), "body": body}
    if answer.status in _FINE:
        return Answered(outcome=fine, value=value)
    return Answered(outcome="refused", value=value, why=f"the other system answered {answer.status}")


CONNECTOR = HttpJson()
