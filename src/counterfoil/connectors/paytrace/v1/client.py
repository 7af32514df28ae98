"""Calls of the v1 API: JSON by POST, log-in and permission errors told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

import msgspec

from counterfoil.connectors.paytrace.auth import Grant, Granted, life
from counterfoil.connectors.paytrace.calls import Call, Calls, unreadable
from counterfoil.connectors.paytrace.settings import PaytraceSettings
from counterfoil.connectors.paytrace.ways import Way
from counterfoil.connectors.paytrace.wire_v1 import access
from counterfoil.connectors.paytrace.wire_v1.answers import (
    ERROR_LOG_IN,
    ERROR_PERMISSION,
    CallAnswer,
    Payload,
    TokenAnswer,
    TokenProblem,
    read,
)
from counterfoil.http.client import Answer, Sends
from counterfoil.ports.errors import ConfigurationError

_STATUS_UNAUTHORISED = 401
_INVALID_TOKEN = "invalid_token"  # noqa: S105 - the gateway's word for a token that it does not take

AnyAnswer = TypeVar("AnyAnswer", bound=CallAnswer)
AnyStruct = TypeVar("AnyStruct", bound=msgspec.Struct)


class PaytraceClient:
    """One merchant account's v1 API; never sends a user, password or card number in a body."""

    def __init__(self, calls: Calls, integrator_id: str) -> None:
        self._calls = calls
        self._integrator_id = integrator_id

    def ask(self, kind: type[AnyAnswer], way: Way, payload: Payload, *, is_least: bool = False) -> AnyAnswer:
        """A call that changes nothing at PayTrace.

        Raises:
            TransientError: PayTrace is away, slow or throttles.
            ConfigurationError: the log-in is refused or lacks a permission.
        """
        return self._call(kind, replace(self._outgoing(way, payload, Sends.READ), is_least=is_least))

    def order(self, way: Way, payload: Payload, kind: type[AnyAnswer]) -> AnyAnswer:
        """A call that changes something there, such as one that moves money.

        Raises:
            TransientError: nothing was sent, or PayTrace throttled it away.
            OutcomeUnknownError: it was sent, and what became of it is not known.
            ConfigurationError: the log-in is refused or lacks a permission; nothing was done.
        """
        return self._call(kind, self._outgoing(way, payload, Sends.WRITE))

    def ask_bare(self, kind: type[AnyStruct], way: Way) -> AnyStruct:
        """A call whose answer carries no `success`; its refusal has the usual shape."""
        call = self._outgoing(way, {}, Sends.READ)
        answer = self._calls.send(call)
        found = read(kind, answer.content)
        if found is not None:
            return found
        refusal = read(CallAnswer, answer.content)
        if refusal is not None:
            _refuse_access(refusal, way)
        raise unreadable(answer, call)

    def ping(self) -> Answer:
        """Reaches PayTrace without logging in."""
        return self._calls.reach(access.PING)

    def log_in(self) -> None:
        self._calls.log_in()

    def close(self) -> None:
        self._calls.close()

    def _outgoing(self, way: Way, payload: Payload, sends: Sends) -> Call:
        body = payload | ({"integrator_id": self._integrator_id} if self._integrator_id else {})
        return Call(way=way, path=way.path, sends=sends, payload=body)

    def _call(self, kind: type[AnyAnswer], call: Call) -> AnyAnswer:
        answer = self._calls.send(call)
        found = read(kind, answer.content)
        if found is None:
            raise unreadable(answer, call)
        _refuse_access(found, call.way)
        return found


def grant(settings: PaytraceSettings) -> Grant:
    """The log-in by user and password; v1 gives nothing to renew a token with."""

    def form() -> Mapping[str, str]:
        return {
            "grant_type": "password",
            "username": settings.username,
            "password": settings.password.reveal(),
        }

    return Grant(
        path=access.LOG_IN.path,
        form=form,
        refresh_form=lambda _: form(),
        read=_read_token,
        read_problem=_read_problem,
    )


def is_token_refused(answer: Answer) -> bool:
    """The body tells it as verified; with which status it comes is inferred, so that any will do."""
    return answer.status == _STATUS_UNAUTHORISED or _read_problem(answer.content) == _INVALID_TOKEN


def _read_token(content: bytes) -> Granted | None:
    answer = read(TokenAnswer, content)
    if answer is None:
        return None
    return Granted(token=answer.access_token, life=life(answer.expires_in))


def _read_problem(content: bytes) -> str:
    problem = read(TokenProblem, content)
    return problem.error if problem else ""


def _refuse_access(answer: CallAnswer, way: Way) -> None:
    if answer.success:
        return  # What was done is done, whatever is told beside it.
    codes = answer.errors or {}
    if ERROR_LOG_IN in codes:
        raise ConfigurationError(f"PayTrace refused the user for {way.path}: {answer.reasons}")
    if ERROR_PERMISSION in codes:
        raise ConfigurationError(
            f"The PayTrace user lacks the permission for {way.path}: give it in the virtual terminal under "
            "users"
        )
