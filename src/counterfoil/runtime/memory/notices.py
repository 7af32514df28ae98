"""Notices that are sent to nobody: flow tests and dry runs show them."""

from __future__ import annotations

from typing_extensions import override

from counterfoil.ports.notifier import Notice, Notifier


class MemoryNotices(Notifier):
    """Keeps what would be sent; every channel is there."""

    def __init__(self) -> None:
        self.sent: list[Notice] = []

    @override
    def send(self, environment: str, notice: Notice) -> None:
        self.sent.append(notice)
