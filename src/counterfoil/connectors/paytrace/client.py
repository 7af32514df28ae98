"""Calls of PayTrace's v1 API: JSON by POST with a bearer token, log-in and permission errors told apart."""

from __future__ import annotations

import json
from typing import TypeVar

from counterfoil.connectors.paytrace import wire_v1
from counterfoil.connectors.paytrace.auth import Tokens
from counterfoil.http.client import Answer, Outbound, OutboundClient, Sends
from counterfoil.ports.errors import (
    ConfigurationError,
    CounterfoilError,
    OutcomeUnknownError,
    TransientError,
)

_STATUS_UNAUTHORISED = 401
# Answers given before a call is looked at: not logged in, not allowed, no such path or method.
_STATUS_TURNED_AWAY = frozenset({401, 403, 404, 405})
_INVALID_TOKEN = "invalid_token"  # noqa: S105 - the gateway's word for a token that it does not take

AnyAnswer = TypeVar("AnyAnswer", bound=wire_v1.CallAnswer)


class PaytraceClient:
    """One merchant account's v1 API; never sends a user, password or card number in a body."""

    def __init__(self, outbound: OutboundClient, tokens: Tokens, integrator_id: str) -> None:
        self._outbound = outbound
        self._tokens = tokens
        self._integrator_id = integrator_id

    def ask(self, kind: type[AnyAnswer], path: str, payload: wire_v1.Payload) -> AnyAnswer:
        """A call that changes nothing at PayTrace.

        Raises:
            TransientError: PayTrace is away, slow or throttles.
            ConfigurationError: the log-in is refused or lacks a permission.
        """
        return self._call(kind, path, payload, Sends.READ)

    def order(self, path: str, payload: wire_v1.Payload) -> wire_v1.CallAnswer:
        """A call that may move money.

        Raises:
            TransientError: nothing was sent, or PayTrace throttled it away.
            OutcomeUnknownError: it was sent, and what became of it is not known.
            ConfigurationError: the log-in is refused or lacks a permission; nothing was done.
        """
        return self._call(wire_v1.CallAnswer, path, payload, Sends.WRITE)

    def ping(self) -> Answer:
        """Reaches PayTrace without logging in."""
        return self._outbound.send(
            Outbound(method="POST", path="/v1/ping", sends=Sends.READ, headers={"accept": "application/json"})
        )

    def log_in(self) -> None:
        """Logs in anew, also where an earlier log-in was refused."""
        self._tokens.renew()

    def close(self) -> None:
        self._outbound.close()

    def _call(self, kind: type[AnyAnswer], path: str, payload: wire_v1.Payload, sends: Sends) -> AnyAnswer:
        answer = self._send(path, payload, sends)
        read = wire_v1.read(kind, answer.content)
        if read is None:
            raise _unreadable(answer, path, sends)
        _refuse_access(read, path)
        return read

    def _send(self, path: str, payload: wire_v1.Payload, sends: Sends) -> Answer:
        """One call; a token that is no longer taken is renewed once, since nothing was done with it."""
        body = payload | ({"integrator_id": self._integrator_id} if self._integrator_id else {})
        for _ in range(2):
            token = self._tokens.current()
            answer = self._outbound.send(
                Outbound(
                    method="POST",
                    path=path,
                    sends=sends,
                    headers={
                        "authorization": f"Bearer {token}",
                        "content-type": "application/json",
                        "accept": "application/json",
                    },
                    content=json.dumps(body).encode(),
                )
            )
            if not _is_token_refused(answer):
                return answer
            self._tokens.discard(token)
        raise ConfigurationError(
            f"PayTrace grants a token but does not take it for {path}: ask PayTrace whether the user may "
            "use the API"
        )


def _is_token_refused(answer: Answer) -> bool:
    """The body tells it as verified; with which status it comes is inferred, so that any will do."""
    problem = wire_v1.read(wire_v1.TokenProblem, answer.content)
    return answer.status == _STATUS_UNAUTHORISED or (problem is not None and problem.error == _INVALID_TOKEN)


def _unreadable(answer: Answer, path: str, sends: Sends) -> CounterfoilError:
    what = f"PayTrace answered {path} with HTTP {answer.status} and something that is no answer of its v1 API"
    if answer.status in _STATUS_TURNED_AWAY:
        return ConfigurationError(f"{what}; check the connection's address and the user's rights")
    match sends:
        case Sends.WRITE:
            return OutcomeUnknownError(what)
        case Sends.READ:
            return TransientError(what)


def _refuse_access(answer: wire_v1.CallAnswer, path: str) -> None:
    codes = answer.errors or {}
    if wire_v1.ERROR_LOG_IN in codes:
        raise ConfigurationError(f"PayTrace refused the user for {path}: {answer.reasons}")
    if wire_v1.ERROR_PERMISSION in codes:
        raise ConfigurationError(
            f"The PayTrace user lacks the permission for {path}: give it in the virtual terminal under users"
        )
