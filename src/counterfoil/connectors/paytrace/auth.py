"""The access token: fetched by password grant, kept until shortly before it expires."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlencode

import structlog

from counterfoil.connectors.paytrace import wire_v1
from counterfoil.http.client import Answer, Outbound, OutboundClient, Sends
from counterfoil.ports.clock import Clock
from counterfoil.ports.errors import ConfigurationError, TransientError
from counterfoil.security.secrets import Secret

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

_PATH = "/oauth/token"
_MARGIN = timedelta(seconds=60)
_STATUS_REFUSED = range(400, 500)


class Tokens:
    """One user's token, shared by all threads.

    A refused log-in is not tried again until somebody asks for it: PayTrace expires a password after four
    failed log-ins in a row (vendor wiki, "New User"), and a poll would use them up within minutes.
    """

    def __init__(self, client: OutboundClient, username: str, password: Secret, clock: Clock) -> None:
        self._client = client
        self._username = username
        self._password = password
        self._clock = clock
        self._guard = Lock()
        self._token = ""
        self._good_until: datetime | None = None
        self._refusal = ""

    def current(self) -> str:
        """A token that is good for a while, fetched anew where needed.

        Raises:
            ConfigurationError: the log-in was refused, now or before.
            TransientError: PayTrace is away or slow.
        """
        with self._guard:
            if self._refusal:
                raise ConfigurationError(self._refusal)
            if self._good_until is None or self._clock.now() >= self._good_until:
                self._fetch()
            return self._token

    def discard(self, token: str) -> None:
        """PayTrace no longer takes this token; another thread may have replaced it already."""
        with self._guard:
            if token == self._token:
                self._good_until = None

    def renew(self) -> None:
        """Logs in at once, also after a refusal; for a person who mended something and wants to know."""
        with self._guard:
            self._refusal = ""
            self._fetch()

    def _fetch(self) -> None:
        self._good_until = None
        form = {"grant_type": "password", "username": self._username, "password": self._password.reveal()}
        answer = self._client.send(
            Outbound(
                method="POST",
                path=_PATH,
                sends=Sends.READ,
                headers={"content-type": "application/x-www-form-urlencoded", "accept": "application/json"},
                content=urlencode(form).encode(),
            )
        )
        if answer.status in _STATUS_REFUSED:
            self._refuse(answer)
        token = wire_v1.read(wire_v1.TokenAnswer, answer.content)
        if token is None:
            raise TransientError("PayTrace answered the log-in with something that is no token")
        self._token = token.access_token
        self._good_until = self._clock.now() + timedelta(seconds=token.expires_in) - _MARGIN

    def _refuse(self, answer: Answer) -> None:
        problem = wire_v1.read(wire_v1.TokenProblem, answer.content)
        word = problem.error if problem else f"HTTP {answer.status}"
        log.error("paytrace_log_in_refused", host=self._client.pin.host, reason=word)
        self._refusal = (
            f"PayTrace refused the log-in at {self._client.pin} ({word}). Check user, password and whether "
            "they belong to the sandbox or to production, then start the hub again; until then no further "
            "log-in is tried, because PayTrace locks a password after four failures."
        )
        raise ConfigurationError(self._refusal)
