"""What people answered to the suggestions of one connection: accepted and refused pairs, as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import yaml

from counterfoil.flows.document import Part, read_document
from counterfoil.flows.errors import quoted
from counterfoil.flows.mapping.definition import is_field_name
from counterfoil.flows.mapping.parts import is_list

_HEAD = "# Answers to suggestions, kept by `counterfoil flows suggest`: target, then source.\n"


@dataclass(frozen=True, slots=True)
class Learned:
    """The answers of one connection; a target has one accepted source at most."""

    accepted: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def accept(self, target: str, source: str) -> Learned:
        """The pair is right from now on; an earlier answer about the target's source is replaced."""
        return replace(
            self,
            accepted={**self.accepted, target: source},
            refused=_without(self.refused, target, source),
        )

    def refuse(self, target: str, source: str) -> Learned:
        """The pair is never suggested again."""
        accepted = {name: kept for name, kept in self.accepted.items() if (name, kept) != (target, source)}
        refused = {**self.refused, target: self.refused.get(target, frozenset()) | {source}}
        return Learned(accepted, refused)

    def is_accepted(self, target: str, source: str) -> bool:
        return self.accepted.get(target) == source

    def is_refused(self, target: str, source: str) -> bool:
        return source in self.refused.get(target, ())


def _without(refused: Mapping[str, frozenset[str]], target: str, source: str) -> dict[str, frozenset[str]]:
    left = {**refused, target: refused.get(target, frozenset()) - {source}}
    return {name: sources for name, sources in left.items() if sources}


def read_learned(text: str) -> Learned:
    """The answers in a file.

    Raises:
        FlowError: it is none; says the line.
    """
    found = replace(read_document(text), path="answers").fields((), ("accepted", "refused"))
    accepted = _entries(found.get("accepted"))
    refused = _entries(found.get("refused"))
    return Learned(
        {target: _name(part) for target, part in accepted.items()},
        {target: frozenset(map(_name, _each(part))) for target, part in refused.items()},
    )


def write_learned(learned: Learned) -> str:
    """The file's text; the same answers always give the same text."""
    lines = [
        f"  {_quoted(target)}: {_quoted(learned.accepted[target])}" for target in sorted(learned.accepted)
    ]
    denied = [
        f"  {_quoted(target)}: [{', '.join(map(_quoted, sorted(learned.refused[target])))}]"
        for target in sorted(learned.refused)
    ]
    parts = (("accepted", lines), ("refused", denied))
    body = "".join(f"{name}:\n" + "\n".join(rows) + "\n" for name, rows in parts if rows)
    return _HEAD + (body or "{}\n")


def _quoted(name: str) -> str:
    return name if is_field_name(name) else json.dumps(name)


def _entries(part: Part | None) -> dict[str, Part]:
    found = {} if part is None else dict(part.entries())
    for target, each in found.items():
        if not is_field_name(target):
            raise each.wrong(f"{quoted(target)} is no name of a field")
    return found


def _each(part: Part) -> list[Part]:
    if not is_list(part):
        return [part]
    nodes: list[yaml.Node] = part.node.value
    return [Part(node, part.path, node.start_mark.line + 1) for node in nodes]


def _name(part: Part) -> str:
    name = part.text()
    if not is_field_name(name):
        raise part.wrong(f"{quoted(name)} is no name of a field")
    return name
