"""Telling people outside: a notice goes to a channel of an environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from typing_extensions import override

from counterfoil.ports.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is told, as plain text."""

    channel: str
    title: str
    text: str


class Notifier(Protocol):
    """The channels of a hub; a notice may come twice where its sender was interrupted."""

    def send(self, environment: str, notice: Notice) -> None:
        """Returns once the channel took the notice.

        Raises:
            TransientError: it is not known that the channel took it; sending again may succeed.
            ConfigurationError: there is no such channel, or its address is none.
        """
        ...


class NoChannels(Notifier):
    """A hub without channels."""

    @override
    def send(self, environment: str, notice: Notice) -> None:
        raise ConfigurationError(f"there is no channel {notice.channel} in {environment}")
