"""The control pages: rendered here, plain HTML without scripts."""

from __future__ import annotations

import re
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from counterfoil.sandbox.paytrace.amounts import render_dollars
from counterfoil.sandbox.paytrace.control.controls import Controls
from counterfoil.sandbox.paytrace.control.listings import (
    LISTINGS,
    PAGE_LENGTH,
    Query,
    stamp,
    transaction_record,
)
from counterfoil.sandbox.paytrace.control.state import clock_of, state_of
from counterfoil.sandbox.paytrace.faults import FaultKind
from counterfoil.sandbox.paytrace.level_three import LevelThree

_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_PACKAGE = "counterfoil.sandbox.paytrace.control"
_NUMBER = re.compile("[0-9]{1,18}")
_FAULTS = {
    FaultKind.FAIL_BEFORE: "HTTP 500, nothing done",
    FaultKind.UNAUTHORIZED: "HTTP 401, nothing done",
    FaultKind.FAIL_AFTER: "HTTP 500, all done",
    FaultKind.TIME_OUT_AFTER: "no answer, all done",
    FaultKind.CUT_AFTER: "half an answer, all done",
    FaultKind.SLOW: "a late answer, all done",
}
_MONEY = frozenset({"amount", "sales_amount", "refunds_amount", "net"})


class Pages:
    """Overview, lists and single transactions."""

    def __init__(self, controls: Controls) -> None:
        self._controls = controls
        self._environment = Environment(
            loader=PackageLoader(_PACKAGE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def overview(self, request: Request) -> Response:
        kinds = {kind.value: words for kind, words in _FAULTS.items()}
        return self._page(request, "overview.html", here="", kinds=kinds, state=state_of(self._controls))

    async def listing(self, request: Request) -> Response:
        name = request.path_params["name"]
        listing = LISTINGS.get(name)
        if listing is None:
            return self._page(request, "missing.html", 404, here="")
        query = Query.of(request.query_params)
        rows = list(listing.find(self._controls, query))
        return self._page(
            request,
            "list.html",
            here=name,
            name=name,
            listing=listing,
            rows=rows,
            query=query,
            money=_MONEY,
            is_last=len(rows) < PAGE_LENGTH,
        )

    async def transaction(self, request: Request) -> Response:
        controls, written = self._controls, request.path_params["transaction_id"]
        number = int(written) if _NUMBER.fullmatch(written) else 0
        row = controls.gateway.ledger.transaction(number)
        if row is None:
            return self._page(request, "missing.html", 404, here="transactions")
        entries = [each for each in controls.gateway.ledger.movements() if each.transaction_id == number]
        return self._page(
            request,
            "transaction.html",
            here="transactions",
            row=row,
            record=transaction_record(controls, row),
            columns=LISTINGS["transactions"].columns,
            refunds=controls.gateway.ledger.refunds_of(number),
            entries=[
                (stamp(controls, each.moved_at), each.movement.value, render_dollars(each.amount_cents))
                for each in entries
            ],
            level_three=LevelThree(controls.gateway).find(number),
        )

    async def style(self, _: Request) -> Response:
        sheet = files(_PACKAGE).joinpath("assets/style.css").read_text("utf-8")
        return Response(sheet, media_type="text/css")

    def _page(self, request: Request, template: str, status: int = 200, **values: object) -> Response:
        rendered = self._environment.get_template(template).render(
            clock=clock_of(self._controls),
            listings=LISTINGS,
            done=request.query_params.get("done", ""),
            error=request.query_params.get("error", ""),
            **values,
        )
        return HTMLResponse(rendered, status, _HEADERS)
