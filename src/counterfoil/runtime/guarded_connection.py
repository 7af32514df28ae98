"""Connections of installed connectors, each call of which passes a guard."""

from __future__ import annotations

from typing_extensions import override

from counterfoil.ports.breakers import CallGuard
from counterfoil.ports.connectors import Answered, Call, OpenConnection


class GuardedConnection(OpenConnection):
    """The same connection, asked only while it does not rest."""

    def __init__(self, inner: OpenConnection, guard: CallGuard) -> None:
        self._inner = inner
        self._guard = guard

    @override
    def act(self, call: Call) -> Answered:
        with self._guard.calling():
            return self._inner.act(call)

    @override
    def close(self) -> None:
        self._inner.close()
