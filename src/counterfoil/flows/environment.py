"""An environment's file: the connections that its flows count on, without any secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from counterfoil.flows.document import Part, read_document
from counterfoil.flows.errors import nearest, quoted

MODES = ("test", "live")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A connection as it has to be in the hub."""

    kind: str
    company: str
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What a deployment finds, or is not carried out."""

    name: str
    connections: Mapping[str, Declared]


def read_environment(text: str) -> Environment:
    """An environment from its file.

    Raises:
        FlowError: it is none, or live and test connections meet at one company; says the line.
    """
    fields = read_document(text).fields(("environment", "connections"))
    part = fields["connections"]
    connections = {name: _declared(entry) for name, entry in part.entries()}
    for why in _mixed(connections):
        raise part.wrong(why)
    return Environment(name=fields["environment"].text(), connections=connections)


def _declared(part: Part) -> Declared:
    fields = part.fields(("kind", "company", "mode"))
    mode = fields["mode"].text()
    if mode not in MODES:
        raise fields["mode"].wrong(f"{quoted(mode)} is not known{nearest(mode, MODES)}")
    return Declared(kind=fields["kind"].text(), company=fields["company"].text(), mode=mode)


def _mixed(connections: Mapping[str, Declared]) -> Iterator[str]:
    companies = sorted({each.company for each in connections.values()})
    for company in companies:
        bound = {name: each.mode for name, each in connections.items() if each.company == company}
        if len(set(bound.values())) > 1:
            names = ", ".join(f"{name} ({mode})" for name, mode in sorted(bound.items()))
            yield f"live and test connections meet at company {company}: {names}"
