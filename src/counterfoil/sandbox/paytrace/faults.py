"""What goes wrong on purpose: the next answers, or a share of all of them by a seed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from counterfoil.sandbox.paytrace.door import Hold, until_caller_leaves

_HUNDRED = 100
_REMEMBERED = 200
_WIRES = ("/v1/", "/v3/", "/checkout/")
# Calls without which no test could even begin.
_SPARED = ("/v1/ping", "/v1/e2ee/", "/v3/e2ee/", "/v3/token")


class FaultKind(StrEnum):
    """What goes wrong with a call."""

    FAIL_BEFORE = "fail_before"
    """HTTP 500, and nothing was done."""
    FAIL_AFTER = "fail_after"
    """HTTP 500, and everything was done."""
    TIME_OUT_AFTER = "time_out_after"
    """Everything was done, and the answer is held back until the caller hangs up."""
    CUT_AFTER = "cut_after"
    """Everything was done, and half the answer arrives."""
    SLOW = "slow"
    """The answer comes late."""
    UNAUTHORIZED = "unauthorized"
    """HTTP 401 as for a dead token, and nothing was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arming:
    """So many next calls under a path go wrong in one way."""

    kind: FaultKind
    times: int = 1
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeding:
    """A share of all calls under a path goes wrong; the same seed hits the same calls, counted from here."""

    seed: str
    percent: int
    kind: FaultKind | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """One call that went wrong on purpose."""

    path: str
    kind: FaultKind


class Faults:
    """Decides for each call whether it goes wrong; armed ones come before seeded ones."""

    def __init__(self) -> None:
        self.armed: list[Arming] = []
        self.seeding: Seeding | None = None
        self.happened: deque[Happened] = deque(maxlen=_REMEMBERED)
        self._count = 0

    def arm(self, arming: Arming) -> None:
        self.armed.append(arming)

    def seed(self, seeding: Seeding) -> None:
        """Counts calls anew from here."""
        self.seeding, self._count = seeding, 0

    def clear(self) -> None:
        """Lets everything go right again."""
        self.armed, self.seeding, self._count = [], None, 0

    def draw(self, path: str) -> FaultKind | None:
        """What goes wrong with a call of the path."""
        if not path.startswith(_WIRES) or path.startswith(_SPARED):
            return None
        kind = self._armed(path) or self._seeded(path)
        if kind is not None:
            self.happened.append(Happened(path, kind))
        return kind

    def _armed(self, path: str) -> FaultKind | None:
        for place, arming in enumerate(self.armed):
            if path.startswith(arming.path):
                left = [replace(arming, times=arming.times - 1)] if arming.times > 1 else []
                self.armed[place : place + 1] = left
                return arming.kind
        return None

    def _seeded(self, path: str) -> FaultKind | None:
        seeding = self.seeding
        if seeding is None or not path.startswith(seeding.path):
            return None
        self._count += 1
        digest = sha256(f"{seeding.seed}/{self._count}".encode()).digest()
        if int.from_bytes(digest[:4], "big") % _HUNDRED >= seeding.percent:
            return None
        kinds = list(FaultKind)
        return seeding.kind or kinds[digest[4] % len(kinds)]


class Faulty:
    """Stands before the whole sandbox and lets calls go wrong."""

    def __init__(self, app: ASGIApp, faults: Faults, *, held_for: timedelta, slow_for: timedelta) -> None:
        self._app = app
        self._faults = faults
        self._holds = {
            FaultKind.TIME_OUT_AFTER: until_caller_leaves(held_for),
            FaultKind.SLOW: until_caller_leaves(slow_for),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = self._faults.draw(scope["path"]) if scope["type"] == "http" else None
        match kind:
            case None:
                await self._app(scope, receive, send)
            case FaultKind.FAIL_BEFORE:
                await _SERVER_ERROR(scope, receive, send)
            case FaultKind.UNAUTHORIZED:
                await _DEAD_TOKEN(scope, receive, send)
            case FaultKind.FAIL_AFTER:
                await self._app(scope, receive, _swallow)
                await _SERVER_ERROR(scope, receive, send)
            case FaultKind.CUT_AFTER:
                await self._app(scope, receive, _cutting(send))
            case FaultKind.TIME_OUT_AFTER | FaultKind.SLOW:
                await self._late(self._holds[kind], scope, receive, send)

    async def _late(self, hold: Hold, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves the call, and lets the answer out after a while; the call itself is not late."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, keep)
        await hold(Request(scope, receive))
        for message in messages:
            await send(message)


_SERVER_ERROR = PlainTextResponse("Internal Server Error", 500)
_DEAD_TOKEN = JSONResponse(
    {"error": "invalid_token", "error_description": "The access token provided is expired."}, 401
)


async def _swallow(_: Message) -> None:
    """Takes an answer and sends nothing."""


def _cutting(send: Send) -> Send:
    """Lets the head and half the body through, as a whole answer that makes no sense."""

    async def cut(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [each for each in message["headers"] if each[0] != b"content-length"]
            await send({**message, "headers": headers})
        else:
            body = message.get("body", b"")
            await send({**message, "body": body[: len(body) // 2]})

    return cut
