"""Transforms of texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from counterfoil.flows.errors import quoted
from counterfoil.flows.mapping.transforms.asked import (
    Asked,
    Env,
    Inputs,
    Parameter,
    Planned,
    Transform,
)
from counterfoil.flows.mapping.types import WIDTH_MAX, Kind, text_type
from counterfoil.flows.mapping.values import RefusedError

_TEXT = (Kind.TEXT,)
_PARTS_MAX = 50


def _digits(asked: Asked) -> Planned:
    def run(inputs: Inputs, _env: Env) -> str | None:
        return "".join(sign for sign in cast("str", inputs[0]) if sign in "0123456789") or None

    return Planned(text_type(asked.input.width, optional=True), run)


def _case(change: Callable[[str], str]) -> Callable[[Asked], Planned]:
    """Sign by sign, so that the length stays: a sign whose other case is two signs is left alone."""

    def turned(text: str) -> str:
        return "".join(other if len(other := change(sign)) == 1 else sign for sign in text)

    def plan(asked: Asked) -> Planned:
        return Planned(asked.input, lambda inputs, _env: turned(cast("str", inputs[0])))

    return plan


def _pad(asked: Asked) -> Planned:
    width = asked.number("width", 1, WIDTH_MAX)
    side = asked.choice("side", ("left", "right"))
    fill = asked.text("fill")
    if len(fill) != 1:
        raise asked.at("fill").wrong("one character belongs here")

    def run(inputs: Inputs, _env: Env) -> str:
        text = cast("str", inputs[0])
        if len(text) > width:
            raise RefusedError(
                f"{quoted(text)} has {len(text)} characters, more than {width}; truncate it first"
            )
        return text.rjust(width, fill) if side == "left" else text.ljust(width, fill)

    return Planned(text_type(width, optional=asked.input.optional), run)


def _truncate(asked: Asked) -> Planned:
    width = asked.number("width", 1, WIDTH_MAX)
    keep = asked.choice("keep", ("start", "end", "all"))

    def run(inputs: Inputs, _env: Env) -> str:
        text = cast("str", inputs[0])
        if len(text) > width and keep == "all":
            raise RefusedError(f"{quoted(text)} has {len(text)} characters, and {width} fit")
        return text[-width:] if keep == "end" else text[:width]

    held = min(width, asked.input.width or width)
    return Planned(text_type(held, optional=asked.input.optional), run)


def _concat(asked: Asked) -> Planned:
    separator = asked.text("separator")
    widths = [each.width for each in asked.inputs]
    width = None if None in widths else sum(map(int, filter(None, widths)))
    if width is not None:
        width += len(separator) * (len(widths) - 1)

    def run(inputs: Inputs, _env: Env) -> str | None:
        return separator.join(cast("str", each) for each in inputs if each is not None) or None

    return Planned(text_type(width, optional=all(each.optional for each in asked.inputs)), run)


def _split(asked: Asked) -> Planned:
    by = asked.text("by")
    part = asked.number("part", 1, _PARTS_MAX)
    if not by:
        raise asked.at("by").wrong("at least one character belongs here")

    def run(inputs: Inputs, _env: Env) -> str | None:
        parts = cast("str", inputs[0]).split(by)
        return (parts[part - 1].strip() or None) if part <= len(parts) else None

    return Planned(text_type(asked.input.width, optional=True), run)


TEXTS = (
    Transform(
        name="digits",
        takes=_TEXT,
        gives="optional text",
        says="the digits 0 to 9 alone; empty where there are none",
        plan=_digits,
    ),
    Transform(
        name="upper",
        takes=_TEXT,
        gives="the same text type",
        says="in capitals, as long as before",
        plan=_case(str.upper),
    ),
    Transform(
        name="lower",
        takes=_TEXT,
        gives="the same text type",
        says="in small letters, as long as before",
        plan=_case(str.lower),
    ),
    Transform(
        name="pad",
        takes=_TEXT,
        gives="text of the width",
        says="filled up to a width; a longer text is refused",
        plan=_pad,
        parameters=(
            Parameter("width", "characters"),
            Parameter("side", "where it is filled: left or right", "left"),
            Parameter("fill", "the character", " "),
        ),
    ),
    Transform(
        name="truncate",
        takes=_TEXT,
        gives="text of at most the width",
        says="held to a width, by a policy that is named",
        plan=_truncate,
        parameters=(
            Parameter("width", "characters at most"),
            Parameter("keep", "start or end is kept; all refuses a text that is too long"),
        ),
    ),
    Transform(
        name="concat",
        takes=_TEXT,
        gives="text of all widths together",
        says="joins texts; empty ones are left out",
        plan=_concat,
        parameters=(Parameter("separator", "what stands between", ""),),
        inputs_max=10,
        takes_empty=True,
    ),
    Transform(
        name="split",
        takes=_TEXT,
        gives="optional text",
        says="one part of a text; empty where there is no such part",
        plan=_split,
        parameters=(
            Parameter("by", "what stands between the parts"),
            Parameter("part", "which part, from 1"),
        ),
    ),
)
