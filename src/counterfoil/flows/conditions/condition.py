"""A condition: checked once, asked often."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

from counterfoil.domain.money import Money, MoneyError
from counterfoil.flows.conditions.language import (
    ABSENT,
    ASKABLE,
    FUNCTIONS,
    NOT_TOLD,
    OTHER_CURRENCY,
    checking_environment,
    pack,
    read_money,
    running_environment,
)
from counterfoil.flows.errors import nearest, quoted
from counterfoil.flows.mapping.values import look_up
from counterfoil.ports.field_types import FieldSpec, ValueType

LENGTH_MAX = 500
_COMPARED_MAX = 500

Fields = Mapping[str, Mapping[str, FieldSpec]]
"""What may be asked for: the fields of each input by their paths, by the input's name."""

_VARIABLE = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+")
_MONEY = re.compile(r"""\bmoney\s*\((?:\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*\))?""")
_COMPARED = re.compile(
    r"""([A-Za-z_0-9]+(?:\.[A-Za-z_0-9]+)+)\s*(?:[!=]=|in)\s*(\[[^\]]*\]|"[^"]*"|'[^']*')"""
)
_LITERAL = re.compile(r""""([^"]*)"|'([^']*)'""")
_PROBLEM = re.compile(r"<input>:\d+:(\d+): (.*)")
_UNKNOWN = re.compile(r"undeclared reference to '(.*?)'")
_MISFIT = re.compile(r"found no matching overload for '_?(.*?)_?' applied to '\((.*)\)'")
_WORDS = {"string": "text", "int": "count", "bool": "yes or no"}


class ConditionError(Exception):
    """Why a text is no condition over the fields."""


class UndecidedError(Exception):
    """A condition has no answer for these results: an absent amount, another currency."""


class Condition:
    """A checked condition; any number of threads may ask it."""

    def __init__(self, text: str, fields: Fields) -> None:
        """Raises: ConditionError."""
        self.text = text
        _check_text(text)
        known = dict(_askable({name: each for name, each in fields.items() if f"{name}." in text}))
        for wrong in _never_equal(text, known):
            raise ConditionError(wrong)
        read = {name: field.type for name, field in known.items() if name in text}
        self._read = [(name, tuple(name.split(".")), type_) for name, type_ in read.items()]
        variables = frozenset(read.items())
        try:
            checked = checking_environment(variables).compile(text)
        except RuntimeError as error:
            raise ConditionError(_told(str(error), known or dict(_askable(fields)))) from error
        if checked.return_type().name() != "BOOL":
            raise ConditionError("a condition is true or false; compare something")
        self._expression = running_environment(variables).compile(text)

    def holds(self, results: Mapping[str, Mapping[str, Any]]) -> bool:
        """Whether it holds for the results of the inputs, by name.

        Raises:
            UndecidedError: nobody can say; never a silent no.
        """
        data = {name: _value(look_up(results, path), name, type_) for name, path, type_ in self._read}
        answer = self._expression.eval(data=data)
        if answer.type().name() != "BOOL":
            raise UndecidedError(_reason(str(answer.value())))
        return bool(answer.value())


def _askable(fields: Fields) -> Iterator[tuple[str, FieldSpec]]:
    for name, each in fields.items():
        for path, field in each.items():
            if field.type in ASKABLE and _VARIABLE.fullmatch(f"{name}.{path}"):
                yield f"{name}.{path}", field


def _check_text(text: str) -> None:
    if len(text) > LENGTH_MAX or not text.isprintable():
        raise ConditionError(f"a condition is one line of at most {LENGTH_MAX} characters")
    for found in _MONEY.finditer(text):
        amount = found[1] or found[2] or ""
        try:
            read_money(amount)
        except MoneyError as error:
            raise ConditionError('an amount is written as money("500.00 USD")') from error


def _never_equal(text: str, known: Mapping[str, FieldSpec]) -> Iterator[str]:
    """Words that a field with a closed list of words never is: the condition would be a silent no."""
    for found in _COMPARED.finditer(text):
        field = known.get(found[1])
        words = [one[0] or one[1] for one in _LITERAL.findall(found[2])]
        for word in words:
            if field is not None and field.words and word not in field.words:
                yield f"{found[1]} is never {quoted(word)}{nearest(word, field.words)}"


def _told(error: str, known: Mapping[str, FieldSpec]) -> str:
    problem = _PROBLEM.search(error)
    if problem is None:
        return "it is nested too deep, or cannot be read"
    place, what = problem[1], problem[2]
    if unknown := _UNKNOWN.search(what):
        name = unknown[1].strip("_@") if unknown[1][:1] in "_@" else unknown[1]
        return f"no {quoted(name)} in conditions{_nearest(name, known)} (character {place})"
    if misfit := _MISFIT.search(what):
        types = " and ".join(_WORDS.get(word, word) for word in misfit[2].split(", "))
        hint = "; amounts are compared by at_least, at_most, less_than, more_than" if "money" in types else ""
        return f"{quoted(misfit[1])} does not go with {types}{hint} (character {place})"
    return f"it cannot be read from character {place} on"


def _nearest(name: str, known: Mapping[str, FieldSpec]) -> str:
    """Among the fields of the same input where there is one, else among some of all: soon found."""
    head = f"{name.partition('.')[0]}."
    own = [each for each in known if each.startswith(head)]
    return nearest(name, own or [*islice(known, _COMPARED_MAX), *FUNCTIONS])


def _value(told: object, name: str, type_: ValueType) -> object:
    if type_ is ValueType.MONEY:
        return ABSENT if told is None else _packed(told, name)
    if type_ is ValueType.FLAG:
        return told is True
    return "" if told is None else str(told)


def _packed(told: object, name: str) -> bytes:
    """Money as it is stored; what another version of a flow told may be otherwise."""
    match told:
        case {"amount": str(amount), "currency": str(currency)}:
            with suppress(MoneyError):
                return pack(Money.of(amount, currency))
        case _:
            pass
    raise UndecidedError(f"{name} is no amount")


def _reason(error: str) -> str:
    return next((each for each in (NOT_TOLD, OTHER_CURRENCY) if each in error), "it has no answer")
