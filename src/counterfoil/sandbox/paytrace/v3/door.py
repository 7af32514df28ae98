"""The V3 door: who calls, for which merchant account, with what headers."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from counterfoil.sandbox.paytrace import door as http
from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.door import Answer, Door, Hold, WireWords, read_body
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.merchants import Merchants, Visitor
from counterfoil.sandbox.paytrace.outcomes import Reason, Refused
from counterfoil.sandbox.paytrace.rows import Caller
from counterfoil.sandbox.paytrace.v3 import errors
from counterfoil.sandbox.paytrace.v3.calls import Call, Endpoint
from counterfoil.sandbox.paytrace.v3.errors import Fault
from counterfoil.sandbox.paytrace.v3.settings import V3Settings

# Documented lengths of the two headers.
_INTEGRATOR_ID_MAX = 12
_PERMALINKS_MAX = 4


class V3Door:
    """Lets callers with a live access token in, to the merchant account that they name."""

    def __init__(self, merchants: Merchants, hold: Hold | None) -> None:
        self._door = Door(
            merchants,
            hold,
            WireWords(
                unauthorised=errors.message(401, "Unauthorized: get a token at /v3/token."),
                bad_body=errors.refused(merchants.first.settings.v3, Refused.of(Reason.BODY)),
            ),
        )

    def endpoint(self, endpoint: Endpoint) -> http.Endpoint:
        """An endpoint's operation behind the checks that all of them share."""

        async def serve(request: Request) -> Response:
            visitor = self._door.merchants.by_token(http.bearer_of(request))
            if visitor is None:
                return await self._door.respond(request, self._door.words.unauthorised)
            body = await read_body(request)
            if body is None:
                return await self._door.respond(request, self._door.words.bad_body)
            return await self._door.respond(request, self._answer(endpoint, request, visitor, body))

        return serve

    def _answer(self, endpoint: Endpoint, request: Request, visitor: Visitor, body: Body) -> Answer:
        path, query = Body(request.path_params), Body(dict(request.query_params))
        gateway = _merchant(endpoint, visitor, (path, query, body))
        if isinstance(gateway, Answer):
            return gateway
        permission = endpoint.permission
        if permission is not None and not gateway.users.may(visitor.user, permission):
            return errors.message(403, "Log in failed for insufficient permissions.")
        wrong = _wrong_headers(request, gateway.settings.v3)
        if wrong is not None:
            return wrong
        return endpoint.operation(
            Call(
                gateway=gateway,
                visitor=visitor,
                body=body,
                caller=Caller(user=visitor.user, through="API", from_ip=http.address_of(request)),
                path=path,
                query=query,
                has_permalinks=request.headers.get("x-permalinks", "").lower() in {"true", "1"},
                base_url=str(request.base_url).rstrip("/"),
            )
        )


def _merchant(endpoint: Endpoint, visitor: Visitor, places: tuple[Body, ...]) -> Gateway | Answer:
    """The account named in path, query or body; the user's first where none is and none has to be."""
    named = next((place for place in places if place.raw("merchant_id").strip()), None)
    settings = visitor.gateways[0].settings.v3
    if named is None:
        if endpoint.needs_merchant:
            return errors.invalid(settings, [Fault("merchant_id", "merchant_id is required.")])
        return visitor.gateways[0]
    merchant_id = named.number("merchant_id")
    found = next((each for each in visitor.gateways if each.settings.merchant_id == merchant_id), None)
    return found or errors.message(403, "The user may not act for this merchant_id.")


def _wrong_headers(request: Request, settings: V3Settings) -> Answer | None:
    integrator_id = request.headers.get("x-integrator-id", "")
    faults = []
    if len(integrator_id) > _INTEGRATOR_ID_MAX or (settings.is_integrator_id_required and not integrator_id):
        faults.append(Fault("X-Integrator-Id", "X-Integrator-Id must be 1 to 12 characters."))
    if len(request.headers.get("x-permalinks", "")) > _PERMALINKS_MAX:
        faults.append(Fault("X-Permalinks", "X-Permalinks must be at most 4 characters."))
    return errors.invalid(settings, faults) if faults else None
