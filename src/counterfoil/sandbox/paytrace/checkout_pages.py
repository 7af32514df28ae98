"""The hosted checkout's pages and its JSON doors."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from counterfoil.sandbox.paytrace import checkout_html as html
from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.checkout import THROUGH, Checkout, Expired, Paid
from counterfoil.sandbox.paytrace.door import (
    SERVER_ERROR,
    Door,
    address_of,
    is_form,
    json_response,
    read_body,
)
from counterfoil.sandbox.paytrace.outcomes import Charged, Reason, Refused, Verdict
from counterfoil.sandbox.paytrace.rows import CheckoutRow
from counterfoil.sandbox.paytrace.v1.charges import charged_answer, is_failing_before
from counterfoil.sandbox.paytrace.v1.errors import refused_answer

_CARD_FIELDS = ("number", "expiration_month", "expiration_year")
_ADDRESS_FIELDS = ("name", "street_address", "zip")


class CheckoutPages:
    """What a shopper sees, and the same for programs."""

    def __init__(self, checkouts: Sequence[Checkout], door: Door) -> None:
        self._checkouts = tuple(checkouts)
        self._door = door

    def routes(self) -> list[Route]:
        return [
            Route("/checkout/orders", self.open_order, methods=["POST"]),
            Route("/checkout/sale", self.sell, methods=["POST"]),
            Route("/checkout/{checkout_id}", self.show, methods=["GET"]),
            Route("/checkout/{checkout_id}", self.pay, methods=["POST"]),
        ]

    async def open_order(self, request: Request) -> Response:
        """The merchant opens an order and sends the shopper to the address answered."""
        opened = await self._open(request)
        if isinstance(opened, Response):
            return opened
        order, _ = opened
        payload = {
            "success": True,
            "order_id": order.order_id,
            "checkout_url": f"/checkout/{order.checkout_id}",
        }
        return json_response(200, payload)

    async def sell(self, request: Request) -> Response:
        """An order opened and paid in one request, for tests and demonstrations."""
        opened = await self._open(request)
        if isinstance(opened, Response):
            return opened
        order, body = opened
        checkout = self._of(order.checkout_id)
        return await self._pay(request, checkout, order, body)

    async def show(self, request: Request) -> Response:
        checkout = self._of(request.path_params["checkout_id"])
        order = checkout.find(request.path_params["checkout_id"])
        if order is None:
            return html.page(html.UNKNOWN, 404)
        return html.page(html.open_order(order, is_expired=checkout.is_expired(order)))

    async def pay(self, request: Request) -> Response:
        """The shopper pays, by form or, from a program, by JSON."""
        checkout = self._of(request.path_params["checkout_id"])
        order = checkout.find(request.path_params["checkout_id"])
        body = await read_body(request)
        if order is None:
            return html.page(html.UNKNOWN, 404)
        if body is None:
            return await self._door.respond(request, self._door.words.bad_body)
        return await self._pay(request, checkout, order, _nested(body) if is_form(request) else body)

    def _of(self, checkout_id: str) -> Checkout:
        """The checkout of the account that the order was opened at; the first one where none was."""
        return next((each for each in self._checkouts if each.find(checkout_id)), self._checkouts[0])

    async def _open(self, request: Request) -> tuple[CheckoutRow, Body] | Response:
        visit = self._door.visit(request, through=THROUGH)
        if visit is None:
            return await self._door.respond(request, self._door.words.unauthorised)
        body = await read_body(request)
        if body is None:
            return await self._door.respond(request, self._door.words.bad_body)
        checkout = next(each for each in self._checkouts if each.gateway is visit.gateway)
        opened = checkout.open(body, visit.caller.user)
        if isinstance(opened, Refused):
            return await self._door.respond(request, refused_answer(visit.gateway, opened))
        return opened, body

    async def _pay(self, request: Request, checkout: Checkout, order: CheckoutRow, body: Body) -> Response:
        if is_failing_before(checkout.gateway, order.amount_cents):
            return await self._door.respond(request, SERVER_ERROR)
        outcome = checkout.pay(order.checkout_id, body, address_of(request))
        if outcome is None or isinstance(outcome, Paid | Expired):
            return await self._not_payable(request, checkout, order)
        answer = charged_answer(checkout.gateway, outcome)
        if is_form(request) and answer.payload is not None:
            response: Response = html.page(html.result(order, outcome), answer.status)
        else:
            response = await self._door.respond(request, answer)
        if isinstance(outcome, Charged) and outcome.verdict is not Verdict.DECLINED:
            response.background = BackgroundTask(checkout.tell, order, outcome.row)
        return response

    async def _not_payable(self, request: Request, checkout: Checkout, order: CheckoutRow) -> Response:
        """What an order answers that is paid, or that it is too late for."""
        is_expired = checkout.is_expired(order)
        if is_form(request):
            return html.page(html.open_order(order, is_expired=is_expired), 409)
        refused = Refused.of(Reason.ORDER, f"order_id: this order is {'expired' if is_expired else 'paid'}")
        return await self._door.respond(request, refused_answer(checkout.gateway, refused))


def _nested(form: Body) -> Body:
    """The page's flat form in the shape of a keyed sale."""
    return Body(
        {
            "credit_card": {name: form.raw(name) for name in _CARD_FIELDS},
            "csc": form.raw("csc"),
            "billing_address": {name: form.raw(name) for name in _ADDRESS_FIELDS},
            "email": form.raw("email"),
            "amount": form.raw("amount") or None,
        }
    )
