"""The control API and its pages, behind the guard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from urllib.parse import parse_qsl, urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from counterfoil.sandbox.paytrace.control import guard
from counterfoil.sandbox.paytrace.control.commands import COMMANDS, Command, CommandError
from counterfoil.sandbox.paytrace.control.controls import Controls
from counterfoil.sandbox.paytrace.control.listings import LISTINGS, Query
from counterfoil.sandbox.paytrace.control.openapi import describe
from counterfoil.sandbox.paytrace.control.pages import Pages
from counterfoil.sandbox.paytrace.control.state import state_of
from counterfoil.sandbox.paytrace.door import BODY_BYTES_MAX, is_form, json_response

Serve = Callable[[Request], Awaitable[Response]]


def routes(controls: Controls) -> list[Route]:
    """Everything under `/control`, and the description of the whole at `/openapi.json`."""
    api, pages = ControlApi(controls), Pages(controls)
    guarded: list[tuple[str, Serve, str]] = [
        ("/control", pages.overview, "GET"),
        ("/control/style.css", pages.style, "GET"),
        ("/control/state", api.state, "GET"),
        ("/control/chargebacks.csv", api.chargebacks_file, "GET"),
        ("/control/lists/{name}", api.rows, "GET"),
        ("/control/transactions/{transaction_id}", pages.transaction, "GET"),
        ("/control/{name}", pages.listing, "GET"),
        *((f"/control/do/{command.path}", api.doing(command), "POST") for command in COMMANDS),
    ]
    token = controls.gateway.settings.control_token
    return [
        Route("/openapi.json", _openapi, methods=["GET"]),
        *(Route(path, _guarded(serve, token), methods=[method]) for path, serve, method in guarded),
    ]


class ControlApi:
    """Does what testers ask, for programs as JSON and for the pages' forms."""

    def __init__(self, controls: Controls) -> None:
        self._controls = controls

    async def state(self, _: Request) -> Response:
        return json_response(200, state_of(self._controls))

    async def rows(self, request: Request) -> Response:
        listing = LISTINGS.get(request.path_params["name"])
        if listing is None:
            return json_response(404, {"error": "There is no such list."})
        return json_response(
            200, {"rows": list(listing.find(self._controls, Query.of(request.query_params)))}
        )

    async def chargebacks_file(self, request: Request) -> Response:
        """The processor's file, whole or of one day."""
        asked = request.query_params.get("day", "")
        try:
            day = date.fromisoformat(asked) if asked else None
        except ValueError:
            return PlainTextResponse("The day is written YYYY-MM-DD.", 422)
        name = f"chargebacks-{asked}.csv" if asked else "chargebacks.csv"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(self._controls.processor.file(day), media_type="text/csv", headers=headers)

    def doing(self, command: Command) -> Serve:
        async def serve(request: Request) -> Response:
            try:
                done = await command.run(self._controls, await _read(request, command.request))
            except (CommandError, msgspec.ValidationError, msgspec.DecodeError) as error:
                return _answer(request, 422, "error", str(error))
            return _answer(request, 200, "done", done)

        return serve


async def _read(request: Request, kind: type[msgspec.Struct]) -> msgspec.Struct:
    """The request as its type; a form's empty fields count as left out."""
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > BODY_BYTES_MAX:
            raise CommandError("The request is too long.")
    if not is_form(request):
        return msgspec.json.decode(raw or b"{}", type=kind)
    return msgspec.convert(dict(parse_qsl(raw.decode(errors="replace"))), type=kind, strict=False)


def _answer(request: Request, status: int, key: str, words: str) -> Response:
    """JSON for programs; a form goes back to the page that it came from, with the words."""
    if not is_form(request):
        return json_response(status, {key: words})
    came_from = request.query_params.get("from", "")
    place = came_from if came_from in LISTINGS else ""
    target = f"/control/{place}" if place else "/control"
    return RedirectResponse(f"{target}?{urlencode({key: words})}", 303)


def _guarded(serve: Serve, token: str) -> Serve:
    async def guard_first(request: Request) -> Response:
        return guard.refusal(request, token) or await serve(request)

    return guard_first


async def _openapi(_: Request) -> Response:
    return json_response(200, describe())
