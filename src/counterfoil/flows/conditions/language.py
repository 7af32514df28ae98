"""The part of CEL that conditions may use, and money in it.

Money has a type of its own where a condition is checked, so that nothing compares it but the functions
below. The library cannot carry values of such a type, so that conditions run in a second environment, in
which money is bytes; a text comes there only once it was checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

from cel_expr_python import cel

from counterfoil.domain.money import Money, MoneyError
from counterfoil.ports.field_types import ValueType

MONEY_TESTS: Mapping[str, Callable[[Money, Money], bool]] = {
    "at_least": Money.__ge__,
    "at_most": Money.__le__,
    "less_than": Money.__lt__,
    "more_than": Money.__gt__,
}
FUNCTIONS = ("money", *MONEY_TESTS, "contains", "endsWith", "is_known", "size", "startsWith")
"""All that a condition may call."""

Variables = frozenset[tuple[str, ValueType]]
_KEPT = 64
"""Environments that are kept, because the conditions of a node share one."""

ABSENT = b""
NOT_TOLD = "it compares an amount that was not told"
OTHER_CURRENCY = "it compares amounts of different currencies"

_ENVIRONMENT = """
name: conditions
stdlib:
  disable_macros: true
  include_functions:
    - {name: "_&&_"}
    - {name: "_||_"}
    - {name: "!_"}
    - {name: "_==_"}
    - {name: "_!=_"}
    - {name: "@in"}
    - {name: "_<_", overloads: [{id: less_int64}]}
    - {name: "_<=_", overloads: [{id: less_equals_int64}]}
    - {name: "_>_", overloads: [{id: greater_int64}]}
    - {name: "_>=_", overloads: [{id: greater_equals_int64}]}
    - {name: contains}
    - {name: endsWith}
    - {name: size, overloads: [{id: size_string}, {id: string_size}]}
    - {name: startsWith}
"""
_BOOL, _TEXT = cel.Type.BOOL, cel.Type.STRING
_TEXTS = (ValueType.TEXT, ValueType.CODE, ValueType.NUMBER, ValueType.DATE, ValueType.INSTANT)
_TYPES: Mapping[ValueType, cel.Type] = {**dict.fromkeys(_TEXTS, _TEXT), ValueType.FLAG: _BOOL}
ASKABLE = frozenset({ValueType.MONEY, *_TYPES})
"""What conditions may ask; numbers, dates and moments are texts there."""


_WRITTEN = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,4})? [A-Z]{3}")


@lru_cache(maxsize=_KEPT)
def checking_environment(variables: Variables) -> cel.Env:
    """Says whether a text is a condition over the variables."""
    return _environment(variables, cel.Type.AbstractType("money"))


@lru_cache(maxsize=_KEPT)
def running_environment(variables: Variables) -> cel.Env:
    """Runs conditions that were checked."""
    return _environment(variables, cel.Type.BYTES)


def pack(money: Money) -> bytes:
    """Money as conditions carry it: equal amounts are equal bytes."""
    return f"{(money.amount + 0).normalize():f} {money.currency}".encode()


def read_money(text: str) -> Money:
    """Money as conditions write it, such as ``500.00 USD``.

    Raises:
        MoneyError: it is none.
    """
    if not _WRITTEN.fullmatch(text):
        raise MoneyError(f"not an amount: {text!r}")
    amount, _, currency = text.partition(" ")
    return Money.of(amount, currency)


def _environment(variables: Variables, money: cel.Type) -> cel.Env:
    tests = [_money_test(name, test, money) for name, test in MONEY_TESTS.items()]
    return cel.NewEnv(
        config=_config(),
        variables={name: money if kind is ValueType.MONEY else _TYPES[kind] for name, kind in variables},
        functions=[
            _function("money", money, [_TEXT], lambda text: pack(read_money(text)), is_member=False),
            _function("is_known", _BOOL, [money], bool),
            *tests,
        ],
    )


@cache
def _config() -> cel.EnvConfig:
    return cel.NewEnvConfigFromYaml(_ENVIRONMENT)


def _money_test(name: str, test: Callable[[Money, Money], bool], money: cel.Type) -> cel.FunctionDecl:
    def compare(one: bytes, other: bytes) -> bool:
        if not (one and other):
            raise ValueError(NOT_TOLD)
        left, right = (Money.of(*packed.decode().split(" ")) for packed in (one, other))
        if left.currency != right.currency:
            raise ValueError(OTHER_CURRENCY)
        return test(left, right)

    return _function(name, _BOOL, [money, money], compare)


def _function(
    name: str, gives: cel.Type, takes: list[cel.Type], act: Callable[..., object], *, is_member: bool = True
) -> cel.FunctionDecl:
    overload = cel.Overload(f"{name}_of_money", gives, takes, is_member, act)
    return cel.FunctionDecl(name, [overload])
