"""A mapping as written: the shapes of source and target, named values between them, and rules."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from counterfoil.flows.document import Part, read_document
from counterfoil.flows.errors import quoted
from counterfoil.flows.mapping.parts import content, is_map, items, written
from counterfoil.flows.mapping.types import Type, read_type

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}(\.[A-Za-z0-9_-]{1,60}){0,5}")
_TITLE_MAX = 200
_FIELDS_MAX = 500
_STEPS_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a shape."""

    name: str
    type: Type
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A transform with its parameters, as written; the part is None where it has none."""

    name: str
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Where a value comes from, and the transforms that it goes through; or a fixed text."""

    name: str
    inputs: tuple[str, ...]
    steps: tuple[Use, ...]
    fixed: str | None
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingText:
    """A mapping, well-formed but not yet checked."""

    name: str
    title: str
    version: str
    """SHA-256 of the content; comments, order of entries and layout do not change it."""
    source: Mapping[str, Field]
    target: Mapping[str, Field]
    values: Mapping[str, Rule]
    rules: Mapping[str, Rule]


def parse_mapping(text: str) -> MappingText:
    """A mapping from its text.

    Raises:
        FlowError: the text is none; says the line.
    """
    root = replace(read_document(text), path="mapping")
    fields = root.fields(("mapping", "title", "source", "target", "map"), ("values",))
    parts = {name: replace(part, path=name) for name, part in fields.items()}
    return MappingText(
        name=_name(parts["mapping"]),
        title=_title(parts["title"]),
        source=_shape(parts["source"], _FIELD),
        target=_target(parts["target"]),
        values=_rules(parts["values"], _NAME) if "values" in parts else {},
        rules=_rules(parts["map"], _FIELD),
        version=hashlib.sha256(json.dumps(content(root), sort_keys=True).encode()).hexdigest(),
    )


def is_field_name(name: str) -> bool:
    """Whether a field of a shape may be called so; dots lead into fields of fields."""
    return _FIELD.fullmatch(name) is not None


def _name(part: Part) -> str:
    name = part.text()
    if not _NAME.fullmatch(name):
        raise part.wrong(f"{quoted(name)} is not a name: lower-case letters, digits and _, at most 40")
    return name


def _title(part: Part) -> str:
    title = part.text()
    if len(title) > _TITLE_MAX or not title.isprintable():
        raise part.wrong(f"a title is one line of at most {_TITLE_MAX} characters")
    return title


def _named(part: Part, pattern: re.Pattern[str]) -> list[tuple[str, Part]]:
    found = list(part.entries())
    if not 1 <= len(found) <= _FIELDS_MAX:
        raise part.wrong(f"1 to {_FIELDS_MAX} entries belong here, not {len(found)}")
    for name, each in found:
        if not pattern.fullmatch(name):
            hint = "; inside { } write 'number 12,2' in quotes" if name.isdigit() else ""
            raise replace(each, path=part.path).wrong(f"{quoted(name)} is not a name{hint}")
    return found


def _shape(part: Part, pattern: re.Pattern[str]) -> dict[str, Field]:
    return {name: Field(name=name, type=read_type(each), part=each) for name, each in _named(part, pattern)}


def _target(part: Part) -> dict[str, Field]:
    """A target's points lead into records, and no field is a record as well."""
    shape = _shape(part, _FIELD)
    for name, field in shape.items():
        heads = (name[:place] for place, sign in enumerate(name) if sign == ".")
        if both := next((head for head in heads if head in shape), None):
            raise field.part.wrong(f"{quoted(both)} is a field already, and has no fields of its own")
    return shape


def _rules(part: Part, pattern: re.Pattern[str]) -> dict[str, Rule]:
    return {name: _rule(name, each) for name, each in _named(part, pattern)}


def _rule(name: str, part: Part) -> Rule:
    if not is_map(part):
        return Rule(name=name, inputs=_inputs(part), steps=(), fixed=None, part=part)
    fields = part.fields((), ("from", "then", "value"))
    if ("from" in fields) == ("value" in fields):
        raise part.wrong("needs either 'from' or 'value'")
    if "value" in fields and "then" in fields:
        raise part.wrong("a fixed 'value' goes through no transforms")
    return Rule(
        name=name,
        inputs=_inputs(fields["from"]) if "from" in fields else (),
        steps=tuple(_use(each) for each in _chain(fields["then"])) if "then" in fields else (),
        fixed=written(fields["value"]) if "value" in fields else None,
        part=part,
    )


def _inputs(part: Part) -> tuple[str, ...]:
    return tuple(each.text() for each in items(part))


def _chain(part: Part) -> list[Part]:
    chain = items(part)
    if len(chain) > _STEPS_MAX:
        raise part.wrong(f"at most {_STEPS_MAX} transforms, one after another")
    return chain


def _use(part: Part) -> Use:
    if part.is_text():
        return Use(name=part.text(), part=part)
    found = list(part.entries()) if is_map(part) else []
    if len(found) != 1:
        raise part.wrong("one transform belongs here, such as: upper, or pad: {width: 10}")
    name, parameters = found[0]
    if parameters.is_text() and written(parameters).strip():
        raise parameters.wrong("named parameters belong here, such as {width: 10}")
    return Use(name=name, part=parameters)
