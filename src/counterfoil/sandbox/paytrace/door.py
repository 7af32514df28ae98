"""The HTTP door of every wire: who calls, what they sent, and the answer back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.e2ee import KeyPair
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.merchants import Merchants
from counterfoil.sandbox.paytrace.rows import Caller

Hold = Callable[[Request], Awaitable[None]]
Endpoint = Callable[[Request], Awaitable[Response]]
Payload = dict[str, object]

BODY_BYTES_MAX = 1024 * 1024

_ENCODER = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; a held answer is kept back although everything is done."""

    status: int
    payload: Payload | None
    is_held: bool = False


SERVER_ERROR = Answer(500, None)

Operation = Callable[[Gateway, Body, Caller], Answer]


@dataclass(frozen=True, slots=True)
class WireWords:
    """How one wire turns away callers without a live token, and bodies that cannot be read."""

    unauthorised: Answer
    bad_body: Answer


@dataclass(frozen=True, slots=True)
class Visit:
    """A known caller at a merchant account."""

    gateway: Gateway
    caller: Caller


class Door:
    """Lets callers with a live access token in; keeps no token and no password."""

    def __init__(self, merchants: Merchants, hold: Hold | None, words: WireWords) -> None:
        self.merchants = merchants
        self.words = words
        self._hold = hold or until_caller_leaves(merchants.first.settings.answer_held_for)

    def endpoint(self, operation: Operation) -> Endpoint:
        """An operation behind the token check."""

        async def serve(request: Request) -> Response:
            visit = self.visit(request, through="API")
            if visit is None:
                return await self.respond(request, self.words.unauthorised)
            body = await read_body(request)
            if body is None:
                return await self.respond(request, self.words.bad_body)
            return await self.respond(request, operation(visit.gateway, body, visit.caller))

        return serve

    def visit(self, request: Request, *, through: str) -> Visit | None:
        """Who the bearer token stands for, at the account that gave it; None when it is not a live one."""
        visitor = self.merchants.by_token(bearer_of(request))
        if visitor is None:
            return None
        caller = Caller(user=visitor.user, through=through, from_ip=address_of(request))
        return Visit(visitor.gateways[0], caller)

    async def respond(self, request: Request, answer: Answer) -> Response:
        if answer.is_held:
            await self._hold(request)
        if answer.payload is None:
            return PlainTextResponse("Internal Server Error", answer.status)
        return json_response(answer.status, answer.payload)


def public_key(key_pair: KeyPair) -> Endpoint:
    """Serves the key that clients encrypt with."""

    async def serve(_: Request) -> Response:
        return Response(key_pair.public_pem(), media_type="application/x-pem-file")

    return serve


def until_caller_leaves(limit: timedelta) -> Hold:
    """Holds an answer back until the caller hangs up, within the limit."""

    async def hold(request: Request) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit.total_seconds()):
                while (await request.receive())["type"] != "http.disconnect":
                    pass

    return hold


async def read_body(request: Request) -> Body | None:
    """The body as JSON object or form; None for what is neither or too large.

    A JSON object that is labelled a form, as simple tools do, is still read as JSON.
    """
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > BODY_BYTES_MAX:
            return None
    if is_form(request) and not raw.lstrip().startswith(b"{"):
        return Body(dict(parse_qsl(raw.decode(errors="replace"), keep_blank_values=True)))
    return Body.decode(raw)


def bearer_of(request: Request) -> str:
    """The access token that came with a request; empty where none did."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


def address_of(request: Request) -> str:
    return "" if request.client is None else request.client.host


def json_response(status: int, payload: object) -> Response:
    return Response(_ENCODER.encode(payload), status, media_type="application/json")
