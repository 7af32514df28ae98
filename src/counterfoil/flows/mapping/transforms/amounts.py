"""Transforms of money: payable to the minor unit before and after each, and split without a rest."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import cast

from counterfoil.domain.money import Money, MoneyError, exponent, split, total
from counterfoil.flows.errors import quoted
from counterfoil.flows.mapping.transforms.asked import (
    Asked,
    Env,
    Inputs,
    Parameter,
    Planned,
    Transform,
)
from counterfoil.flows.mapping.types import Kind, Type, minor_places, text_type
from counterfoil.flows.mapping.values import RefusedError, make_money

_MONEY = (Kind.MONEY,)
_INPUTS_MAX = 10


def _money(asked: Asked) -> Planned:
    if asked.has("currency") == asked.has("currency_from"):
        raise asked.wrong("needs either currency or currency_from")
    optional = asked.input.optional
    if asked.has("currency"):
        code = currency(asked, "currency")
        return Planned(
            Type(kind=Kind.MONEY, currency=code, optional=optional),
            lambda inputs, _env: make_money(cast("Decimal", inputs[0]), code),
        )
    source = asked.reference("currency_from", text_type())

    def run(inputs: Inputs, env: Env) -> Money:
        return make_money(cast("Decimal", inputs[0]), cast("str", env.get(source)))

    return Planned(Type(kind=Kind.MONEY, optional=optional), run)


def currency(asked: Asked, name: str) -> str:
    """A parameter that is a currency's code."""
    code = asked.text(name).strip()
    try:
        return Money.zero(code).currency
    except MoneyError as error:
        raise asked.at(name).wrong(f"{quoted(code)} is no currency such as USD") from error


def _amount(asked: Asked) -> Planned:
    places = minor_places(asked.input.currency)
    return Planned(
        Type(kind=Kind.NUMBER, places=places, optional=asked.input.optional),
        lambda inputs, _env: cast("Money", inputs[0]).amount,
    )


def _currency_of(asked: Asked) -> Planned:
    return Planned(
        text_type(3, optional=asked.input.optional),
        lambda inputs, _env: cast("Money", inputs[0]).currency,
    )


def _sum(asked: Asked) -> Planned:
    known = {each.currency for each in asked.inputs}
    if None not in known and len(known) > 1:
        raise asked.wrong(f"adds one currency, not {' and '.join(sorted(map(str, known)))}; add convert")

    def run(inputs: Inputs, _env: Env) -> Money:
        amounts = cast("tuple[Money, ...]", inputs)
        try:
            return total(amounts, amounts[0].currency)
        except MoneyError as error:
            raise RefusedError(str(error)) from error

    code = known.pop() if len(known) == 1 else None
    return Planned(Type(kind=Kind.MONEY, currency=code, optional=asked.may_be_empty), run)


def _share(asked: Asked) -> Planned:
    weights = [_weight(asked, text) for text in asked.texts("weights")]
    part = asked.number("part", 1, len(weights))
    if not any(weights):
        raise asked.at("weights").wrong("at least one weight is above 0")
    return Planned(asked.input, lambda inputs, _env: split(cast("Money", inputs[0]), weights)[part - 1])


_WEIGHT = Type(kind=Kind.NUMBER)


def _weight(asked: Asked, text: str) -> Decimal:
    weight = cast("Decimal", asked.read("weights", text, _WEIGHT))
    if weight < 0:
        raise asked.at("weights").wrong("no weight is below 0")
    return weight


def convert(amount: Money, rate: Decimal, to: str, mode: str) -> Money:
    """Money at a rate, in the other currency's minor unit; exact until it is rounded once.

    Raises:
        RefusedError: the result is too large to be kept exactly.
    """
    exact = Context(prec=60)
    unit = Decimal(1).scaleb(-exponent(to))
    try:
        return Money(exact.multiply(amount.amount, rate).quantize(unit, mode, exact), to)
    except MoneyError as error:
        raise RefusedError(f"{amount} at {rate}: {error}") from error


AMOUNTS = (
    Transform(
        name="money",
        takes=(Kind.NUMBER,),
        gives="money",
        says="a number as payable money; parts of a minor unit are refused",
        plan=_money,
        parameters=(
            Parameter("currency", "such as USD", optional=True),
            Parameter("currency_from", "the source or value that holds the currency", optional=True),
        ),
    ),
    Transform(
        name="amount",
        takes=_MONEY,
        gives="number with the currency's places",
        says="the amount without its currency",
        plan=_amount,
    ),
    Transform(
        name="currency_of",
        takes=_MONEY,
        gives="text 3",
        says="the currency without its amount",
        plan=_currency_of,
    ),
    Transform(
        name="sum",
        takes=_MONEY,
        gives="money",
        says="adds amounts of one currency; empty where one is empty",
        plan=_sum,
        inputs_max=_INPUTS_MAX,
    ),
    Transform(
        name="share",
        takes=_MONEY,
        gives="the same type",
        says="one of the parts of an amount by weights; all parts together are the amount, to the cent",
        plan=_share,
        parameters=(
            Parameter("weights", "a list of weights, one for each part"),
            Parameter("part", "which part, from 1"),
        ),
    ),
)
