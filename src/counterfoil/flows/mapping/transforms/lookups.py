"""Transforms that read tables: statuses, GL accounts, cross-references, rates, and any other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

from counterfoil.domain.money import Money
from counterfoil.flows.mapping.tables import VALID_FROM, Index, Row, Table
from counterfoil.flows.mapping.transforms.amounts import convert, currency
from counterfoil.flows.mapping.transforms.asked import (
    Asked,
    Env,
    Inputs,
    Parameter,
    Planned,
    Transform,
)
from counterfoil.flows.mapping.transforms.numbers import MODES
from counterfoil.flows.mapping.types import Kind, Type, text_type
from counterfoil.flows.mapping.values import RefusedError, parse_number

_TEXT = (Kind.TEXT,)
_ON = Parameter("on", "the date whose rows hold; needed where the table is dated", optional=True)
_DATE = Type(kind=Kind.DATE)
_AGE_DAYS_MAX = 36_500

Find = Callable[[tuple[str, ...], Env], Row | None]


def _finder(asked: Asked, table: Table, by: Sequence[str]) -> tuple[Index, Find, str | None]:
    """How the row for a key is found; a dated table is asked for a date, so that no old row is taken."""
    index = asked.scope.once(("index", table.name, *by), lambda: Index(table, by))
    on = asked.reference("on", _DATE) if asked.has("on") else None
    if table.is_dated and on is None:
        raise asked.wrong(f"needs on: a date, because the rows of table {table.name} hold for some days only")

    def find(key: tuple[str, ...], env: Env) -> Row | None:
        row = index.find(key, _on(on, env) if table.is_dated else None)
        if row is not None:
            env.used(table, row)
        return row

    return index, find, on


def _on(name: str | None, env: Env) -> date | None:
    return None if name is None else cast("date", env.get(name))


def _looked_up(asked: Asked, table: Table, by: Sequence[str], gives: str, absent: str | None) -> Planned:
    """A column's text of the row for the inputs; without a row what is said for it, or refused."""
    if len(asked.inputs) != len(by):
        raise asked.wrong(f"has {len(by)} key columns ({', '.join(by)}), but {len(asked.inputs)} values")
    index, find, on = _finder(asked, table, by)
    width = asked.scope.once(("width", table.name, gives), lambda: index.width(gives))

    def run(inputs: Inputs, env: Env) -> str | None:
        key = cast("tuple[str, ...]", inputs)
        row = find(key, env)
        if row is not None:
            return row.cells[gives]
        if absent is None:
            raise RefusedError(index.absent(key, _on(on, env)))
        return absent or None

    optional = asked.may_be_empty or absent == ""
    return Planned(text_type(max(width, len(absent or ""), 1), optional=optional), run)


def _status(asked: Asked) -> Planned:
    return _looked_up(asked, asked.table("table", "outside", "inside"), ("outside",), "inside", None)


_GL = {"transaction_type": "gl_by_transaction_type", "product_category": "gl_by_product_category"}


def _gl_account(asked: Asked) -> Planned:
    by = asked.choice("by", _GL)
    if asked.has("table"):
        table = asked.table("table", by, "account")
    else:
        table = asked.scope.table(_GL[by], asked.at("by"))
    return _looked_up(asked, table, (by,), "account", None)


def _cross_reference(asked: Asked) -> Planned:
    return _looked_up(asked, asked.table("table", "outside", "inside"), ("outside",), "inside", "")


def _lookup(asked: Asked) -> Planned:
    by, gives = asked.texts("by"), asked.text("give").strip()
    table = asked.table("table", *by, gives)
    absent = asked.text("otherwise") if asked.has("otherwise") else None
    return _looked_up(asked, table, by, gives, absent)


_RATE_KEY = ("from_currency", "to_currency")


def _convert(asked: Asked) -> Planned:
    to = currency(asked, "to")
    mode = MODES[asked.choice("mode", MODES)]
    table = asked.table("table", *_RATE_KEY, "rate", VALID_FROM)
    days = timedelta(asked.number("max_age_days", 0, _AGE_DAYS_MAX))
    index, find, on = _finder(asked, table, _RATE_KEY)
    rates = asked.scope.once(
        ("rates", table.name), lambda: {row.line: _rate(table, row) for row in table.rows}
    )

    def run(inputs: Inputs, env: Env) -> Money:
        amount = cast("Money", inputs[0])
        if amount.currency == to:
            return amount
        key, day = (amount.currency, to), _on(on, env)
        row = find(key, env)
        if row is None:
            raise RefusedError(index.absent(key, day))
        if day is not None and row.valid_to == date.max and day - row.valid_from > days:
            raise RefusedError(
                f"the last rate from {key[0]} to {to} is of {row.valid_from}; add one for {day}"
            )
        return convert(amount, rates[row.line], to, mode)

    return Planned(Type(kind=Kind.MONEY, currency=to, optional=asked.input.optional), run)


def _rate(table: Table, row: Row) -> Decimal:
    try:
        rate = parse_number(row.cells["rate"])
    except RefusedError as error:
        raise table.wrong(row.line, str(error)) from error
    if rate <= 0:
        raise table.wrong(row.line, "a rate is above 0")
    return rate


LOOKUPS = (
    Transform(
        name="status",
        takes=_TEXT,
        gives="text as wide as the table's",
        says="a status in the other system's word; one that the table lacks is refused, never guessed",
        plan=_status,
        parameters=(Parameter("table", "columns outside and inside", "payment_status"), _ON),
    ),
    Transform(
        name="gl_account",
        takes=_TEXT,
        gives="text as wide as the table's",
        says="the GL account of an order line's product category or of another entry's transaction type",
        plan=_gl_account,
        parameters=(
            Parameter("by", "product_category or transaction_type: what the text is"),
            Parameter(
                "table",
                "a table with the column that `by` names, and account; else gl_by_ and that name",
                optional=True,
            ),
            _ON,
        ),
    ),
    Transform(
        name="cross_reference",
        takes=_TEXT,
        gives="optional text as wide as the table's",
        says="the other system's number of a customer or an item; empty where the table has none",
        plan=_cross_reference,
        parameters=(
            Parameter("table", "columns outside and inside, such as customers or items"),
            _ON,
        ),
    ),
    Transform(
        name="lookup",
        takes=_TEXT,
        gives="text as wide as the table's",
        says="a column of the row whose key columns hold the values; refused where there is no row",
        plan=_lookup,
        parameters=(
            Parameter("table", "a table's name"),
            Parameter("by", "key columns, as many as values"),
            Parameter("give", "the column that is given"),
            Parameter("otherwise", "a text instead of a refusal; an empty one gives empty", optional=True),
            _ON,
        ),
        inputs_max=5,
    ),
    Transform(
        name="convert",
        takes=(Kind.MONEY,),
        gives="money of the currency",
        says="money at a dated rate, rounded once to the minor unit; a rate is never turned round",
        plan=_convert,
        parameters=(
            Parameter("to", "the currency, such as USD"),
            Parameter("mode", "half_up (away from zero), half_even, down or up"),
            Parameter("table", "columns from_currency, to_currency, rate, valid_from", "currency_rates"),
            Parameter("max_age_days", "how old a rate without a last day may be", "7"),
            _ON,
        ),
    ),
)
