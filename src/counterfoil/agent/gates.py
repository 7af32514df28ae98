"""Who may ask the agent for what: the token of the hub that started it, or signed tokens with scopes."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from typing_extensions import override

from counterfoil.ports.clock import Clock
from counterfoil.security.tokens import TokenError, TokenKeys


class Scope(Enum):
    """What a caller may do; none includes another."""

    READ = "read"
    """Ask for customers, documents, orders and postings."""
    PREVIEW = "preview"
    """See the rows that a posting would write."""
    POST = "post"
    """Write to the books."""
    OPERATE = "operate"
    """Pause and resume."""


EVERYTHING = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever a token admits."""

    name: str
    scopes: frozenset[Scope]


class Gate(Protocol):
    """Judges tokens."""

    def admit(self, token: str) -> Caller:
        """Whoever the token belongs to.

        Raises:
            TokenError: to nobody.
        """
        ...


class OneToken(Gate):
    """The gate of an agent that a hub starts on its own machine: one token, for everything."""

    def __init__(self, token: str) -> None:
        if not token:
            raise ValueError("the agent needs a token")
        self._token = token.encode()

    @override
    def admit(self, token: str) -> Caller:
        if not hmac.compare_digest(token.encode(), self._token):
            raise TokenError("send the agent's token as bearer token")
        return Caller("hub", EVERYTHING)


class SignedTokens(Gate):
    """The gate of an agent on its own: tokens signed with its keys, for its company alone."""

    def __init__(self, keys: TokenKeys, company: str, clock: Clock) -> None:
        self._keys = keys
        self._audience = audience_of(company)
        self._clock = clock

    @override
    def admit(self, token: str) -> Caller:
        claims = self._keys.read(token, audience=self._audience, now=self._clock.now())
        return Caller(claims.bearer, frozenset(scope for scope in Scope if scope.value in claims.scopes))


def audience_of(company: str) -> str:
    """What a token for the company's agent is made out to."""
    return f"counterfoil-agent/{company}"
