"""The types of mapped values, and when a value of one type may stand where another is wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from typing_extensions import override

from counterfoil.domain.money import Money, exponent
from counterfoil.flows.document import Part
from counterfoil.flows.errors import nearest, quoted

Value = str | Decimal | Money | date | bool
"""What a mapping works on; a moment is a `datetime` with a zone, and nothing is ever a binary float."""

DIGITS_MAX = 19
PLACES_MAX = 12
WHOLE_DIGITS_MAX = 15
WIDTH_MAX = 4_000

_TYPE = re.compile(r"(optional )?([a-z]+)(?: (\d{1,4})(?:,(\d{1,2}))?| ([A-Z]{3}))?")


class Kind(Enum):
    """What a value is, by the word that a mapping uses for it."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    FLAG = "flag"


_KINDS = {kind.value: kind for kind in Kind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A kind with its bounds; what is None is not bounded, or not known."""

    kind: Kind
    width: int | None = None
    """Characters of a text, digits of a number."""
    places: int | None = None
    """Decimal places of a number."""
    currency: str | None = None
    optional: bool = False
    """Whether the value may be empty."""

    @override
    def __str__(self) -> str:
        bounds = str(self.width or "") + ("" if self.width is None or not self.places else f",{self.places}")
        words = ("optional" if self.optional else "", self.kind.value, self.currency or bounds)
        return " ".join(word for word in words if word)


def text_type(width: int | None = None, *, optional: bool = False) -> Type:
    """The type of a text of so many characters at most."""
    return Type(kind=Kind.TEXT, width=width, optional=optional)


def read_type(part: Part) -> Type:
    """A type from its words, such as ``optional text 10``, ``number 12,2`` or ``money USD``.

    Raises:
        FlowError: the words name no type.
    """
    words = " ".join(part.text().split())
    found = _TYPE.fullmatch(words)
    if found is None:
        raise part.wrong(
            f"{quoted(words)} is no type, such as: text 10, number 12,2, money USD, optional date"
        )
    optional, word, width, places, currency = found.groups()
    kind = _KINDS.get(word)
    if kind is None:
        raise part.wrong(f"no type {quoted(word)}{nearest(word, _KINDS)}")
    if reason := _unfit(kind, width, places, currency):
        raise part.wrong(f"{quoted(words)}: {reason}")
    return Type(
        kind=kind,
        width=int(width) if width else None,
        places=_places(width, places),
        currency=currency,
        optional=optional is not None,
    )


def _places(width: str | None, places: str | None) -> int | None:
    """A number of so many digits is whole where no places are named."""
    return int(places or 0) if width else None


def _unfit(kind: Kind, width: str | None, places: str | None, currency: str | None) -> str:
    most = DIGITS_MAX if kind is Kind.NUMBER else WIDTH_MAX
    fails = (
        (currency is not None and kind is not Kind.MONEY, "only money has a currency"),
        (width is not None and kind not in {Kind.TEXT, Kind.NUMBER}, "only text and numbers have a width"),
        (places is not None and kind is not Kind.NUMBER, "only a number has decimal places"),
        (width is not None and not 1 <= int(width) <= most, f"the width is from 1 to {most}"),
        (
            int(places or 0) > min(PLACES_MAX, int(width or 0)),
            f"decimal places are at most {PLACES_MAX} and at most the digits",
        ),
    )
    return next((reason for is_wrong, reason in fails if is_wrong), "")


_REMEDIES = {
    (Kind.TEXT, Kind.NUMBER): "number",
    (Kind.TEXT, Kind.MONEY): "number, then money",
    (Kind.TEXT, Kind.DATE): "date: {format: ...}",
    (Kind.TEXT, Kind.MOMENT): "moment: {format: ..., zone: ...}",
    (Kind.TEXT, Kind.FLAG): "flag: {yes: ..., no: ...}",
    (Kind.NUMBER, Kind.TEXT): "text",
    (Kind.NUMBER, Kind.MONEY): "money: {currency: ...}",
    (Kind.MONEY, Kind.TEXT): "amount, then text: {places: 2}",
    (Kind.MONEY, Kind.NUMBER): "amount",
    (Kind.DATE, Kind.TEXT): "date_text: {format: ...}",
    (Kind.MOMENT, Kind.DATE): "day: {zone: ...}",
    (Kind.MOMENT, Kind.TEXT): "moment_text: {format: ..., zone: ...}",
    (Kind.FLAG, Kind.TEXT): "flag_text: {yes: ..., no: ...}",
}


def remedy(given: Kind, wanted: Kind) -> str:
    """The transform that leads from one kind to another, to end a message with."""
    way = _REMEDIES.get((given, wanted))
    return f"; add {way}" if way else ""


def misfit(given: Type, wanted: Type) -> str:
    """Why a value of the one type may not stand where the other is wanted; empty when it may."""
    if given.kind is not wanted.kind:
        return f"is {given.kind.value}, not {wanted.kind.value}{remedy(given.kind, wanted.kind)}"
    if given.optional and not wanted.optional:
        return "may be empty; add default: {value: ...}, or make the target optional"
    check = _BOUNDS.get(given.kind)
    return check(given, wanted) if check else ""


def _too_wide(given: Type, wanted: Type) -> str:
    if wanted.width is None or (given.width is not None and given.width <= wanted.width):
        return ""
    length = "of any length" if given.width is None else f"of up to {given.width} characters"
    return f"is {length}, but {wanted.width} fit; add truncate: {{width: {wanted.width}, keep: ...}}"


def _too_exact(given: Type, wanted: Type) -> str:
    if wanted.places is None or (given.places is not None and given.places <= wanted.places):
        return ""
    places = "any number of" if given.places is None else str(given.places)
    return (
        f"has {places} decimal places, but {wanted.places} fit; "
        f"add round: {{places: {wanted.places}, mode: ...}}"
    )


def _foreign(given: Type, wanted: Type) -> str:
    if wanted.currency in {None, given.currency}:
        return ""
    return f"is in {given.currency or 'any currency'}; add convert: {{to: {wanted.currency}, ...}}"


_BOUNDS = {Kind.TEXT: _too_wide, Kind.NUMBER: _too_exact, Kind.MONEY: _foreign}


def minor_places(currency: str | None) -> int:
    """Decimal places that a payable amount may have; the most there are where the currency is not known."""
    return 3 if currency is None else exponent(currency)
