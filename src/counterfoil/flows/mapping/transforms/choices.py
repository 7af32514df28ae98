"""Transforms that choose: a default, the first that is there, one of two by a condition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import cast

from counterfoil.domain.money import Money
from counterfoil.flows.mapping.transforms.asked import (
    Asked,
    Env,
    Inputs,
    Parameter,
    Planned,
    Transform,
)
from counterfoil.flows.mapping.types import Kind, Type, Value, remedy, text_type
from counterfoil.flows.mapping.values import show

_INPUTS_MAX = 10
_CONDITIONS = ("is", "at_least", "below", "empty")


def _default(asked: Asked) -> Planned:
    wanted = replace(asked.input, optional=False)
    bounds = replace(wanted, width=None) if wanted.kind is Kind.TEXT else wanted
    value = asked.literal("value", bounds)
    gives = wide(wanted, text_type(len(show(value)))) if wanted.kind is Kind.TEXT else wanted
    return Planned(gives, lambda inputs, _env: value if inputs[0] is None else inputs[0])


def wide(one: Type, other: Type) -> Type:
    """The type that holds values of both, which are of one kind."""
    return Type(
        kind=one.kind,
        width=None if None in (one.width, other.width) else max(int(one.width or 0), int(other.width or 0)),
        places=None
        if None in (one.places, other.places)
        else max(int(one.places or 0), int(other.places or 0)),
        currency=one.currency if one.currency == other.currency else None,
        optional=one.optional or other.optional,
    )


def _first_of(asked: Asked) -> Planned:
    gives = asked.input
    for other in asked.inputs[1:]:
        if other.kind is not gives.kind:
            raise asked.wrong(f"chooses among one kind, not {gives.kind.value} and {other.kind.value}")
        gives = wide(gives, other)
    optional = all(each.optional for each in asked.inputs)
    return Planned(
        replace(gives, optional=optional),
        lambda inputs, _env: next((each for each in inputs if each is not None), None),
    )


Choice = tuple[Type, Callable[[Env], Value | None]]


def _when(asked: Asked) -> Planned:
    test = _condition(asked)
    then, other = _branch(asked, "then"), _branch(asked, "else")
    if then is None:
        raise asked.wrong("needs then or then_from")
    if other is None:
        other = (replace(then[0], optional=True), lambda _env: None)
    if then[0].kind is not other[0].kind:
        way = remedy(other[0].kind, then[0].kind)
        raise asked.wrong(f"gives {then[0].kind.value} or {other[0].kind.value}; one kind is needed{way}")

    def run(inputs: Inputs, env: Env) -> Value | None:
        return then[1](env) if test(inputs[0]) else other[1](env)

    return Planned(wide(then[0], other[0]), run)


def _branch(asked: Asked, name: str) -> Choice | None:
    """A text of the mapping, or another value, which is asked for only where the branch is taken."""
    source = f"{name}_from"
    if asked.has(name) and asked.has(source):
        raise asked.wrong(f"has both {name} and {source}")
    if asked.has(name):
        text = asked.text(name).strip()
        return text_type(max(len(text), 1), optional=not text), lambda _env: text or None
    if asked.has(source):
        held = asked.type_of(source)
        named = asked.text(source).strip()
        return held, lambda env: env.get(named)
    return None


def _condition(asked: Asked) -> Callable[[Value | None], bool]:
    given = [name for name in _CONDITIONS if asked.has(name)]
    if len(given) != 1:
        raise asked.wrong(f"needs exactly one of {', '.join(_CONDITIONS)}")
    match given[0]:
        case "is":
            return _is(asked)
        case "empty":
            empty = asked.choice("empty", ("yes", "no")) == "yes"
            return lambda value: (value is None) is empty
        case name:
            return _compares(asked, name)


def _is(asked: Asked) -> Callable[[Value | None], bool]:
    wanted = replace(asked.input, optional=False, width=None)
    known = [asked.read("is", text, wanted) for text in asked.texts("is")]
    return lambda value: value is not None and value in known


def _compares(asked: Asked, name: str) -> Callable[[Value | None], bool]:
    if asked.input.kind not in {Kind.NUMBER, Kind.MONEY}:
        raise asked.wrong(f"compares a number or money by {name}, not {asked.input.kind.value}")
    limit = cast("Decimal", asked.literal(name, Type(kind=Kind.NUMBER)))
    below = name == "below"

    def test(value: Value | None) -> bool:
        if value is None:
            return False
        number = value.amount if isinstance(value, Money) else cast("Decimal", value)
        return (number < limit) is below

    return test


CHOICES = (
    Transform(
        name="default",
        takes=(),
        gives="the same type, never empty",
        says="a value where there is none",
        plan=_default,
        parameters=(Parameter("value", "of the same type"),),
        takes_empty=True,
    ),
    Transform(
        name="first_of",
        takes=(),
        gives="the type that holds all",
        says="the first value that is not empty",
        plan=_first_of,
        inputs_max=_INPUTS_MAX,
        takes_empty=True,
    ),
    Transform(
        name="when",
        takes=(),
        gives="the type that holds both branches",
        says="one of two values by a condition; the other one is not even worked out",
        plan=_when,
        parameters=(
            Parameter("is", "one value or a list: equals one of them", optional=True),
            Parameter("at_least", "a number or an amount is at least so much", optional=True),
            Parameter("below", "a number or an amount is below", optional=True),
            Parameter("empty", "yes or no", optional=True),
            Parameter("then", "a text", optional=True),
            Parameter("then_from", "a source or value", optional=True),
            Parameter("else", "a text; empty where both are left out", optional=True),
            Parameter("else_from", "a source or value", optional=True),
        ),
        takes_empty=True,
    ),
)
