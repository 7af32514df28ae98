"""The doors of the hosted fields: two scripts, a page, and the card that becomes a token."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.cards import Card, read_card
from counterfoil.sandbox.paytrace.door import Payload, is_form, json_response, read_body
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.hosted_fields import HostedFields
from counterfoil.sandbox.paytrace.merchants import Merchants
from counterfoil.sandbox.paytrace.outcomes import Reason

_EXPIRATION = re.compile(r"\s*([0-9]{1,2})\s*/?\s*([0-9]{4}|[0-9]{2})\s*")
_CSC = re.compile(r"[0-9]{3,4}")

# The codes that an independent client shows by field; their texts are this sandbox's.
_CARD_NUMBER = {"responseCode": "35", "description": "Please provide a valid Credit Card Number."}
_EXPIRED = {"responseCode": "43", "description": "Please provide a valid Expiration Month."}
_NO_CSC = {"responseCode": "148", "description": "Please provide a valid CSC."}
_NO_KEY = {"responseCode": "998", "description": "The client key is not known or has ended."}

# Any page may embed the fields; they themselves load and call nothing but the sandbox.
_FRAME_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; "
        "form-action 'none'; frame-ancestors *"
    ),
    "cache-control": "no-store",
}

Errors = list[dict[str, str]]


class HostedFieldsPages:
    """What the merchant's page and the browser fetch."""

    def __init__(self, merchants: Merchants) -> None:
        self._merchants = merchants

    def routes(self) -> list[Route]:
        return [
            *(_file(path, name, media) for path, name, media in _FILES),
            Route("/sandbox/protect/validate", self.validate, methods=["POST"]),
            Route("/sandbox/protect/process", self.process, methods=["POST"]),
        ]

    async def validate(self, request: Request) -> Response:
        """What is wrong with the typed card."""
        body = await self._body(request)
        if body is None:
            return json_response(415, {"errors": [_NO_KEY]})
        gateway = self._gateway(body)
        return json_response(200, {"errors": [_NO_KEY] if gateway is None else _judged(gateway, body)[1]})

    async def process(self, request: Request) -> Response:
        """A one-time token for the typed card, or what is wrong with it."""
        body = await self._body(request)
        if body is None:
            return json_response(415, {"errors": [_NO_KEY]})
        gateway = self._gateway(body)
        if gateway is None:
            return json_response(200, {"errors": [_NO_KEY]})
        return json_response(200, _processed(gateway, body))

    async def _body(self, request: Request) -> Body | None:
        """JSON alone: a form of another site could not send that unasked."""
        return None if is_form(request) else await read_body(request)

    def _gateway(self, body: Body) -> Gateway | None:
        """The merchant account that the client key belongs to."""
        key = body.raw("clientKey")
        return next((each for each in self._merchants.gateways if HostedFields(each).knows(key)), None)


def _processed(gateway: Gateway, body: Body) -> Payload:
    card, errors = _judged(gateway, body)
    if card is None:
        return {"errors": errors}
    token = HostedFields(gateway).tokenise(card)
    return {"errors": [], "message": {"hpf_token": token.hpf_token, "enc_key": token.enc_key}}


def _judged(gateway: Gateway, body: Body) -> tuple[Card | None, Errors]:
    """The card, or everything that is wrong with it."""
    typed = _EXPIRATION.fullmatch(body.raw("expiration"))
    month, year = typed.groups() if typed else ("", "")
    number, csc = re.sub(r"[ -]", "", body.raw("number")), body.raw("csc").strip()
    read = read_card(number, month, year, csc)
    reasons = {refusal.reason for refusal in read} if isinstance(read, tuple) else set()
    errors: Errors = [_CARD_NUMBER] if Reason.CARD_NUMBER in reasons else []
    if reasons - {Reason.CARD_NUMBER} or (isinstance(read, Card) and _is_expired(gateway, read)):
        errors.append(_EXPIRED)
    if not _CSC.fullmatch(csc):
        errors.append(_NO_CSC)
    return (None, errors) if errors or isinstance(read, tuple) else (read, [])


def _is_expired(gateway: Gateway, card: Card) -> bool:
    today = gateway.now().astimezone(gateway.settings.zone).date()
    return (card.year, card.month) < (today.year, today.month)


def _file(path: str, name: str, media: str) -> Route:
    content = (files(__package__) / name).read_text("utf-8")

    async def serve(_: Request) -> Response:
        return Response(content, media_type=media, headers=_FRAME_HEADERS)

    return Route(path, serve, methods=["GET"])


_FILES: Sequence[tuple[str, str, str]] = (
    ("/sandbox/protect.js", "protect.js", "text/javascript"),
    ("/js/protect.min.js", "protect.js", "text/javascript"),
    ("/sandbox/protect/fields", "fields.html", "text/html"),
    ("/sandbox/protect/fields.js", "fields.js", "text/javascript"),
)
