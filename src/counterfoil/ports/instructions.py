"""What the gateway may be told to do with money: a closed list, and what it may answer.

An instruction is sent once. Whoever carries it out stores its intent before and the answer after; an answer
of `Unknown` is asked for and never repeated.
"""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.domain.address import Address
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.level_three import Level3
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.security.secrets import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPayer:
    """A vault customer, by the reference under which the gateway charges it."""

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeToken:
    """What the gateway's own fields in the payer's browser gave for a card; good once, never stored."""

    token: Secret
    key: Secret
    keep_as: str = ""
    """A label: the card is kept in the vault under it as well, in the same call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Takes money, or holds it at the bank; all tries of one charge carry the same invoice id.

    For a bank account, `capture` false puts the payment on hold until `FundCheck` lets it go.
    """

    payer: StoredPayer | OneTimeToken
    amount: Money
    """All that is taken, the surcharge included."""
    invoice_id: str
    tender: Tender = Tender.CARD
    capture: bool = True
    surcharge: Money | None = None
    """The part of the amount that was added for paying by card."""
    billing: Address | None = None
    order_reference: str = ""
    email: str = ""
    """Where the gateway sends its receipt."""
    level3: Level3 | None = None
    """Told in a call of its own after the money was taken; never the reason of any answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Takes what an authorisation holds, all or a part of it; once."""

    transaction: TransactionId
    amount: Money | None = None
    level3: Level3 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Void:
    """Takes a whole transaction back before it settles."""

    transaction: TransactionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Gives money of a settled transaction back, all or a part of it."""

    transaction: TransactionId
    amount: Money
    invoice_id: str
    """The refunded transaction's own: under it the gateway files the refund (assumed), to be found again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FundCheck:
    """Lets a bank payment on hold go."""

    transaction: TransactionId
    amount: Money | None = None


FollowUp = Capture | Void | Refund | FundCheck
"""What concerns a transaction that exists."""

Instruction = Charge | FollowUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """The gateway did it. Where the transaction stands now, its own record tells."""

    transaction: TransactionId
    """The new transaction of a charge or a refund; else the one that the instruction named."""
    stored: StoredPayer | None = None
    """The vault customer that was made of a one-time token in the same call."""
    notes: tuple[str, ...] = ()
    """What went wrong beside it, in words, such as purchase details that were not taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """The gateway did not do it and no money moved; trying the same again is a new decision."""

    transaction: TransactionId | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYet:
    """A refund before settlement; nothing was done: void all of it, or wait until it settled."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLate:
    """A void after settlement; nothing was done: refund it."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotOffered:
    """The gateway, as connected, has no such call; nothing was sent."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """It was sent and the outcome is not known: ask, never repeat."""

    why: str


Answer = Carried | Declined | NotYet | TooLate | NotOffered | Unknown
