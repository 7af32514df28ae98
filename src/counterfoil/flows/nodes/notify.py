"""A node that tells people something through a channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from typing_extensions import override

from counterfoil.flows.document import Part
from counterfoil.flows.errors import Finding
from counterfoil.flows.names import NAME_FORM, read_name
from counterfoil.flows.nodes.node import Around, Deed, Kind, Node
from counterfoil.flows.placeholders import Template, read_template
from counterfoil.flows.retry import Retry
from counterfoil.flows.schema_parts import ROUTE, TAKEN_BY_NAME, Schema, record
from counterfoil.ports.catalogue import Catalogue, Nature, OperationSpec

SENT, FAILED = "sent", "failed"
TITLE_MAX = 200
TEXT_MAX = 2000
_ENTRY = "notify"
_LABEL = "Tell people"
_TRIES = Retry(times=3, first=timedelta(minutes=1), at_most=timedelta(minutes=10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify(Deed):
    """The channel, and what is told."""

    to: str
    title: Template
    text: Template

    @property
    @override
    def words(self) -> str:
        return f"{_ENTRY} {self.to}"

    @override
    def spec(self, node: Node, around: Around) -> OperationSpec:
        return OperationSpec(
            name=_ENTRY,
            label=f"{_LABEL}: {self.to}",
            nature=Nature.EFFECT,
            inputs=tuple(node.inputs),
            outcomes=(SENT, FAILED),
        )

    @override
    def findings(self, node: Node, around: Around) -> Iterator[Finding]:
        held = around.held(node)
        for text in (self.title, self.text):
            for wrong in text.wrong(held, node.inputs):
                yield Finding(node.line, f"{node.name}: {wrong}")

    @override
    def content(self) -> dict[str, object]:
        return {_ENTRY: {"to": self.to, "title": self.title.text, "text": self.text.text}}

    @override
    def lines(self) -> Iterator[str]:
        yield self.title.text


def _read(entries: Mapping[str, Part]) -> Notify:
    fields = entries[_ENTRY].fields(("to", "title", "text"))
    title = read_template(fields["title"], TITLE_MAX)
    if "\n" in title.text:
        raise fields["title"].wrong("a title is one line")
    return Notify(to=read_name(fields["to"]), title=title, text=read_template(fields["text"], TEXT_MAX))


def _schemas(_catalogue: Catalogue) -> Iterator[Schema]:
    said: dict[str, Schema] = {
        "to": {"type": "string", "pattern": f"^{NAME_FORM}$", "description": "A channel of the environment."},
        "title": {"type": "string", "minLength": 1, "maxLength": TITLE_MAX},
        "text": {"type": "string", "minLength": 1, "maxLength": TEXT_MAX},
    }
    properties: dict[str, Schema] = {
        _ENTRY: record(said),
        "with": TAKEN_BY_NAME,
        "then": record(dict.fromkeys((SENT, FAILED), ROUTE)),
    }
    yield {"description": _LABEL} | record(properties, required=(_ENTRY, "then"))


NOTIFY = Kind(entry=_ENTRY, names_inputs=True, retry=_TRIES, read=_read, schemas=_schemas)
