"""A user's own password on the v1 wire; the path is assumed."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.door import Answer, Operation
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import Reason, Refused
from counterfoil.sandbox.paytrace.rows import Caller
from counterfoil.sandbox.paytrace.v1 import answers
from counterfoil.sandbox.paytrace.v1.errors import refused_answer


def change_password(gateway: Gateway, body: Body, caller: Caller) -> Answer:
    """Replaces the caller's password; every token given for the old one ends."""
    if not gateway.users.change_password(caller.user, body.raw("password"), body.raw("new_password")):
        return refused_answer(gateway, Refused.of(Reason.WRONG_LOG_IN))
    return Answer(200, answers.plain_payload(100, "Your password was successfully updated."))


OPERATIONS: Mapping[str, Operation] = {"/v1/user/update_password": change_password}
