"""A node that asks a person in the middle of a run, and goes on by the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from typing_extensions import override

from counterfoil.flows.document import Part
from counterfoil.flows.durations import DURATION_FORM, read_duration, seconds
from counterfoil.flows.errors import Finding, quoted
from counterfoil.flows.names import UNNAMEABLE, is_name
from counterfoil.flows.nodes.node import Around, Deed, Kind, Node
from counterfoil.flows.placeholders import Template, read_template
from counterfoil.flows.schema_parts import NAME, ROUTE, TAKEN_BY_NAME, Schema, record
from counterfoil.ports.catalogue import Catalogue, Nature, OperationSpec
from counterfoil.ports.field_types import FieldSpec, RecordSpec, ValueType

LATE = "late"
"""The outcome where nobody answered in time."""
CHOICES_MAX = 10
TEXT_MAX = 200
_ENTRY = "ask"
_LABEL = "Ask a person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Deed):
    """The question, and what may be answered."""

    title: Template
    choices: Mapping[str, str]
    """What a person may choose, by the outcome, in words."""
    due: timedelta | None = None

    @property
    @override
    def words(self) -> str:
        return _ENTRY

    @override
    def spec(self, node: Node, around: Around) -> OperationSpec:
        answer = self._answer()
        return OperationSpec(
            name=_ENTRY,
            label=f"{_LABEL}: {self.title}",
            nature=Nature.EFFECT,
            inputs=tuple(node.inputs),
            outcomes=(*self.choices, *((LATE,) if self.due else ())),
            gives=dict.fromkeys(self.choices, answer) | ({LATE: answer} if self.due else {}),
        )

    def _answer(self) -> RecordSpec:
        words = tuple(self.choices)
        choice = FieldSpec(
            name="choice", label="What was chosen", type=ValueType.CODE, words=words, example=words[0]
        )
        by, note = (
            FieldSpec(name=name, label=label, type=ValueType.TEXT, required=False)
            for name, label in (("by", "Who answered"), ("note", "What they noted"))
        )
        return RecordSpec(name="answer", label="What a person answered", fields=(choice, by, note))

    @override
    def findings(self, node: Node, around: Around) -> Iterator[Finding]:
        for wrong in self.title.wrong(around.held(node), node.inputs):
            yield Finding(node.line, f"{node.name}: {wrong}")

    @override
    def content(self) -> dict[str, object]:
        due = {"due": seconds(self.due)} if self.due else {}
        choices = [[outcome, text] for outcome, text in self.choices.items()]
        return {_ENTRY: {"title": self.title.text, "choices": choices, **due}}

    @override
    def lines(self) -> Iterator[str]:
        return (f"{outcome}: {text}" for outcome, text in self.choices.items())


def _read(entries: Mapping[str, Part]) -> Ask:
    fields = entries[_ENTRY].fields(("title", "choices"), ("due",))
    choices = {}
    for outcome, part in fields["choices"].entries():
        if not is_name(outcome) or outcome == LATE:
            raise part.wrong(f"{quoted(outcome)} cannot name a choice")
        choices[outcome] = _text(part)
    if not 1 <= len(choices) <= CHOICES_MAX:
        raise fields["choices"].wrong(f"a person has 1 to {CHOICES_MAX} choices")
    due = read_duration(fields["due"]) if "due" in fields else None
    return Ask(title=_title(fields["title"]), choices=choices, due=due)


def _title(part: Part) -> Template:
    _text(part)
    return read_template(part, TEXT_MAX)


def _text(part: Part) -> str:
    text = part.text()
    if len(text) > TEXT_MAX or not text.isprintable():
        raise part.wrong(f"a text for people is one line of at most {TEXT_MAX} characters")
    return text


def _schemas(_catalogue: Catalogue) -> Iterator[Schema]:
    text: Schema = {"type": "string", "minLength": 1, "maxLength": TEXT_MAX}
    choices: Schema = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": CHOICES_MAX,
        "propertyNames": NAME | {"not": {"enum": [LATE, *UNNAMEABLE]}},
        "additionalProperties": text,
        "description": "Outcome, and the words of the choice.",
    }
    due: Schema = {"type": "string", "pattern": f"^{DURATION_FORM}$"}
    question = record({"title": text, "choices": choices, "due": due}, required=("title", "choices"))
    routes: Schema = {"type": "object", "minProperties": 1, "additionalProperties": ROUTE}
    properties: dict[str, Schema] = {_ENTRY: question, "with": TAKEN_BY_NAME, "then": routes}
    yield {"description": _LABEL} | record(properties, required=(_ENTRY, "then"))


ASK = Kind(entry=_ENTRY, names_inputs=True, read=_read, schemas=_schemas)
