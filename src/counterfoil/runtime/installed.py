"""The connectors that are installed, ours and third parties', by their entry points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from counterfoil.ports.connectors import GROUP, Connector
from counterfoil.ports.errors import CounterfoilError

_RESERVED = frozenset({"counterfoil", "paytrace", "sagepro"})
_FAULTS = (ImportError, AttributeError, TypeError, ValueError, LookupError, OSError, CounterfoilError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What can be used, and why the rest cannot."""

    connectors: Mapping[str, Connector]
    troubles: Sequence[str] = ()


@cache
def installed_connectors() -> Installed:
    """Those of this installation, looked for once."""
    return load_connectors(entry_points(group=GROUP))


def load_connectors(points: Iterable[EntryPoint], taken: Iterable[str] = ()) -> Installed:
    """Loads each; one that is faulty is told and keeps no other back."""
    found: dict[str, Connector] = {}
    troubles = []
    rooms = {*_RESERVED, *taken}
    for point in sorted(points, key=lambda each: (each.name, each.value)):
        try:
            connector = point.load()
            why = _unfit(point, connector, rooms | found.keys())
        except _FAULTS as error:
            why = f"cannot be loaded ({type(error).__name__}: {error})"
        if why:
            troubles.append(f"connector {point.name} ({point.value}): {why}")
        else:
            found[point.name] = connector
    return Installed(connectors=found, troubles=tuple(troubles))


def _unfit(point: EntryPoint, connector: Connector, taken: set[str]) -> str:
    spec = connector.spec
    if point.name in taken:
        return "the name is taken"
    if spec.name != point.name:
        return f"calls itself {spec.name}"
    foreign = [each.name for each in spec.operations if each.name.partition(".")[0] != spec.name]
    if foreign:
        return f"operation {foreign[0]} does not begin with {spec.name}."
    aimless = [each.name for each in spec.operations if not each.connects]
    return f"operation {aimless[0]} does not say that it connects" if aimless else ""
