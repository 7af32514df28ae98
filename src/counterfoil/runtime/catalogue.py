"""Every operation that a flow may name in this release, without the ports that carry it out."""

from __future__ import annotations

from counterfoil.ports.catalogue import Catalogue
from counterfoil.runtime import dispute_operations, operations


def shipped_catalogue() -> Catalogue:
    """What the interpreter of a hub can carry out."""
    return {spec.name: spec for spec in (*operations.SPECS, *dispute_operations.SPECS)}
