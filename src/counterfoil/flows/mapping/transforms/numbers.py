"""Transforms of numbers and flags."""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import cast

from counterfoil.domain.money import Money
from counterfoil.flows.errors import quoted
from counterfoil.flows.mapping.transforms.asked import (
    Asked,
    Env,
    Inputs,
    Parameter,
    Planned,
    Transform,
)
from counterfoil.flows.mapping.types import PLACES_MAX, WHOLE_DIGITS_MAX, Kind, Type, text_type
from counterfoil.flows.mapping.values import RefusedError, bounded, parse_number, plain

MODES = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
    "up": ROUND_UP,
}
_NUMBER = (Kind.NUMBER,)
_SIGNED = (Kind.NUMBER, Kind.MONEY)


def _number(asked: Asked) -> Planned:
    point = asked.choice("point", (".", ","))
    group = asked.text("group")
    if group not in {"", ".", ",", " ", "'"} or group == point:
        raise asked.at("group").wrong("one of . , ' or a blank belongs here, other than the point")
    grouped = re.compile(rf"[+-]?\d{{1,3}}(?:{re.escape(group)}\d{{3}}){{1,6}}(?:{re.escape(point)}\d*)?")

    def run(inputs: Inputs, _env: Env) -> Decimal:
        text = cast("str", inputs[0])
        if group and group in text:
            if not grouped.fullmatch(text):
                raise RefusedError(f"{quoted(text)} is not a number in groups of three digits")
            text = text.replace(group, "")
        if point == ",":
            if "." in text:
                raise RefusedError(f"{quoted(text)} has a point that is no decimal point")
            text = text.replace(",", ".")
        return parse_number(text)

    return Planned(Type(kind=Kind.NUMBER, optional=asked.input.optional), run)


def _round(asked: Asked) -> Planned:
    places = asked.number("places", 0, PLACES_MAX)
    unit = Decimal(1).scaleb(-places)
    mode = MODES[asked.choice("mode", MODES)]
    return Planned(
        Type(kind=Kind.NUMBER, places=places, optional=asked.input.optional),
        lambda inputs, _env: bounded(cast("Decimal", inputs[0]).quantize(unit, rounding=mode)),
    )


def _text(asked: Asked) -> Planned:
    places = asked.number("places", 0, PLACES_MAX) if asked.has("places") else None
    unit = None if places is None else Decimal(1).scaleb(-places)
    longest = PLACES_MAX if places is None else places

    def run(inputs: Inputs, _env: Env) -> str:
        number = cast("Decimal", inputs[0])
        if unit is not None:
            exact = number.quantize(unit)
            if exact != number:
                raise RefusedError(f"{plain(number)} has more than {places} decimal places; round it first")
            number = exact
        return plain(number)

    width = len("-") + WHOLE_DIGITS_MAX + (len(".") + longest if longest else 0)
    return Planned(text_type(width, optional=asked.input.optional), run)


def _negate(asked: Asked) -> Planned:
    return Planned(asked.input, lambda inputs, _env: -_signed(inputs))


def _absolute(asked: Asked) -> Planned:
    def run(inputs: Inputs, _env: Env) -> Decimal | Money:
        value = _signed(inputs)
        amount = value.amount if isinstance(value, Money) else value
        return -value if amount < 0 else value

    return Planned(asked.input, run)


def _signed(inputs: Inputs) -> Decimal | Money:
    return cast("Decimal | Money", inputs[0])


def _flag(asked: Asked) -> Planned:
    yes, no = asked.texts("yes"), asked.texts("no")
    if both := set(yes) & set(no):
        raise asked.at("no").wrong(f"{quoted(min(both))} is both yes and no")

    def run(inputs: Inputs, _env: Env) -> bool:
        if inputs[0] not in yes and inputs[0] not in no:
            raise RefusedError(f"{quoted(cast('str', inputs[0]))} is neither yes ({yes}) nor no ({no})")
        return inputs[0] in yes

    return Planned(Type(kind=Kind.FLAG, optional=asked.input.optional), run)


def _flag_text(asked: Asked) -> Planned:
    yes, no = asked.text("yes"), asked.text("no")
    width = max(len(yes), len(no))
    return Planned(
        text_type(width, optional=asked.input.optional or not (yes and no)),
        lambda inputs, _env: (yes if inputs[0] else no) or None,
    )


NUMBERS = (
    Transform(
        name="number",
        takes=(Kind.TEXT,),
        gives="number",
        says="a text's digits as an exact number",
        plan=_number,
        parameters=(
            Parameter("point", "the decimal point: . or ,", "."),
            Parameter("group", "what may stand between groups of three digits: . , ' or a blank", ""),
        ),
    ),
    Transform(
        name="round",
        takes=_NUMBER,
        gives="number of so many places",
        says="rounds, in a way that is named",
        plan=_round,
        parameters=(
            Parameter("places", "decimal places that stay"),
            Parameter("mode", "half_up (away from zero), half_even, down or up"),
        ),
    ),
    Transform(
        name="text",
        takes=_NUMBER,
        gives="text",
        says="digits as text, never rounded",
        plan=_text,
        parameters=(
            Parameter("places", "exactly so many decimal places; otherwise as they are", optional=True),
        ),
    ),
    Transform(
        name="negate",
        takes=_SIGNED,
        gives="the same type",
        says="with the other sign",
        plan=_negate,
    ),
    Transform(
        name="absolute",
        takes=_SIGNED,
        gives="the same type",
        says="without a sign",
        plan=_absolute,
    ),
    Transform(
        name="flag",
        takes=(Kind.TEXT,),
        gives="flag",
        says="a text as yes or no; every other text is refused",
        plan=_flag,
        parameters=(
            Parameter("yes", "one text or a list"),
            Parameter("no", "one text or a list"),
        ),
    ),
    Transform(
        name="flag_text",
        takes=(Kind.FLAG,),
        gives="text",
        says="yes or no as a text",
        plan=_flag_text,
        parameters=(Parameter("yes", "the text for yes"), Parameter("no", "the text for no")),
    ),
)
