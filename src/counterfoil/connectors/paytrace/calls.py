"""Calls with a bearer token: one that is no longer taken is renewed once, since nothing was done with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from counterfoil.connectors.paytrace.auth import Tokens
from counterfoil.connectors.paytrace.ways import Way
from counterfoil.http.client import Answer, Outbound, Sender, Sends
from counterfoil.ports.errors import (
    ConfigurationError,
    CounterfoilError,
    OutcomeUnknownError,
    TransientError,
)

# Answers given before a call is looked at: not logged in, not allowed, no such path or method.
_STATUS_TURNED_AWAY = frozenset({401, 403, 404, 405})


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as it goes out; a path may carry a query, never a secret."""

    way: Way
    path: str
    sends: Sends
    payload: Mapping[str, object] | None = field(default=None, repr=False)
    """May hold a one-time token."""
    is_least: bool = False
    """Less cannot be asked for, so that the answer may be longer than others."""


class Calls:
    """One user's calls; never sends a user, password or card number in a body."""

    def __init__(
        self,
        outbound: Sender,
        tokens: Tokens,
        headers: Mapping[str, str],
        is_token_refused: Callable[[Answer], bool],
    ) -> None:
        self._outbound = outbound
        self._tokens = tokens
        self._headers = {"accept": "application/json", **headers}
        self._is_token_refused = is_token_refused

    def send(self, call: Call) -> Answer:
        """One call, sent a second time only where the first was turned away for its token.

        Raises:
            TransientError: nothing was sent, or PayTrace throttled it away, or, asking, it is away.
            OutcomeUnknownError: it may move money, was sent, and what became of it is not known.
            ConfigurationError: the log-in is refused.
        """
        for _ in range(2):
            token = self._tokens.current()
            answer = self._outbound.send(self._outgoing(call, token))
            if not self._is_token_refused(answer):
                return answer
            self._tokens.discard(token)
        raise ConfigurationError(
            f"PayTrace grants a token but does not take it for {call.way.path}: ask PayTrace whether the "
            "user may use the API"
        )

    def reach(self, way: Way) -> Answer:
        """Reaches PayTrace without logging in."""
        return self._outbound.send(
            Outbound(method=way.method, path=way.path, sends=Sends.READ, headers=self._headers)
        )

    def log_in(self) -> None:
        """Logs in anew, also where an earlier log-in was refused."""
        self._tokens.renew()

    def close(self) -> None:
        self._outbound.close()

    def _outgoing(self, call: Call, token: str) -> Outbound:
        headers = {**self._headers, "authorization": f"Bearer {token}"}
        if call.payload is None:
            return Outbound(method=call.way.method, path=call.path, sends=call.sends, headers=headers)
        return Outbound(
            method=call.way.method,
            path=call.path,
            sends=call.sends,
            headers={**headers, "content-type": "application/json"},
            content=json.dumps(call.payload).encode(),
            is_least=call.is_least,
        )


def unreadable(answer: Answer, call: Call) -> CounterfoilError:
    """What it means that the answer is none that is known, by whether something may have been done."""
    what = f"PayTrace answered {call.way.path} with HTTP {answer.status} and no answer of its API"
    if answer.status in _STATUS_TURNED_AWAY:
        return ConfigurationError(f"{what}; check the connection's address and the user's rights")
    match call.sends:
        case Sends.WRITE:
            return OutcomeUnknownError(what)
        case Sends.READ:
            return TransientError(what)
