"""One call of the V3 wire, as its operations see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.door import Answer, Payload
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.merchants import Visitor
from counterfoil.sandbox.paytrace.outcomes import Refused
from counterfoil.sandbox.paytrace.rows import Caller
from counterfoil.sandbox.paytrace.settings import Permission
from counterfoil.sandbox.paytrace.v3 import errors
from counterfoil.sandbox.paytrace.v3.errors import Fault
from counterfoil.sandbox.paytrace.v3.settings import V3Settings

# Of everything that succeeds except a log-in: documented.
OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An admitted request with the merchant account that it is for."""

    gateway: Gateway
    visitor: Visitor
    body: Body
    caller: Caller
    path: Body = field(default_factory=lambda: Body({}))
    query: Body = field(default_factory=lambda: Body({}))
    has_permalinks: bool = False
    base_url: str = ""

    @property
    def settings(self) -> V3Settings:
        return self.gateway.settings.v3

    def ok(self, data: object, **beside: object) -> Answer:
        """A success; everything stands under `data`, as an independent client reads it."""
        return Answer(OK, {"data": data, **beside})

    def invalid(self, *faults: Fault) -> Answer:
        return errors.invalid(self.settings, faults)

    def refused(self, outcome: Refused) -> Answer:
        return errors.refused(self.settings, outcome)

    def not_found(self, what: str) -> Answer:
        return errors.message(self.settings.not_found_status, f"{what} was not found.")

    def linked(self, payload: Payload, **links: str) -> Payload:
        """The payload with addresses of what it tells of, where the caller asked for them."""
        return payload | {"permalinks": links} if self.has_permalinks else payload


Operation = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method and path, what it does, who may, and whether it must name the merchant account."""

    method: str
    path: str
    operation: Operation
    permission: Permission | None = None
    needs_merchant: bool = False


def missing(body: Body, names: Sequence[str]) -> list[Fault]:
    """The required fields that a body leaves out."""
    return [Fault(name, f"{name} is required.") for name in names if not body.has(name)]


def too_long(body: Body, limits: Mapping[str, int]) -> list[Fault]:
    """The fields that are longer than documented."""
    return [
        Fault(name, f"{name} must be at most {limit} characters.")
        for name, limit in limits.items()
        if len(body.raw(name)) > limit
    ]
