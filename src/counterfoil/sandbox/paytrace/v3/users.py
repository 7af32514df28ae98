"""Users of the V3 wire."""

from __future__ import annotations

from counterfoil.sandbox.paytrace.door import Answer, Payload
from counterfoil.sandbox.paytrace.settings import SandboxUser
from counterfoil.sandbox.paytrace.v3.calls import Call, Endpoint, missing
from counterfoil.sandbox.paytrace.v3.errors import Fault


def own(call: Call) -> Answer:
    """Who the token stands for, and the account that the user acts for."""
    user = call.gateway.users.find(call.caller.user)
    return call.not_found("The user") if user is None else call.ok(_record(call, user))


def listed(call: Call) -> Answer:
    term = call.query.raw("name_filter").strip().lower()
    users = call.gateway.settings.users
    return call.ok([_record(call, user) for user in users if term in user.name.lower()])


def change_password(call: Call) -> Answer:
    """The old password and a new one, at every account of the user; all tokens of the user end."""
    faults = missing(call.body, ("password", "new_password"))
    if faults:
        return call.invalid(*faults)
    old, new = call.body.raw("password"), call.body.raw("new_password")
    changed = [gateway.users.change_password(call.caller.user, old, new) for gateway in call.visitor.gateways]
    if not any(changed):
        return call.invalid(Fault("password", "password is not the user's password."))
    return call.ok({"username": call.caller.user})


def _record(call: Call, user: SandboxUser) -> Payload:
    return {
        "username": user.name,
        "merchant_id": call.gateway.settings.merchant_id,
        "permissions": sorted(permission.value for permission in user.permissions),
    }


ENDPOINTS = (
    Endpoint("GET", "/v3/user/self", own),
    Endpoint("GET", "/v3/users/by-merchant-id/{merchant_id}", listed, needs_merchant=True),
    Endpoint("POST", "/v3/password/change", change_password),
)
