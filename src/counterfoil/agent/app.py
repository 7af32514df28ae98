"""The agent's ASGI application: every question of the Erp port, pause and resume, behind a token."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Protocol

import msgspec
from fastapi import APIRouter, Depends, FastAPI, Header, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from counterfoil import __version__
from counterfoil.connectors.sagepro import wire
from counterfoil.connectors.sagepro.company import CompanyHealth
from counterfoil.domain.facts.keys import FactError, PostingKey
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.http.limits import read_body
from counterfoil.http.problem import RequestRefusedError
from counterfoil.ports.encoding import FACT, POSTING_ANSWER, PREVIEW_ANSWER, encode
from counterfoil.ports.erp import Erp
from counterfoil.ports.errors import CounterfoilError, EncodingError, TransientError

Json = dict[str, Any]


class Site(Erp, Protocol):
    """One company beside its files."""

    @property
    def health(self) -> CompanyHealth: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """What the application needs from outside."""

    site: Site
    token: str
    """What every request must bear."""


def create_app(deps: Deps) -> FastAPI:
    """The agent of one company; serve it on a socket in a private folder or on the loopback address."""
    if not deps.token:
        raise ValueError("the agent needs a token")
    app = FastAPI(
        title="Counterfoil agent",
        version=__version__,
        description="One Sage Pro company: receivables read, facts previewed and posted.",
        docs_url=None,
        redoc_url=None,
    )
    guard = [Depends(_bearer(deps.token))]
    app.include_router(_reading(deps.site), dependencies=guard)
    app.include_router(_writing(deps.site), dependencies=guard)
    app.include_router(_operating(deps.site), dependencies=guard)
    app.add_exception_handler(CounterfoilError, _on_error)
    app.add_exception_handler(RequestRefusedError, _on_refusal)
    return app


def _bearer(token: str) -> Callable[[str], None]:
    expected = f"Bearer {token}".encode()

    def check(authorization: Annotated[str, Header()] = "") -> None:
        if not hmac.compare_digest(authorization.encode(), expected):
            raise RequestRefusedError(HTTPStatus.UNAUTHORIZED, "send the agent's token as bearer token")

    return check


def _reading(site: Site) -> APIRouter:
    routes = APIRouter(tags=["books"])

    @routes.get(wire.REFERENCES, summary="Documents and orders that bear a reference")
    def references(reference: str) -> Json:
        return encode(site.find_references(reference))

    @routes.get(wire.CUSTOMERS, summary="One customer")
    def customer(number: str) -> Json:
        found = site.find_customer(CustomerNumber(number))
        return {"customer": encode(found) if found else None}

    @routes.get(wire.OPEN_ITEMS, summary="What a customer has open, oldest first")
    def open_items(customer: str) -> Json:
        return {"items": [encode(item) for item in site.find_open_items(CustomerNumber(customer))]}

    @routes.get(wire.POSTINGS, summary="What stands in the posting ledger under a key")
    def posting(key: str) -> Json:
        try:
            found = site.find_posting(PostingKey.parse(key))
        except FactError as error:
            raise EncodingError(str(error)) from error
        return {"posting": encode(found) if found else None}

    return routes


def _writing(site: Site) -> APIRouter:
    routes = APIRouter(tags=["postings"])

    @routes.post(wire.PREVIEWS, summary="The rows that a fact would write now")
    async def preview(request: Request) -> Json:
        body = await _read_object(request)
        fact = FACT.decode(body.get("fact"))
        return {"answer": PREVIEW_ANSWER.encode(await run_in_threadpool(site.preview, fact))}

    @routes.post(wire.POSTINGS, summary="Post facts, each all or nothing; one answer each, in order")
    async def post(request: Request) -> Json:
        body = await _read_object(request)
        listed = body.get("facts")
        if not isinstance(listed, list) or not 1 <= len(listed) <= wire.FACTS_MAX:
            raise EncodingError(f"facts must be a list of 1 to {wire.FACTS_MAX}")
        facts = [FACT.decode(one) for one in listed]
        answers = await run_in_threadpool(site.post, facts)
        return {"answers": [POSTING_ANSWER.encode(answer) for answer in answers]}

    return routes


def _operating(site: Site) -> APIRouter:
    routes = APIRouter(tags=["operation"])

    @routes.get(wire.HEALTH, summary="How the company's writer stands")
    def health() -> Json:
        return encode(site.health)

    @routes.post(wire.PAUSE, summary="Let go of all files, for close, PACK and backup")
    def pause() -> Json:
        site.pause()
        return encode(site.health)

    @routes.post(wire.RESUME, summary="Take up work again")
    def resume() -> Json:
        site.resume()
        return encode(site.health)

    return routes


async def _read_object(request: Request) -> Json:
    body = await read_body(request, content_type="application/json", bytes_max=wire.BODY_BYTES_MAX)
    try:
        return msgspec.json.decode(body, type=Json)
    except msgspec.DecodeError as error:
        raise EncodingError(f"the body is no JSON object: {error}") from error


def _on_refusal(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestRefusedError):
        raise error
    return JSONResponse(**_problem("about:blank", error.problem.status, error.problem.detail))


def _on_error(_request: Request, error: Exception) -> JSONResponse:
    """Our errors as problem documents; a defect is the server's own failure and travels as such."""
    kind = wire.problem_of(error) if isinstance(error, CounterfoilError) else None
    if kind is None:
        raise error
    answer = _problem(kind.name, kind.status, str(error))
    if isinstance(error, TransientError) and error.retry_after_seconds is not None:
        answer["headers"] = {"retry-after": str(error.retry_after_seconds)}
    return JSONResponse(**answer)


def _problem(kind: str, status: HTTPStatus, detail: str) -> Json:
    content = {"type": kind, "title": status.phrase, "status": status.value, "detail": detail}
    return {"content": content, "status_code": status.value, "media_type": "application/problem+json"}
