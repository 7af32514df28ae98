"""The access token: fetched by the generation's grant, kept until shortly before it expires."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import NoReturn
from urllib.parse import urlencode

import structlog

from counterfoil.http.client import Answer, Outbound, Sender, Sends
from counterfoil.ports.clock import Clock
from counterfoil.ports.errors import ConfigurationError, TransientError

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

_MARGIN = timedelta(seconds=60)
_LIFE_SECONDS_MAX = 24 * 60 * 60
_STATUS_REFUSED = range(400, 500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A token, how long it is good, and what another one is got with, if anything."""

    token: str = field(repr=False)
    life: timedelta
    refresh: str = field(default="", repr=False)


def life(seconds: int) -> timedelta:
    """How long a token is taken for good: what is told, a day at the most."""
    return timedelta(seconds=min(max(seconds, 0), _LIFE_SECONDS_MAX))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """How one generation logs in: where, with which form, and how the answer is read."""

    path: str
    form: Callable[[], Mapping[str, str]] = field(repr=False)
    refresh_form: Callable[[str], Mapping[str, str]] = field(repr=False)
    read: Callable[[bytes], Granted | None]
    read_problem: Callable[[bytes], str]
    """The gateway's word for why not, or nothing."""


class Tokens:
    """One user's token, shared by all threads.

    A refused log-in is not tried again until somebody asks for it: PayTrace expires a password after four
    failed log-ins in a row (vendor wiki, "New User"), and a poll would use them up within minutes.
    """

    def __init__(self, client: Sender, grants: Callable[[], Grant], clock: Clock) -> None:
        """`grants` gives the way in as it is now: a person may replace the password meanwhile."""
        self._client = client
        self._grants = grants
        self._clock = clock
        self._guard = Lock()
        self._granted: Granted | None = None
        self._good_until: datetime | None = None
        self._refusal = ""
        self._refused: Mapping[str, str] | None = None
        """With which form; another one is worth a try."""

    def current(self) -> str:
        """A token that is good for a while, fetched anew where needed.

        Raises:
            ConfigurationError: the log-in was refused, now or before.
            TransientError: PayTrace is away or slow.
        """
        with self._guard:
            if self._refused is not None and self._refused == self._grants().form():
                raise ConfigurationError(self._refusal)
            if self._granted is None or self._good_until is None or self._clock.now() >= self._good_until:
                return self._fetch().token
            return self._granted.token

    def discard(self, token: str) -> None:
        """PayTrace no longer takes this token; another thread may have replaced it already."""
        with self._guard:
            if self._granted is not None and token == self._granted.token:
                self._granted = None

    def renew(self) -> None:
        """Logs in at once, also after a refusal; for a person who mended something and wants to know."""
        with self._guard:
            self._granted = None
            self._fetch()

    def _fetch(self) -> Granted:
        """With what the last token came with where there is such, else by name and password."""
        refresh = self._granted.refresh if self._granted else ""
        self._granted = None
        grant = self._grants()
        if refresh:
            granted = grant.read(self._ask(grant.path, grant.refresh_form(refresh)).content)
            if granted is not None:
                return self._keep(granted)
        form = grant.form()
        answer = self._ask(grant.path, form)
        if answer.status in _STATUS_REFUSED:
            self._refused = form
            self._refuse(grant.read_problem(answer.content) or f"HTTP {answer.status}")
        self._refused = None
        granted = grant.read(answer.content)
        if granted is None:
            raise TransientError("PayTrace answered the log-in with something that is no token")
        return self._keep(granted)

    def _keep(self, granted: Granted) -> Granted:
        self._granted = granted
        self._good_until = self._clock.now() + granted.life - _MARGIN
        return granted

    def _ask(self, path: str, form: Mapping[str, str]) -> Answer:
        return self._client.send(
            Outbound(
                method="POST",
                path=path,
                sends=Sends.READ,
                headers={"content-type": "application/x-www-form-urlencoded", "accept": "application/json"},
                content=urlencode(form).encode(),
            )
        )

    def _refuse(self, word: str) -> NoReturn:
        log.error("paytrace_log_in_refused", host=self._client.pin.host, reason=word)
        self._refusal = (
            f"PayTrace refused the log-in at {self._client.pin} ({word}). Check user, password and whether "
            "they belong to the sandbox or to production, then counterfoil paytrace rotate enters them. "
            "Until then no further log-in is tried, because PayTrace locks a password after four failures."
        )
        raise ConfigurationError(self._refusal)
