"""The V3 log-in: client credentials or a refresh token for an access token."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.door import Payload, json_response, read_body
from counterfoil.sandbox.paytrace.merchants import Merchants, Visitor
from counterfoil.sandbox.paytrace.v3.settings import TokenShape

_REFRESH_TOKEN_BYTES = 32


class LogIn:
    """Gives out tokens; they serve for every account of the user."""

    def __init__(self, merchants: Merchants) -> None:
        self._merchants = merchants

    async def token(self, request: Request) -> Response:
        """Takes form or JSON; 201 on success is verified, 401 otherwise is assumed."""
        body = await read_body(request)
        visitor = None if body is None else self._visitor(body)
        if visitor is None:
            return json_response(401, {"message": "The client or the refresh token is not valid."})
        return json_response(201, _answer(visitor))

    def _visitor(self, body: Body) -> Visitor | None:
        match body.raw("grant_type"):
            case "client_credentials":
                return self._merchants.log_in(body.raw("client_id"), body.raw("client_secret"))
            case "refresh_token":
                return self._merchants.spend_refresh(body.raw("refresh_token"))
            case _:
                return None


def _answer(visitor: Visitor) -> Payload:
    """New tokens, kept at the user's first account."""
    gateway = visitor.gateways[0]
    settings, now, tokens = gateway.settings.v3, gateway.now(), gateway.ledger.tokens
    access_token = ":".join(gateway.new_id() for _ in range(3))
    refresh_token = gateway.new_token(_REFRESH_TOKEN_BYTES)
    tokens.add(access_token, visitor.user, now, settings.token_life)
    tokens.add_refresh(refresh_token, visitor.user, now, settings.refresh_token_life)
    told: Payload = {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": int(settings.token_life.total_seconds()),
        "refresh_token": refresh_token,
    }
    match settings.token_shape:
        case TokenShape.DATA:
            return {"data": told}
        case TokenShape.TOP:
            return told
        case TokenShape.BOTH:
            return told | {"data": told}
