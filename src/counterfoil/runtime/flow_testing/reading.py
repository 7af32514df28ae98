"""Domain values from a file that people write: each field by its name, amounts as ``120.00 USD``."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.money import Money
from counterfoil.flows.document import Part
from counterfoil.flows.errors import FlowError, nearest, quoted

LIST_MAX = 1_000
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")
_COUNT = re.compile(r"[0-9]{1,6}")
_YEARS = (1900, 2100)
Day = TypeVar("Day", bound=date)
_UNIONS = (Union, types.UnionType)

Defaults = Mapping[str, object]
NOTHING: Defaults = types.MappingProxyType({})


def items(part: Part) -> list[Part]:
    """A list's parts.

    Raises:
        FlowError: it is no list, or too long.
    """
    if not isinstance(part.node, yaml.SequenceNode):
        raise part.wrong("a list belongs here")
    nodes: list[yaml.Node] = part.node.value
    if len(nodes) > LIST_MAX:
        raise part.wrong(f"a list has at most {LIST_MAX} entries")
    return [
        Part(node, f"{part.path}.{number}", node.start_mark.line + 1)
        for number, node in enumerate(nodes, start=1)
    ]


def read_value(kind: Any, part: Part, defaults: Defaults = NOTHING) -> Any:
    """A value of a domain type; defaults stand for fields of it that are not written.

    Raises:
        FlowError: it is none; says the line.
    """
    kind = getattr(kind, "__supertype__", kind)
    if get_origin(kind) in _UNIONS:
        return read_value(next(each for each in get_args(kind) if each is not types.NoneType), part)
    if get_origin(kind) is tuple:
        return tuple(read_value(get_args(kind)[0], each) for each in items(part))
    if kind in _SCALARS:
        return _scalar(kind, part)
    if is_dataclass(kind):
        return _object(kind, part, defaults)
    return _word(kind, part)


def one_of(part: Part, words: Sequence[str]) -> str:
    """One of the words.

    Raises:
        FlowError: it is none of them.
    """
    word = part.text()
    if word not in words:
        raise part.wrong(f"{quoted(word)} is not known{nearest(word, words)}")
    return word


def without(node: Any, names: Sequence[str]) -> Any:
    """The mapping's node without some of its entries."""
    kept = [(key, value) for key, value in node.value if str(key.value).strip() not in names]
    return type(node)(node.tag, kept, node.start_mark, node.end_mark)


def _object(kind: Any, part: Part, defaults: Defaults) -> Any:
    hints = get_type_hints(kind)
    known = {each.name: each.default is MISSING for each in fields(kind)}
    may_lack = {name for name, hint in hints.items() if types.NoneType in get_args(hint)}
    needed = [name for name, is_needed in known.items() if is_needed and name not in {*defaults, *may_lack}]
    written = part.fields(needed, [name for name in known if name not in needed])
    values: dict[str, object] = {name: None for name in may_lack if known.get(name)}
    values |= {name: value for name, value in defaults.items() if name in known}
    values |= {name: read_value(hints[name], each) for name, each in written.items()}
    return _made(lambda: kind(**values), part)


def _scalar(kind: Any, part: Part) -> Any:
    text = part.text() if kind is not str else str(getattr(part.node, "value", ""))
    if not part.is_text():
        raise part.wrong("a text belongs here")
    make, such_as = _SCALARS[kind]
    try:
        return make(text)
    except (ValueError, ArithmeticError) as error:
        raise part.wrong(f"{quoted(text)} is not {such_as}") from error


def _word(kind: type[Enum], part: Part) -> Enum:
    words = {str(each.value): each for each in kind}
    text = part.text()
    if text not in words:
        raise part.wrong(f"{quoted(text)} is not known{nearest(text, words)}")
    return words[text]


def _made(make: Callable[[], Any], part: Part) -> Any:
    """What a value says of itself that does not hold is told with the line."""
    try:
        return make()
    except FlowError:
        raise
    except ValueError as error:
        raise part.wrong(str(error)) from error


def _money(text: str) -> Money:
    """In the ten digits alone, which are not the only ones that a number may be read from."""
    amount, _, currency = text.partition(" ")
    if not text.isascii():
        raise ValueError(text)
    return Money.of(amount, currency)


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def _count(text: str) -> int:
    if not _COUNT.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _day(text: str) -> date:
    return _near(date.fromisoformat(text))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no zone")
    return _near(moment)


def _near(day: Day) -> Day:
    """Days that a calendar can still be turned to another zone at."""
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        raise ValueError(f"not from {_YEARS[0]} to {_YEARS[1]}")
    return day


def _flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(text)
    return text == "true"


_SCALARS: Mapping[Any, tuple[Callable[[str], object], str]] = {
    str: (str, "a text"),
    Money: (_money, "an amount such as 120.00 USD"),
    PostingKey: (PostingKey.parse, "a posting key such as gateway/shop/105968/receipt#1"),
    int: (_count, "a number such as 12"),
    Decimal: (_number, "a number such as 120.00"),
    date: (_day, "a day such as 2026-11-03"),
    datetime: (_moment, "a moment such as 2026-11-03T02:30:00Z"),
    bool: (_flag, "true or false"),
}
