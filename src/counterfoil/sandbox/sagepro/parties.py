"""The customers, made from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from counterfoil.sandbox.sagepro import chart, words
from counterfoil.sandbox.sagepro.dice import Dice
from counterfoil.sandbox.sagepro.documents import Address, Customer, Terms
from counterfoil.sandbox.sagepro.periods import Calendar

NET_30 = Terms("Net 30 Days", Decimal(0), 0, 30)
TERMS = (
    NET_30,
    NET_30,
    NET_30,
    Terms("2% 10, Net 30", Decimal(2), 10, 30),
    Terms("1% 15, Net 45", Decimal(1), 15, 45),
    Terms("NET 10", Decimal(0), 0, 10),
    Terms("Net 60 Days", Decimal(0), 0, 60),
    Terms("COD CASH ONLY", Decimal(0), 0, 0),
)
SALESPERSONS = (
    ("CARL", "Carl Lindqvist"),
    ("DEB", "Deborah Osei"),
    ("JMR", "Jaime Moreno"),
    ("HSE", "House account"),
)
TERRITORIES = ("N01", "N02", "W01", "S01")
STOCK_ADJUSTMENTS = "ICADJ"
"""The pseudo-customer under which stock adjustments are entered."""
ACCENTED_NAME = "Café Lumière Équipement"
"""One name outside ASCII, so that code page and upper-case keys are exercised."""

_EMAIL_PERCENT = 45
_EXEMPT_PERCENT = 35


def _names(dice: Dice) -> Iterator[str]:
    yield "Granite State Holdings Inc"
    yield "Granite State Stores West"
    yield ACCENTED_NAME
    for first in dice.shuffled([(a, b) for a in words.FIRST for b in words.SECOND]):
        yield " ".join(part for part in (*first, dice.pick(words.SUFFIX)) if part)


def _number(name: str, taken: set[str], width: int, dice: Dice) -> str:
    """As clerks make them: letters of the name, made unique with a digit; some are all digits."""
    if dice.percent(8):
        digits = str(dice.between(1000, 9999)).rjust(6, "0")
        if digits not in taken:
            return digits
    letters = "".join(letter for letter in name.upper() if "A" <= letter <= "Z")[:width]
    number, count = letters, 1
    while number in taken:
        count += 1
        number = letters[: width - len(str(count))] + str(count)
    return number


def _address(dice: Dice) -> tuple[Address, str, Decimal]:
    city, state, zip3, area, tax = dice.pick(words.CITIES)
    street = f"{dice.between(10, 9800)} {dice.pick(words.STREETS)}"
    suite = f"Suite {dice.between(100, 490)}" if dice.percent(25) else ""
    phone = f"{area}/555-01{dice.below(100):02d}"
    return Address(street, suite, city, state, f"{zip3}{dice.below(100):02d}"), phone, Decimal(tax)


def _customer(dice: Dice, calendar: Calendar, name: str, number: str) -> Customer:
    address, phone, tax = _address(dice)
    contact = f"{dice.pick(words.GIVEN)} {dice.pick(words.FAMILY)}"
    mailbox = "".join(letter for letter in name.lower() if "a" <= letter <= "z")
    return Customer(
        number=number,
        name=name,
        contact=contact,
        address=address,
        phone=phone,
        email=f"ap@{mailbox}.example" if dice.percent(_EMAIL_PERCENT) else "",
        terms=dice.pick(TERMS),
        tax_percent=Decimal(0) if dice.percent(_EXEMPT_PERCENT) else tax,
        link=dice.pick(("DEF", "DEF", "DEF", "RET")),
        receivable=chart.RECEIVABLE,
        salesperson=dice.pick(SALESPERSONS)[0],
        territory=dice.pick(TERRITORIES),
        statement=dice.pick("OOOB"),
        since=calendar.history_start - timedelta(days=dice.between(0, 2500)),
    )


def _national(customers: list[Customer]) -> list[Customer]:
    """The first two become a national account: the second buys, the first pays for both."""
    parent, child, *others = customers
    return [
        replace(parent, link="NAT", receivable=chart.RECEIVABLE_NATIONAL, terms=NET_30),
        replace(child, link="NAT", receivable=chart.RECEIVABLE_NATIONAL, terms=NET_30, parent=parent.number),
        *others,
    ]


def customers(dice: Dice, calendar: Calendar, *, count: int, width: int) -> list[Customer]:
    taken = {STOCK_ADJUSTMENTS, "NON_AR"}
    result: list[Customer] = []
    names = _names(dice)
    for _ in range(count):
        name = next(names)[:35]
        number = _number(name, taken, width, dice)
        taken.add(number)
        result.append(_customer(dice, calendar, name, number))
    return _national(result)


def adjustments(calendar: Calendar) -> Customer:
    """The pseudo-customer of stock adjustments."""
    return Customer(
        number=STOCK_ADJUSTMENTS,
        name="Inventory adjustments",
        contact="",
        address=Address("", "", "", "", ""),
        phone="",
        email="",
        terms=Terms("", Decimal(0), 0, 0),
        tax_percent=Decimal(0),
        link="DEF",
        receivable=chart.RECEIVABLE,
        salesperson="HSE",
        territory="",
        statement="",
        since=calendar.history_start,
    )
