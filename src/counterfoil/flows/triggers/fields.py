"""What a person gives to a flow that starts by hand: named fields of closed types."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from typing_extensions import override

from counterfoil.domain.money import Money, MoneyError
from counterfoil.flows.document import Part
from counterfoil.flows.errors import nearest, quoted
from counterfoil.flows.schema_parts import Schema, record
from counterfoil.ports.encoding import encode
from counterfoil.ports.errors import ConfigurationError, DefectError
from counterfoil.ports.field_types import FieldSpec, ValueType

TEXT_LENGTH_MAX = 200
LABEL_LENGTH_MAX = 200
WORDS_MAX = 20
_NUMBER_DIGITS_MAX = 12
_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,3})? [A-Z]{3}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class GivenType(Enum):
    """What a field that a person fills in may hold."""

    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenField:
    """One field that a person fills in."""

    name: str
    type: GivenType
    label: str
    words: tuple[str, ...] = ()
    """All that a text may be; empty: any text."""
    optional: bool = False

    @override
    def __str__(self) -> str:
        words = f", {self.form}" if self.words else ""
        return f"{self.name}: {'optional ' if self.optional else ''}{self.type.value} {self.label!r}{words}"

    def content(self) -> dict[str, object]:
        """What the flow's version is made of."""
        return {
            "type": self.type.value,
            "label": self.label,
            "one_of": list(self.words),
            "optional": self.optional,
        }

    @property
    def told(self) -> FieldSpec:
        """The field as conditions and mappings ask it."""
        return FieldSpec(
            name=self.name,
            label=self.label,
            type=ValueType.CODE if self.words else _TYPES[self.type],
            width=_WIDTHS.get(self.type),
            places=0 if self.type is GivenType.NUMBER else None,
            words=self.words,
            example=self.words[0] if self.words else _EXAMPLES[self.type],
            required=not self.optional,
        )

    @property
    def form(self) -> str:
        """How it is written, for people."""
        return f"one of {', '.join(self.words)}" if self.words else _FORMS[self.type]


def read_given(fields: Mapping[str, GivenField], given: Mapping[str, str]) -> dict[str, object]:
    """What a person gave, as an event keeps it: amounts, dates and numbers as texts of one form.

    Raises:
        ConfigurationError: a field is unknown, missing, or does not hold what it should.
    """
    for name in given:
        if name not in fields:
            raise ConfigurationError(f"there is no field {quoted(name)}{nearest(name, fields)}")
    missing = [name for name, field in fields.items() if not field.optional and not given.get(name)]
    if missing:
        field = fields[missing[0]]
        raise ConfigurationError(f"{field.name} is missing: {field.label} ({field.form})")
    return {name: _value(fields[name], text) for name, text in given.items() if text}


def given_fields(body: Mapping[str, object]) -> Mapping[str, object]:
    """What a person gave, from the event's body; empty where a schedule started the flow."""
    fields = body.get("fields", {})
    if not isinstance(fields, Mapping):
        raise DefectError("the fields of a start are no names and values")
    return fields


def _value(field: GivenField, text: str) -> object:
    try:
        value = _READ[field.type](text)
    except (ValueError, MoneyError) as error:
        raise ConfigurationError(f"{field.name} is {field.form}, not {quoted(text)}") from error
    if field.words and text not in field.words:
        raise ConfigurationError(f"{field.name} is {field.form}, not {quoted(text)}")
    return value


def _text(text: str) -> str:
    if len(text) > TEXT_LENGTH_MAX or not text.isprintable():
        raise ValueError(text)
    return text


def _money(text: str) -> dict[str, object]:
    """Payable, and as people write amounts."""
    if not _AMOUNT.fullmatch(text):
        raise ValueError(text)
    amount, _, currency = text.partition(" ")
    money = Money.of(amount, currency)
    if not money.is_whole_minor_units:
        raise ValueError(text)
    return encode(money)


def _number(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) <= _NUMBER_DIGITS_MAX):
        raise ValueError(text)
    return str(int(text))


def _date(text: str) -> str:
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text).isoformat()


_READ: Mapping[GivenType, Callable[[str], object]] = {
    GivenType.TEXT: _text,
    GivenType.MONEY: _money,
    GivenType.NUMBER: _number,
    GivenType.DATE: _date,
}
_TYPES = {each: ValueType(each.value) for each in GivenType}
_WIDTHS = {GivenType.TEXT: TEXT_LENGTH_MAX, GivenType.NUMBER: _NUMBER_DIGITS_MAX}
_EXAMPLES = {
    GivenType.TEXT: "a text",
    GivenType.MONEY: "125.00 USD",
    GivenType.NUMBER: "12",
    GivenType.DATE: "2026-12-31",
}
_FORMS = {
    GivenType.TEXT: f"a text of at most {TEXT_LENGTH_MAX} characters",
    GivenType.MONEY: "an amount with its currency, such as 125.00 USD",
    GivenType.NUMBER: f"a whole number of at most {_NUMBER_DIGITS_MAX} digits",
    GivenType.DATE: "a date such as 2026-12-31",
}


def parse_field(name: str, part: Part) -> GivenField:
    """A field as a flow declares it.

    Raises:
        FlowError: it is none; says the line.
    """
    entries = part.fields(("type", "label"), ("one_of", "optional"))
    types = [each.value for each in GivenType]
    if (word := entries["type"].text()) not in types:
        raise entries["type"].wrong(f"{quoted(word)} is not known{nearest(word, types)}")
    words = _words(entries["one_of"]) if "one_of" in entries else ()
    if words and word != GivenType.TEXT.value:
        raise entries["one_of"].wrong("only a text is one of several words")
    return GivenField(
        name=name,
        type=GivenType(word),
        label=_label(entries["label"]),
        words=words,
        optional=_is_yes(entries["optional"]) if "optional" in entries else False,
    )


def _label(part: Part) -> str:
    label = part.text()
    if len(label) > LABEL_LENGTH_MAX or not label.isprintable():
        raise part.wrong(f"a label is one line of at most {LABEL_LENGTH_MAX} characters")
    return label


def _words(part: Part) -> tuple[str, ...]:
    words = tuple(word.strip() for word in part.text().split(","))
    if not all(words) or len(set(words)) != len(words) or len(words) > WORDS_MAX:
        raise part.wrong(f"1 to {WORDS_MAX} different words belong here, with commas between them")
    return words


def _is_yes(part: Part) -> bool:
    if (word := part.text()) not in {"true", "false"}:
        raise part.wrong(f"true or false belongs here, not {quoted(word)}")
    return word == "true"


def field_schema() -> Schema:
    """What a declared field looks like."""
    properties: dict[str, Schema] = {
        "type": {"enum": [each.value for each in GivenType], "description": "What it holds."},
        "label": {"type": "string", "maxLength": LABEL_LENGTH_MAX, "description": "What it is."},
        "one_of": {"type": "string", "description": "All that a text may be, with commas between."},
        "optional": {"type": "boolean", "description": "Whether it may be left out."},
    }
    return record(properties, required=("type", "label"))
