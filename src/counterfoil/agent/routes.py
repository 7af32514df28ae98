"""What can be asked of the agent: the Erp port's questions and postings, health, pause and resume."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool

from counterfoil.agent.gates import Scope
from counterfoil.agent.guard import Guard
from counterfoil.agent.site import Site
from counterfoil.connectors.sagepro import wire
from counterfoil.domain.facts.keys import FactError, PostingKey
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, ItemNumber
from counterfoil.http.limits import read_body
from counterfoil.http.problem import RequestRefusedError
from counterfoil.ports.changes import PAGE_MAX
from counterfoil.ports.encoding import CHANGES_ANSWER, FACT, POSTING_ANSWER, PREVIEW_ANSWER, encode
from counterfoil.ports.errors import ConfigurationError, EncodingError
from counterfoil.telemetry.tracing import HEADER, Attribute, Span, span

Json = dict[str, Any]


def reading(site: Site, guard: Guard) -> APIRouter:
    routes = APIRouter(tags=["books"], dependencies=[Depends(guard(Scope.READ))])

    @routes.get(wire.REFERENCES, summary="Documents and orders that bear a reference")
    def references(reference: str) -> Json:
        return encode(site.find_references(reference))

    @routes.get(wire.CUSTOMERS, summary="One customer")
    def customer(number: str) -> Json:
        found = site.find_customer(CustomerNumber(number))
        return {"customer": encode(found) if found else None}

    @routes.get(wire.INVOICES, summary="The documents that bear a number, current and history")
    def invoices(number: str) -> Json:
        found = site.find_references(number).invoices
        return {"invoices": [encode(invoice) for invoice in found if invoice.number == number]}

    @routes.get(wire.ORDERS, summary="The order that bears a number")
    def orders(number: str) -> Json:
        found = site.find_references(number).orders
        return {"orders": [encode(order) for order in found if order.number == number]}

    @routes.get(wire.OPEN_ITEMS, summary="What a customer has open, oldest first")
    def open_items(customer: str) -> Json:
        return {"items": [encode(item) for item in site.find_open_items(CustomerNumber(customer))]}

    return routes


def entered(site: Site, guard: Guard) -> APIRouter:
    routes = APIRouter(tags=["books"], dependencies=[Depends(guard(Scope.READ))])

    @routes.get(wire.RECEIPTS, summary="What was received on a document, oldest first")
    def receipts(document: str) -> Json:
        return {"receipts": [encode(entry) for entry in site.find_receipts(InvoiceNumber(document))]}

    @routes.get(wire.POSTINGS, summary="What stands in the posting ledger under a key")
    def posting(key: str) -> Json:
        try:
            found = site.find_posting(PostingKey.parse(key))
        except FactError as error:
            raise EncodingError(str(error)) from error
        return {"posting": encode(found) if found else None}

    return routes


def watching(site: Site, guard: Guard) -> APIRouter:
    routes = APIRouter(tags=["changes"], dependencies=[Depends(guard(Scope.READ))])

    @routes.get(wire.CHANGES, summary="What others changed in the books since a cursor")
    def changes(since: str | None = None, limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = PAGE_MAX) -> Json:
        return {"answer": CHANGES_ANSWER.encode(site.changes(since, limit))}

    return routes


def stock(site: Site, guard: Guard) -> APIRouter:
    routes = APIRouter(tags=["stock"], dependencies=[Depends(guard(Scope.READ))])

    @routes.get(wire.ITEMS, summary="One item")
    def item(number: str) -> Json:
        found = site.find_item(ItemNumber(number))
        return {"item": encode(found) if found else None}

    @routes.get(wire.STOCK, summary="How much of an item each location has")
    def levels(item: str) -> Json:
        return {"levels": [encode(level) for level in site.find_stock(ItemNumber(item))]}

    return routes


def writing(site: Site, guard: Guard, body_seconds: int) -> APIRouter:
    routes = APIRouter(tags=["postings"])

    @routes.post(
        wire.PREVIEWS,
        summary="The rows that a fact would write now",
        dependencies=[Depends(guard(Scope.PREVIEW))],
    )
    async def preview(request: Request) -> Json:
        body = await _read_object(request, body_seconds)
        fact = FACT.decode(body.get("fact"))
        return {"answer": PREVIEW_ANSWER.encode(await run_in_threadpool(site.preview, fact))}

    @routes.post(
        wire.POSTINGS,
        summary="Post facts, each all or nothing; one answer each, in order",
        dependencies=[Depends(guard(Scope.POST))],
    )
    async def post(request: Request) -> Json:
        body = await _read_object(request, body_seconds)
        listed = body.get("facts")
        if not isinstance(listed, list) or not 1 <= len(listed) <= wire.FACTS_MAX:
            raise EncodingError(f"facts must be a list of 1 to {wire.FACTS_MAX}")
        facts = [FACT.decode(one) for one in listed]
        _require_mode(body.get(wire.MODE), site.mode)
        told = {Attribute.FACTS: len(facts)}
        with span(Span.POSTING, told, parent=request.headers.get(HEADER, "")):
            answers = await run_in_threadpool(site.post, facts)
        return {"answers": [POSTING_ANSWER.encode(answer) for answer in answers]}

    return routes


def operating(site: Site, guard: Guard) -> APIRouter:
    routes = APIRouter(tags=["operation"])
    operate = [Depends(guard(Scope.OPERATE))]

    @routes.get(
        wire.HEALTH, summary="How the company's writer stands", dependencies=[Depends(guard(scope=None))]
    )
    def health() -> Json:
        return encode(site.health)

    @routes.post(wire.PAUSE, summary="Let go of all files, for close, PACK and backup", dependencies=operate)
    def pause() -> Json:
        site.pause()
        return encode(site.health)

    @routes.post(wire.RESUME, summary="Take up work again", dependencies=operate)
    def resume() -> Json:
        site.resume()
        return encode(site.health)

    return routes


def _require_mode(told: object, mode: str) -> None:
    """Whoever takes the books for others than they are may bring a sandbox's payments to real books."""
    if told != mode:
        taken = f"for a company in mode {told}" if told else "without naming the company's mode"
        raise ConfigurationError(
            f"the profile says mode: {mode}, and the posting was sent {taken}: nothing was posted; mend the"
            " profile's mode, or connect the company again in its mode with a program of this version"
        )


async def _read_object(request: Request, seconds: int) -> Json:
    try:
        async with asyncio.timeout(seconds):
            body = await read_body(request, content_type="application/json", bytes_max=wire.BODY_BYTES_MAX)
    except TimeoutError as error:
        raise RequestRefusedError(HTTPStatus.REQUEST_TIMEOUT, "the body took too long to come") from error
    try:
        return msgspec.json.decode(body, type=Json)
    except msgspec.DecodeError as error:
        raise EncodingError(f"the body is no JSON object: {error}") from error
