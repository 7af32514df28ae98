"""A client before which a guard stands."""

from __future__ import annotations

from typing_extensions import override

from counterfoil.http.client import Answer, Outbound, Sender
from counterfoil.http.pin import HostPin
from counterfoil.ports.breakers import CallGuard


class WatchedClient(Sender):
    """Every request is one call in the guard's eyes."""

    def __init__(self, client: Sender, guard: CallGuard) -> None:
        self._client = client
        self._guard = guard

    @property
    @override
    def pin(self) -> HostPin:
        return self._client.pin

    @override
    def send(self, outbound: Outbound) -> Answer:
        with self._guard.calling():
            return self._client.send(outbound)

    @override
    def close(self) -> None:
        self._client.close()
