"""The HTTP door: who calls, what they sent, and the answer back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import Reason, Refused
from counterfoil.sandbox.paytrace.rows import Caller
from counterfoil.sandbox.paytrace.v1.bodies import Body
from counterfoil.sandbox.paytrace.v1.operations import Answer, Operation, refused_answer

Hold = Callable[[Request], Awaitable[None]]
Endpoint = Callable[[Request], Awaitable[Response]]

BODY_BYTES_MAX = 1024 * 1024

_ENCODER = msgspec.json.Encoder(decimal_format="number")

_INVALID_GRANT = {
    "error": "invalid_grant",
    "error_description": (
        "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI "
        "used in the authorization request, or was issued to another client."
    ),
}
_INVALID_TOKEN = {
    "error": "invalid_token",
    "error_description": (
        "The access token provided is expired, revoked, malformed, or invalid for other reasons."
    ),
}


class Door:
    """Lets callers with a live access token in; keeps no token and no password."""

    def __init__(self, gateway: Gateway, hold: Hold | None) -> None:
        self.gateway = gateway
        self._hold = hold or until_caller_leaves(gateway.settings.answer_held_for)

    async def token(self, request: Request) -> Response:
        """Trades a user's name and password, sent as form or JSON, for an access token."""
        body = await read_body(request)
        if body is None or body.raw("grant_type") != "password" or not self._is_user(body):
            return json_response(401, _INVALID_GRANT)
        gateway, life = self.gateway, self.gateway.settings.token_life
        token = ":".join(gateway.new_id() for _ in range(3))
        gateway.ledger.add_token(token, body.raw("username"), gateway.now(), life)
        return json_response(
            200, {"access_token": token, "token_type": "bearer", "expires_in": int(life.total_seconds())}
        )

    async def ping(self, _: Request) -> Response:
        """The one call that needs no token; the shape of its answer is assumed."""
        return json_response(200, {"success": True})

    def endpoint(self, operation: Operation) -> Endpoint:
        """An operation behind the token check."""

        async def serve(request: Request) -> Response:
            caller = self.caller(request, through="API")
            if caller is None:
                return unauthorised()
            body = await read_body(request)
            if body is None:
                return await self.respond(request, refused_answer(self.gateway, Refused.of(Reason.BODY)))
            return await self.respond(request, operation(self.gateway, body, caller))

        return serve

    def caller(self, request: Request, *, through: str) -> Caller | None:
        """Who the bearer token stands for; None when it is missing, unknown or expired."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        user = self.gateway.ledger.token_user(token.strip(), self.gateway.now())
        return None if user is None else Caller(user=user, through=through, from_ip=address_of(request))

    async def respond(self, request: Request, answer: Answer) -> Response:
        if answer.is_held:
            await self._hold(request)
        if answer.payload is None:
            return PlainTextResponse("Internal Server Error", answer.status)
        return json_response(answer.status, answer.payload)

    def _is_user(self, body: Body) -> bool:
        name, password = body.raw("username"), body.raw("password")
        return any(user.name == name and user.password == password for user in self.gateway.settings.users)


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


def is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


def address_of(request: Request) -> str:
    return "" if request.client is None else request.client.host


def unauthorised() -> Response:
    return json_response(401, _INVALID_TOKEN)


def json_response(status: int, payload: object) -> Response:
    return Response(_ENCODER.encode(payload), status, media_type="application/json")
