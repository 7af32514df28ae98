"""Intake of hints from outside, as bare routes: every answer but a 2xx means that nothing was kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol, assert_never

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from counterfoil.http.limits import read_body
from counterfoil.http.problem import Problem, RequestRefusedError

BODY_BYTES_MAX = 64 * 1024
_RETRY_SECONDS = "30"


@dataclass(frozen=True, slots=True)
class Kept:
    """The hint is stored, durably; `again` when it was there before."""

    again: bool = False


@dataclass(frozen=True, slots=True)
class UnknownAddress:
    """No connection listens at the address; told like every other wrong address."""


@dataclass(frozen=True, slots=True)
class Unsigned:
    """The signature is missing, wrong or too old."""

    why: str


@dataclass(frozen=True, slots=True)
class Malformed:
    """Not the kind of message that belongs here."""

    why: str


@dataclass(frozen=True, slots=True)
class Unavailable:
    """It could not be kept now; the sender should try again."""

    why: str


HintAnswer = Kept | UnknownAddress | Unsigned | Malformed | Unavailable


class HintIntake(Protocol):
    """Keeps hints; an answer of `Kept` comes only after the commit."""

    async def silent_post(self, address: str, body: bytes) -> HintAnswer:
        """A form body sent to a connection's unguessable address."""
        ...

    async def relay(self, connection: str, headers: Mapping[str, str], body: bytes) -> HintAnswer:
        """A signed JSON body for the named connection."""
        ...


def _respond(answer: HintAnswer, kept: HTTPStatus) -> Response:
    match answer:
        case Kept():
            return PlainTextResponse("", kept.value)
        case UnknownAddress():
            return Problem(status=HTTPStatus.NOT_FOUND, detail="nothing listens here").as_response()
        case Unsigned(why):
            return Problem(status=HTTPStatus.UNAUTHORIZED, detail=why).as_response()
        case Malformed(why):
            return Problem(status=HTTPStatus.BAD_REQUEST, detail=why).as_response()
        case Unavailable(why):
            response = Problem(status=HTTPStatus.SERVICE_UNAVAILABLE, detail=why).as_response()
            response.headers["Retry-After"] = _RETRY_SECONDS
            return response
        case _:
            assert_never(answer)


Endpoint = Callable[[Request], Awaitable[Response]]


def _refusing(endpoint: Endpoint) -> Endpoint:
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except RequestRefusedError as error:
            return error.problem.as_response()

    return answer


def hook_routes(intake: HintIntake) -> Sequence[Route]:
    """The routes under /hooks."""

    async def silent_post(request: Request) -> Response:
        body = await read_body(
            request, content_type="application/x-www-form-urlencoded", bytes_max=BODY_BYTES_MAX
        )
        return _respond(await intake.silent_post(request.path_params["address"], body), HTTPStatus.OK)

    async def relay(request: Request) -> Response:
        body = await read_body(request, content_type="application/json", bytes_max=BODY_BYTES_MAX)
        answer = await intake.relay(request.path_params["connection"], request.headers, body)
        return _respond(answer, HTTPStatus.ACCEPTED)

    return (
        Route("/hooks/silent-post/{address}", _refusing(silent_post), methods=["POST"]),
        Route("/hooks/relay/{connection}", _refusing(relay), methods=["POST"]),
    )
