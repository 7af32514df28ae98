"""The guard of a route: token, scope and pace, before anything else of a request counts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated

import structlog
from fastapi import Header

from counterfoil.agent.gates import Caller, Gate, Scope
from counterfoil.agent.limits import Pace
from counterfoil.http.problem import RequestRefusedError
from counterfoil.security.tokens import TokenError

Check = Callable[[str], Awaitable[None]]

_SCHEME = "bearer"
_CHALLENGE = {"www-authenticate": "Bearer"}

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class Guard:
    """Makes the check that stands before routes."""

    def __init__(self, gate: Gate, pace: Pace) -> None:
        self._gate = gate
        self._pace = pace

    def __call__(self, scope: Scope | None) -> Check:
        """The check for a scope; with none, any valid token will do."""

        async def check(authorization: Annotated[str, Header(include_in_schema=False)] = "") -> None:
            caller = self._admit(authorization)
            if scope is not None and scope not in caller.scopes:
                log.warning("agent_scope_missing", caller=caller.name, scope=scope.value)
                raise RequestRefusedError(
                    HTTPStatus.FORBIDDEN, f"the token of {caller.name} has no scope {scope.value}"
                )
            self._pace.count(caller.name)

        return check

    def _admit(self, authorization: str) -> Caller:
        kind, _, token = authorization.partition(" ")
        try:
            return self._gate.admit(token if kind.lower() == _SCHEME else "")
        except TokenError as error:
            self._pace.count_refused()
            log.warning("agent_caller_refused", why=str(error))
            raise RequestRefusedError(HTTPStatus.UNAUTHORIZED, str(error), _CHALLENGE) from error
