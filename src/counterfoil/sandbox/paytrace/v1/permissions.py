"""Which permission each call of the v1 wire needs; what is not named here needs a log-in alone."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.door import Answer, Operation
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import Reason, Refused
from counterfoil.sandbox.paytrace.rows import Caller
from counterfoil.sandbox.paytrace.settings import Permission
from counterfoil.sandbox.paytrace.v1.errors import refused_answer
from counterfoil.sandbox.paytrace.v1.follow_ups import refused_follow_up

# The longest that fits decides.
_BY_PREFIX: Mapping[str, Permission] = {
    "/v1/transactions/sale/": Permission.SALE,
    "/v1/transactions/authorization/": Permission.AUTHORIZATION,
    "/v1/transactions/authorization/capture": Permission.CAPTURE,
    "/v1/transactions/refund/": Permission.UNREFERENCED_REFUND,
    "/v1/transactions/refund/for_transaction": Permission.REFUND,
    "/v1/transactions/void": Permission.VOID,
    "/v1/transactions/adjust_amount": Permission.ADJUST,
    "/v1/transactions/settle": Permission.SETTLE,
    "/v1/transactions/export/": Permission.EXPORT,
    "/v1/batches/": Permission.EXPORT,
    "/v1/customer/": Permission.VAULT,
    "/v1/recurrence/": Permission.RECURRING,
    "/v1/payment_fields/": Permission.SALE,
    "/v1/level_three/": Permission.SALE,
    "/v1/checks/": Permission.CHECKS,
}

_HAS_EXTERNAL_ID = ("/v1/transactions/refund/", "/v1/transactions/authorization/capture")


def permission_for(path: str) -> Permission | None:
    fitting = [prefix for prefix in _BY_PREFIX if path.startswith(prefix)]
    return _BY_PREFIX[max(fitting, key=len)] if fitting else None


def guarded(path: str, operation: Operation) -> Operation:
    """The operation for whoever may do it, and 981 for anybody else."""
    permission = permission_for(path)
    if permission is None:
        return operation

    def guard(gateway: Gateway, body: Body, caller: Caller) -> Answer:
        if gateway.users.may(caller.user, permission):
            return operation(gateway, body, caller)
        refused = Refused.of(Reason.PERMISSION)
        if path.startswith(_HAS_EXTERNAL_ID):
            return refused_follow_up(gateway, refused)
        return refused_answer(gateway, refused)

    return guard
