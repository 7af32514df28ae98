"""The V3 wire: its log-in, its public key and all its calls."""

from __future__ import annotations

from starlette.routing import Route

from counterfoil.sandbox.paytrace.door import Hold, public_key
from counterfoil.sandbox.paytrace.merchants import Merchants
from counterfoil.sandbox.paytrace.v3 import (
    charges,
    check_receipts,
    check_records,
    checks,
    customers,
    deposits,
    exports,
    follow_ups,
    hosted,
    invoices,
    many,
    records,
    recurrences,
    refund_authorizations,
    users,
)
from counterfoil.sandbox.paytrace.v3.calls import Endpoint
from counterfoil.sandbox.paytrace.v3.door import V3Door
from counterfoil.sandbox.paytrace.v3.log_in import LogIn

ENDPOINTS: tuple[Endpoint, ...] = (
    *charges.ENDPOINTS,
    *follow_ups.ENDPOINTS,
    *many.ENDPOINTS,
    *refund_authorizations.ENDPOINTS,
    *records.ENDPOINTS,
    *exports.ENDPOINTS,
    *customers.ENDPOINTS,
    *recurrences.ENDPOINTS,
    *users.ENDPOINTS,
    *hosted.ENDPOINTS,
    *invoices.ENDPOINTS,
    *checks.ENDPOINTS,
    *check_records.ENDPOINTS,
    *deposits.ENDPOINTS,
    *check_receipts.ENDPOINTS,
)


def routes(merchants: Merchants, hold: Hold | None) -> list[Route]:
    """Every path; the slash that an independent client puts behind one of them is taken too."""
    key_pair = merchants.gateways[0].key_pair
    door = V3Door(merchants, hold)

    return [
        Route("/v3/token", LogIn(merchants).token, methods=["POST"]),
        Route("/v3/e2ee/public-key.pem", public_key(key_pair), methods=["GET"]),
        *(
            Route(path, door.endpoint(each), methods=[each.method])
            for each in ENDPOINTS
            for path in (each.path, each.path + "/")
        ),
    ]
