"""Calls of the V3 API: JSON over REST, 422 for what is wrong, the integrator in a header."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from counterfoil.connectors.paytrace.auth import Grant, Granted, life
from counterfoil.connectors.paytrace.calls import Call, Calls, unreadable
from counterfoil.connectors.paytrace.settings import PaytraceSettings
from counterfoil.connectors.paytrace.ways import Way
from counterfoil.connectors.paytrace.wire_v3 import access
from counterfoil.connectors.paytrace.wire_v3.answers import (
    STATUS_DONE,
    STATUS_INVALID,
    STATUS_NOT_FOUND,
    Body,
    Payload,
    Told,
    convert,
    read,
)
from counterfoil.http.client import Answer, Sends
from counterfoil.ports.errors import ConfigurationError, DecisionError

_STATUS_UNAUTHORISED = 401
_STATUS_FORBIDDEN = 403
_ANSWERED = frozenset({*STATUS_DONE, 400, STATUS_NOT_FOUND, STATUS_INVALID})


class V3Client:
    """One merchant account's V3 API; never sends a card or account number, not even encrypted."""

    def __init__(self, calls: Calls, merchant: int) -> None:
        self._calls = calls
        self.merchant = merchant

    def ask(
        self,
        way: Way,
        *parts: str,
        query: Mapping[str, str] | None = None,
        payload: Payload | None = None,
        is_least: bool = False,
    ) -> Told:
        """A call that changes nothing at PayTrace; what it refuses is left to a person.

        Raises:
            TransientError: PayTrace is away, slow or throttles.
            ConfigurationError: the log-in is refused or lacks a permission.
            DecisionError: it was sent back with what was wrong.
        """
        told = self.find(way, *parts, query=query, payload=payload, is_least=is_least)
        if told is None:
            raise DecisionError(f"PayTrace knows nothing at {way.path}")
        return told

    def find(
        self,
        way: Way,
        *parts: str,
        query: Mapping[str, str] | None = None,
        payload: Payload | None = None,
        is_least: bool = False,
    ) -> Told | None:
        """The same; None where PayTrace does not know what the path names.

        Raises:
            TransientError: PayTrace is away, slow or throttles.
            ConfigurationError: the log-in is refused or lacks a permission.
            DecisionError: it was sent back with what was wrong.
        """
        path = way.at(*parts) + (f"?{urlencode(query)}" if query else "")
        call = Call(way=way, path=path, sends=Sends.READ, payload=payload, is_least=is_least)
        told = self._send(call)
        if told.status == STATUS_NOT_FOUND:
            return None
        if not told.is_done:
            raise DecisionError(f"PayTrace did not answer {way.path}: {told.words}")
        return told

    def pages(self, way: Way, *parts: str, query: Callable[[int], dict[str, str]], page: int) -> list[Body]:
        """All entries of a list that is told in pages.

        Raises:
            DecisionError: the same page came twice, so that the rest of the list cannot be reached.
        """
        entries: list[Body] = []
        before: list[Body] = []
        while True:
            found = self.ask(way, *parts, query=query(len(entries))).many
            if found and found == before:
                raise DecisionError(f"PayTrace told the same page of {way.path} twice: report it")
            entries.extend(found)
            before = found
            if len(found) < page:
                return entries

    def order(self, way: Way, *parts: str, payload: Payload) -> Told:
        """A call that changes something there, such as one that moves money.

        Raises:
            TransientError: nothing was sent, or PayTrace throttled it away.
            OutcomeUnknownError: it was sent, and what became of it is not known.
            ConfigurationError: the log-in is refused or lacks a permission; nothing was done.
        """
        return self._send(Call(way=way, path=way.at(*parts), sends=Sends.WRITE, payload=payload))

    def ping(self) -> Answer:
        """Reaches PayTrace without logging in."""
        return self._calls.reach(access.PING)

    def log_in(self) -> None:
        self._calls.log_in()

    def close(self) -> None:
        self._calls.close()

    def _send(self, call: Call) -> Told:
        answer = self._calls.send(call)
        told = read(answer.status, answer.content)
        if answer.status == _STATUS_FORBIDDEN:
            why = told.words if told else "HTTP 403"
            raise ConfigurationError(
                f"PayTrace does not let the user call {call.way.path} for merchant {self.merchant}: {why}"
            )
        if told is None or answer.status not in _ANSWERED:
            raise unreadable(answer, call)
        return told


def grant(settings: PaytraceSettings) -> Grant:
    """The log-in by the API user's name and password, which are client id and secret here."""
    return Grant(
        path=access.LOG_IN.path,
        form=lambda: {
            "grant_type": "client_credentials",
            "client_id": settings.username,
            "client_secret": settings.password.reveal(),
        },
        refresh_form=lambda refresh: {"grant_type": "refresh_token", "refresh_token": refresh},
        read=_read_token,
        read_problem=_read_problem,
    )


def headers(settings: PaytraceSettings) -> dict[str, str]:
    """The integrator's id.

    Raises:
        ConfigurationError: it is longer than V3 takes.
    """
    if len(settings.integrator_id) > access.INTEGRATOR_LENGTH_MAX:
        raise ConfigurationError("V3 takes an integrator id of at most 12 characters")
    return {access.INTEGRATOR_HEADER: settings.integrator_id} if settings.integrator_id else {}


def is_token_refused(answer: Answer) -> bool:
    return answer.status == _STATUS_UNAUTHORISED


def _read_token(content: bytes) -> Granted | None:
    told = read(201, content)
    answer = convert(access.TokenAnswer, told.one) if told else None
    if answer is None:
        return None
    good_for = life(answer.expires_in) if answer.expires_in else access.LIFE
    return Granted(token=answer.access_token, life=good_for, refresh=answer.refresh_token or "")


def _read_problem(content: bytes) -> str:
    told = read(_STATUS_UNAUTHORISED, content)
    return told.words if told else ""
