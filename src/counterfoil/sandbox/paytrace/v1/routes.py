"""The v1 wire: its log-in and all its calls."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.door import (
    Answer,
    Door,
    Hold,
    Operation,
    WireWords,
    json_response,
    public_key,
    read_body,
)
from counterfoil.sandbox.paytrace.merchants import Merchants, Visitor
from counterfoil.sandbox.paytrace.outcomes import Reason, Refused
from counterfoil.sandbox.paytrace.v1 import (
    batches,
    charges,
    checks,
    customers,
    follow_ups,
    hosted,
    level_three,
    recurrences,
    reports,
    users,
)
from counterfoil.sandbox.paytrace.v1.errors import refused_answer
from counterfoil.sandbox.paytrace.v1.permissions import guarded

OPERATIONS: Mapping[str, Operation] = {
    **charges.OPERATIONS,
    **follow_ups.OPERATIONS,
    **reports.OPERATIONS,
    **customers.OPERATIONS,
    **users.OPERATIONS,
    **checks.OPERATIONS,
    **hosted.OPERATIONS,
    **batches.OPERATIONS,
    **recurrences.OPERATIONS,
    **level_three.OPERATIONS,
}

_INVALID_GRANT = {
    "error": "invalid_grant",
    "error_description": (
        "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI "
        "used in the authorization request, or was issued to another client."
    ),
}
_INVALID_TOKEN: dict[str, object] = {
    "error": "invalid_token",
    "error_description": (
        "The access token provided is expired, revoked, malformed, or invalid for other reasons."
    ),
}


def open_door(merchants: Merchants, hold: Hold | None) -> Door:
    """The door that speaks v1."""
    return Door(
        merchants,
        hold,
        WireWords(
            unauthorised=Answer(401, _INVALID_TOKEN),
            bad_body=refused_answer(merchants.first, Refused.of(Reason.BODY)),
        ),
    )


def routes(door: Door) -> list[Route]:
    """Log-in, ping and every operation."""
    log_in = _LogIn(door.merchants)
    return [
        Route("/oauth/token", log_in.token, methods=["POST"]),
        Route("/v1/ping", _ping, methods=["GET", "POST"]),
        Route("/v1/e2ee/public-key.pem", public_key(door.merchants.first.key_pair), methods=["GET"]),
        *(
            Route(path, door.endpoint(guarded(path, operation)), methods=["POST"])
            for path, operation in OPERATIONS.items()
        ),
    ]


class _LogIn:
    """Trades names and passwords for access tokens."""

    def __init__(self, merchants: Merchants) -> None:
        self._merchants = merchants

    async def token(self, request: Request) -> Response:
        """Takes a user's name and password, sent as form or JSON."""
        body = await read_body(request)
        visitor = None if body is None else self._visitor(body)
        if visitor is None:
            return json_response(401, _INVALID_GRANT)
        gateway = visitor.gateways[0]
        life = gateway.settings.token_life
        token = ":".join(gateway.new_id() for _ in range(3))
        gateway.ledger.tokens.add(token, visitor.user, gateway.now(), life)
        return json_response(
            200, {"access_token": token, "token_type": "bearer", "expires_in": int(life.total_seconds())}
        )

    def _visitor(self, body: Body) -> Visitor | None:
        if body.raw("grant_type") != "password":
            return None
        return self._merchants.log_in(body.raw("username"), body.raw("password"))


async def _ping(_: Request) -> Response:
    """The one call that needs no token; the shape of its answer is assumed."""
    return json_response(200, {"success": True})
