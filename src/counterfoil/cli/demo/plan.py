"""The story's payments, chosen once from what is open, and kept so that the story can be taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from pathlib import Path

import msgspec

from counterfoil.ports.errors import ConfigurationError

_CENT = Decimal("0.01")
_NEEDED = 8
_OPEN_MIN = 20
DECLINED_AMOUNT = Decimal("0.29")
"""The sandbox declines it."""


class Act(Enum):
    """What happens at the gateway in one chapter."""

    CHECKOUT = "checkout"
    """A shopper pays at the hosted checkout; a silent post tells of it."""
    TERMINAL = "terminal"
    """Somebody keys it at the gateway; only the poll finds it."""
    STORED = "stored"
    """A stored card is charged at the gateway, without an invoice number."""
    CHARGE = "charge"
    """Counterfoil charges a stored card for an invoice."""
    THRICE = "thrice"
    """A checkout told by silent post, relay and poll, and repeated fifty times."""
    TWO_STEPS = "two_steps"
    """An authorisation, captured afterwards."""
    TOGETHER = "together"
    """Two payments of one customer at the same time."""
    SETTLE = "settle"
    """The gateway pays out its batch."""


class Expected(Enum):
    """How a chapter must end."""

    APPLIED = "applied"
    ON_ACCOUNT = "on_account"
    SURPLUS = "surplus"
    HELD = "held"
    NO_MONEY = "no_money"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """An invoice that a payment may name."""

    invoice: str
    customer: str
    open: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One payment of the story and what the books must show after it."""

    number: int
    title: str
    act: Act
    expected: Expected
    amounts: tuple[Decimal, ...] = ()
    invoices: tuple[str, ...] = ()
    """The invoice named with each payment; empty text where none is named."""
    customer: str = ""
    """Whose balance is shown before and after."""
    vault: str = ""

    def reference(self, index: int) -> str:
        """The story's own word for one payment, given to the gateway, so that none is made twice."""
        return f"demo-{self.number}-{index + 1}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole story."""

    chapters: tuple[Chapter, ...]

    @property
    def vault_customers(self) -> dict[str, str]:
        """Stored-payment customers of the story and the customers they are in the books."""
        return {c.vault: c.customer for c in self.chapters if c.vault}


def choose(items: Sequence[OpenItem]) -> Plan:
    """Chapters on open invoices, each of another customer; the same books give the same story.

    Raises:
        ConfigurationError: fewer open invoices than the story needs.
    """
    first_of: dict[str, OpenItem] = {}
    for item in sorted(items, key=lambda item: item.invoice):
        if item.open >= _OPEN_MIN:
            first_of.setdefault(item.customer, item)
    chosen = list(first_of.values())[:_NEEDED]
    if len(chosen) < _NEEDED:
        raise ConfigurationError(
            f"the story needs {_NEEDED} customers with an open invoice of {_OPEN_MIN}.00 or more"
        )
    return Plan(chapters=tuple(_chapters(chosen)))


def _chapters(items: Sequence[OpenItem]) -> list[Chapter]:
    full, part, much, stored, thrice, steps, together, account = (_On(item) for item in items)
    nobody = _On(None)
    checkout, terminal, applied = Act.CHECKOUT, Act.TERMINAL, Expected.APPLIED
    rest = Decimal("10.00")
    drafts = (
        full.pays("An invoice is paid in full at the checkout", checkout, applied, full.open),
        part.pays("Counterfoil charges a stored card for half of an invoice", Act.CHARGE, applied, part.half),
        much.pays("Somebody pays 25.00 too much", checkout, Expected.SURPLUS, much.open + 25),
        stored.pays("A stored card is charged without an invoice number", Act.STORED, applied, stored.open),
        thrice.pays("Told by silent post, relay and poll, and repeated", Act.THRICE, applied, thrice.open),
        account.pays("A card is declined", terminal, Expected.NO_MONEY, DECLINED_AMOUNT),
        account.pays("The amount fits no invoice", Act.STORED, Expected.ON_ACCOUNT, account.open + 3),
        full.pays("The first invoice is paid a second time", checkout, Expected.ON_ACCOUNT, full.open),
        nobody.pays("Money of a payer nobody knows", terminal, Expected.HELD, Decimal("77.31")),
        steps.pays("An authorisation is no money; its capture is", Act.TWO_STEPS, applied, steps.open),
        together.pays("Two payments of one customer at once", Act.TOGETHER, applied, together.half, rest),
        nobody.pays("The night's settlement changes nothing", Act.SETTLE, Expected.UNCHANGED),
    )
    return [replace(draft, number=number) for number, draft in enumerate(drafts, 1)]


class _On:
    """Makes chapters on one open item, or on none."""

    def __init__(self, item: OpenItem | None) -> None:
        self._invoice = item.invoice if item else ""
        self._customer = item.customer if item else ""
        self.open = item.open if item else Decimal(0)
        self.half = (self.open / 2).quantize(_CENT)

    def pays(self, title: str, act: Act, expected: Expected, *amounts: Decimal) -> Chapter:
        is_stored = act in {Act.STORED, Act.CHARGE}
        invoice = "" if act is Act.STORED else self._invoice
        return Chapter(
            number=0,
            title=title,
            act=act,
            expected=expected,
            amounts=amounts,
            invoices=(invoice,) * len(amounts),
            customer=self._customer,
            vault=f"vault-{self._customer.lower()}" if is_stored else "",
        )


def read_plan(path: Path) -> Plan | None:
    """The plan of an earlier start, if there is one."""
    return msgspec.json.decode(path.read_bytes(), type=Plan) if path.exists() else None


def write_plan(path: Path, plan: Plan) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(plan), indent=1))
    draft.replace(path)
