"""What the nodes of flows are carried out with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from counterfoil.flows.nodes.node import Around, Node
from counterfoil.ports.catalogue import Catalogue, OperationSpec
from counterfoil.ports.clock import Clock
from counterfoil.ports.intake import OwnEventSink
from counterfoil.ports.notifier import NoChannels, Notifier
from counterfoil.ports.run_store import RunStore
from counterfoil.runtime.step import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Operations by name, bound to the ports that they need, and where other runs are started."""

    operations: Mapping[str, Operation]
    events: OwnEventSink
    """Where starts of other runs are told."""
    notifier: Notifier = field(default_factory=NoChannels)
    """The channels by which people are told."""

    @property
    def catalogue(self) -> Catalogue:
        return {name: operation.spec for name, operation in self.operations.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The means, and the hub's memory of runs with the time: what nodes work with that wait for something."""

    means: Means
    store: RunStore
    clock: Clock
    spread: Callable[[int], int] = int
    """Makes a wait in seconds longer by chance, so that many do not end at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a node stands that is to be carried out; its flow was checked."""

    node: Node
    around: Around
    spec: OperationSpec
    bench: Bench
