"""What the nodes of flows are carried out with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from counterfoil.ports.catalogue import Catalogue
from counterfoil.runtime.step import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Operations by name, bound to the ports that they need."""

    operations: Mapping[str, Operation]

    @property
    def catalogue(self) -> Catalogue:
        return {name: operation.spec for name, operation in self.operations.items()}
