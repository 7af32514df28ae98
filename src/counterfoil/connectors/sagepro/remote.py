"""A company's books through its agent: the Erp port over HTTP, on a socket or an address."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

import httpx2
import msgspec
from typing_extensions import override

from counterfoil.connectors.sagepro import wire
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, ItemNumber
from counterfoil.domain.invoice import Customer, Invoice, ReceiptEntry
from counterfoil.domain.stock import Item, StockLevel
from counterfoil.http.client import Answer, Outbound, OutboundClient, OutboundLimits, Sender, Sends
from counterfoil.http.pin import HostPin
from counterfoil.http.watched import WatchedClient
from counterfoil.ports.breakers import CallGuard, NoGuard
from counterfoil.ports.changes import ChangeFeed, ChangesAnswer
from counterfoil.ports.encoding import CHANGES_ANSWER, FACT, POSTING_ANSWER, PREVIEW_ANSWER, decode
from counterfoil.ports.erp import (
    Erp,
    Posted,
    PostingAnswer,
    PreviewAnswer,
    References,
)
from counterfoil.ports.errors import ConfigurationError, DefectError, OutcomeUnknownError, TransientError
from counterfoil.telemetry.tracing import trace_header

SOCKET_PREFIX = "unix:"
NETWORK = OutboundLimits(connect_seconds=5)
"""An agent on another machine; whether it is away shows soon."""
TRIES = 2
"""A posting whose answer was lost is sent once more: its key makes that harmless."""


def connect_agent(
    address: str,
    token: str,
    tls: ssl.SSLContext | None = None,
    *,
    mode: str = "",
    guard: CallGuard | None = None,
) -> RemoteErp:
    """The client of the agent at ``unix:/path/to/socket``, ``http://127.0.0.1:port`` or ``https://host``.

    Without a context of its own, an https address is verified by the authorities that the machine trusts.
    The guard stands before each call. What the company's books are taken for goes with every posting; without
    it the agent posts nothing.

    Raises:
        ConfigurationError: the address is none of these.
    """
    if address.startswith(SOCKET_PREFIX):
        transport = httpx2.HTTPTransport(uds=address.removeprefix(SOCKET_PREFIX), trust_env=False)
        client = OutboundClient(HostPin.parse("http://localhost"), transport=transport)
    else:
        verified = True if tls is None else tls
        transport = httpx2.HTTPTransport(verify=verified, trust_env=False)
        client = OutboundClient(HostPin.parse(address), limits=NETWORK, transport=transport)
    return RemoteErp(WatchedClient(client, guard or NoGuard()), token, mode)


class RemoteErp(Erp, ChangeFeed):
    """Gives the answers and raises the errors that the company beside its files would; for any thread."""

    def __init__(self, client: Sender, token: str, mode: str = "") -> None:
        self._client = client
        self._mode = mode
        self._headers = {"authorization": f"Bearer {token}"}

    def close(self) -> None:
        self._client.close()

    @override
    def find_references(self, reference: str) -> References:
        return decode(References, self._get(wire.REFERENCES, reference=reference))

    @override
    def find_customer(self, number: CustomerNumber) -> Customer | None:
        found = self._get(wire.CUSTOMERS, number=number)["customer"]
        return None if found is None else decode(Customer, found)

    @override
    def find_open_items(self, customer: CustomerNumber) -> tuple[Invoice, ...]:
        return tuple(
            decode(Invoice, item) for item in _list(self._get(wire.OPEN_ITEMS, customer=customer), "items")
        )

    @override
    def find_receipts(self, document: InvoiceNumber) -> tuple[ReceiptEntry, ...]:
        found = self._get(wire.RECEIPTS, document=document)
        return tuple(decode(ReceiptEntry, entry) for entry in _list(found, "receipts"))

    @override
    def find_item(self, number: ItemNumber) -> Item | None:
        found = self._get(wire.ITEMS, number=number)["item"]
        return None if found is None else decode(Item, found)

    @override
    def find_stock(self, number: ItemNumber) -> tuple[StockLevel, ...]:
        return tuple(
            decode(StockLevel, level) for level in _list(self._get(wire.STOCK, item=number), "levels")
        )

    @override
    def find_posting(self, key: PostingKey) -> Posted | None:
        found = self._get(wire.POSTINGS, key=str(key))["posting"]
        return None if found is None else decode(Posted, found)

    @override
    def preview(self, fact: Fact) -> PreviewAnswer:
        body = {"fact": FACT.encode(fact)}
        return PREVIEW_ANSWER.decode(self._send("POST", wire.PREVIEWS, Sends.READ, body)["answer"])

    @override
    def post(self, facts: Sequence[Fact]) -> tuple[PostingAnswer, ...]:
        """Sends at most `wire.FACTS_MAX` facts at a time."""
        answers: list[PostingAnswer] = []
        for first in range(0, len(facts), wire.FACTS_MAX):
            encoded = [FACT.encode(fact) for fact in facts[first : first + wire.FACTS_MAX]]
            body = {"facts": encoded, wire.MODE: self._mode}
            answers += [POSTING_ANSWER.decode(one) for one in _list(self._post_safely(body), "answers")]
        if len(answers) != len(facts):
            raise DefectError(f"the agent gave {len(answers)} answers to {len(facts)} facts")
        return tuple(answers)

    @override
    def changes(self, since: str | None, limit: int) -> ChangesAnswer:
        query = {"limit": str(limit)} if since is None else {"limit": str(limit), "since": since}
        return CHANGES_ANSWER.decode(self._get(wire.CHANGES, **query)["answer"])

    def pause(self) -> None:
        self._send("POST", wire.PAUSE, Sends.READ, {})

    def resume(self) -> None:
        self._send("POST", wire.RESUME, Sends.READ, {})

    def health(self) -> Mapping[str, object]:
        """How the company's writer stands, in the agent's own words."""
        return self._get(wire.HEALTH)

    def _post_safely(self, body: Mapping[str, object]) -> Mapping[str, object]:
        lost = None
        for _ in range(TRIES):
            try:
                return self._send("POST", wire.POSTINGS, Sends.WRITE, body)
            except OutcomeUnknownError as error:
                lost = error
        why = f"{lost}; post the same again, nothing is posted twice"
        raise TransientError(why, rests=lost.rests if lost else None) from lost

    def _get(self, path: str, **query: str) -> Mapping[str, object]:
        return self._send("GET", f"{path}?{urlencode(query, quote_via=quote)}", Sends.READ)

    def _send(
        self, method: str, path: str, sends: Sends, body: Mapping[str, object] | None = None
    ) -> Mapping[str, object]:
        headers = self._headers | trace_header()
        content = b""
        if body is not None:
            headers["content-type"] = "application/json"
            content = msgspec.json.encode(body)
        outbound = Outbound(method=method, path=path, sends=sends, headers=headers, content=content)
        return _read(self._client.send(outbound))


def _read(answer: Answer) -> Mapping[str, object]:
    try:
        body = msgspec.json.decode(answer.content, type=dict[str, object])
    except msgspec.DecodeError as error:
        raise DefectError(f"the agent's answer of status {answer.status} is no JSON object") from error
    if answer.status in range(200, 300):
        return body
    detail = str(body.get("detail") or f"the agent answered {answer.status}")
    told = wire.error_of(body.get("type"), detail)
    raise told or ConfigurationError(f"the agent refuses: {detail}")


def _list(body: Mapping[str, object], name: str) -> list[object]:
    found = body[name]
    if not isinstance(found, list):
        raise DefectError(f"the agent's answer has no list {name}")
    return found
