"""What a connector is: a package that publishes its spec and carries out its operations.

A third party registers one under the entry point group ``counterfoil.connectors``: an object of `Connector`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from counterfoil.ports.catalogue import ConnectorSpec
from counterfoil.ports.clock import Clock
from counterfoil.ports.run_store import Json
from counterfoil.security.secrets import Secret

GROUP = "counterfoil.connectors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a connection says and keeps sealed."""

    settings: Json
    secrets: Mapping[str, Secret] = field(repr=False)
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One operation that is to be carried out."""

    operation: str
    key: str
    """Names the effect for ever: a repeat bears the same one, whatever run or attempt it comes from."""
    settings: Mapping[str, str]
    inputs: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How the operation ended, by one of its outcomes."""

    outcome: str
    value: Json = field(default_factory=dict)
    why: str = ""
    """In words, where it was refused."""


class OpenConnection(Protocol):
    """A connection in use; safe to use from several threads."""

    def act(self, call: Call) -> Answered:
        """Carries out an operation.

        Raises:
            TransientError: nothing was done; trying again may succeed.
            OutcomeUnknownError: it was sent, and no answer came.
            ConfigurationError: a setting or a secret must be mended first.
        """
        ...

    def close(self) -> None: ...


class Connector(Protocol):
    """A system that can be reached."""

    @property
    def spec(self) -> ConnectorSpec: ...

    def open(self, access: Access) -> OpenConnection:
        """Looks at the settings and reaches nothing yet.

        Raises:
            ConfigurationError: a setting is missing or cannot be used.
        """
        ...
