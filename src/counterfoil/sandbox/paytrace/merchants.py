"""The merchant accounts of one sandbox, and who may act for which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from counterfoil.sandbox.paytrace.gateway import Gateway


@dataclass(frozen=True, slots=True)
class Visitor:
    """A known user, and the accounts that the user may act for; v1 knows the first of them alone."""

    user: str
    gateways: tuple[Gateway, ...]


class Merchants:
    """One or more accounts, each with a ledger of its own; a user may belong to several."""

    def __init__(self, gateways: Sequence[Gateway]) -> None:
        self.gateways = tuple(gateways)

    @property
    def first(self) -> Gateway:
        """The account whose settings hold for what belongs to none, such as the time an answer is held."""
        return self.gateways[0]

    def log_in(self, name: str, password: str) -> Visitor | None:
        """The user of that name, if the password is right."""
        is_known = any(gateway.users.is_right(name, password) for gateway in self.gateways)
        return self._visitor(name) if is_known else None

    def by_token(self, token: str) -> Visitor | None:
        """Whom an access token stands for, while it lives."""
        for gateway in self.gateways:
            user = gateway.ledger.tokens.user_of(token, gateway.now())
            if user is not None:
                return self._visitor(user)
        return None

    def spend_refresh(self, token: str) -> Visitor | None:
        """Whom a refresh token stands for, once, while it lives."""
        for gateway in self.gateways:
            user = gateway.ledger.tokens.spend_refresh(token, gateway.now())
            if user is not None:
                return self._visitor(user)
        return None

    def _visitor(self, name: str) -> Visitor:
        return Visitor(
            name,
            tuple(gateway for gateway in self.gateways if gateway.users.find(name) is not None),
        )
