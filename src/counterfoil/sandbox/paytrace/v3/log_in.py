"""The V3 log-in: client credentials or a refresh token for an access token."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.door import Payload, json_response, read_body
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.merchants import Merchants
from counterfoil.sandbox.paytrace.v3.settings import TokenShape

_REFRESH_TOKEN_BYTES = 32


class LogIn:
    """Gives out tokens of the first merchant account's ledger; they serve for every account of the user."""

    def __init__(self, merchants: Merchants) -> None:
        self._merchants = merchants
        self._gateway: Gateway = merchants.gateways[0]

    async def token(self, request: Request) -> Response:
        """Takes form or JSON; 201 on success is verified, 401 otherwise is assumed."""
        body = await read_body(request)
        user = None if body is None else self._user_of(body)
        if user is None:
            return json_response(401, {"message": "The client or the refresh token is not valid."})
        return json_response(201, self._answer(user))

    def _user_of(self, body: Body) -> str | None:
        match body.raw("grant_type"):
            case "client_credentials":
                visitor = self._merchants.log_in(body.raw("client_id"), body.raw("client_secret"))
                return None if visitor is None else visitor.user
            case "refresh_token":
                tokens = self._gateway.ledger.tokens
                return tokens.spend_refresh(body.raw("refresh_token"), self._gateway.now())
            case _:
                return None

    def _answer(self, user: str) -> Payload:
        settings, now = self._gateway.settings.v3, self._gateway.now()
        access_token = ":".join(self._gateway.new_id() for _ in range(3))
        refresh_token = self._gateway.new_token(_REFRESH_TOKEN_BYTES)
        tokens = self._gateway.ledger.tokens
        tokens.add(access_token, user, now, settings.token_life)
        tokens.add_refresh(refresh_token, user, now, settings.refresh_token_life)
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
