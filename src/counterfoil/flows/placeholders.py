"""Texts with places for fields: ``Payment {payment.transaction} waits``.

A place holds the path of a field and nothing else; values are put in as they are and never read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from typing_extensions import override

from counterfoil.flows.document import Part
from counterfoil.flows.errors import nearest, quoted
from counterfoil.flows.names import NAME_FORM
from counterfoil.flows.records import NoFieldError, field_at
from counterfoil.ports.field_types import RecordSpec, ValueType

VALUE_MAX = 200
"""Characters of a value that are shown."""
_PATH_FORM = rf"{NAME_FORM}(?:\.[A-Za-z0-9_-]{{1,60}}){{1,5}}"
_PLACE = re.compile(r"\{([^{}]*)\}")
_PATH = re.compile(_PATH_FORM)
_PARTS_OF_MONEY = ("amount", "currency")


@dataclass(frozen=True, slots=True)
class Template:
    """A text for people, with places."""

    text: str

    @override
    def __str__(self) -> str:
        return self.text

    @property
    def paths(self) -> Iterator[str]:
        return (found[1] for found in _PLACE.finditer(self.text))

    def wrong(self, held: Mapping[str, RecordSpec | None], inputs: Mapping[str, str]) -> Iterator[str]:
        """What is to be mended, by what is known to stand under the inputs' names."""
        for path in self.paths:
            head, *rest = path.split(".")
            if head not in inputs:
                yield f"{{{path}}}: no {quoted(head)} under 'with'{nearest(head, inputs)}"
            elif head in held and (wrong := _wrong(held[head], head, rest)):
                yield f"{{{path}}}: {wrong}"

    def filled(self, inputs: Mapping[str, Mapping[str, object]], length_max: int) -> str:
        """With the values in their places, each on one line and cut, the whole cut as well."""
        text = _PLACE.sub(lambda found: _shown(_value(inputs, found[1])), self.text)
        return text if len(text) <= length_max else text[: length_max - 1] + "…"


def read_template(part: Part, length_max: int) -> Template:
    """A text of at most so many characters, whose braces all hold a path.

    Raises:
        FlowError: it is none.
    """
    text = part.text()
    if len(text) > length_max:
        raise part.wrong(f"a text for people has at most {length_max} characters here")
    if not all(character.isprintable() or character == "\n" for character in text):
        raise part.wrong("a text for people has printable characters alone")
    for found in _PLACE.finditer(text):
        if not _PATH.fullmatch(found[1]):
            raise part.wrong(f"{quoted(found[0])} is no place of a field such as {{payment.amount}}")
    if set("{}") & set(_PLACE.sub("", text)):
        raise part.wrong("a brace begins or ends the place of a field, such as {payment.amount}")
    return Template(text)


def _wrong(record: RecordSpec | None, head: str, path: list[str]) -> str:
    if record is None:
        return f"{quoted(head)} is nothing"
    try:
        field = field_at(record, path, head)
    except NoFieldError as error:
        return str(error)
    whole = field.type in {ValueType.RECORD, ValueType.LIST}
    return f"is a {field.type.value}; name a field of it" if whole else ""


def _value(inputs: Mapping[str, Mapping[str, object]], path: str) -> object:
    value: object = inputs
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        value = " ".join(str(value[part]) for part in _PARTS_OF_MONEY if part in value)
    if isinstance(value, bool):
        value = "true" if value else "false"
    text = "" if value is None else str(value)
    line = "".join(character if character.isprintable() else " " for character in text)
    return line if len(line) <= VALUE_MAX else line[: VALUE_MAX - 1] + "…"
