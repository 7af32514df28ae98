"""Writes at the gateway as rows: the intent before, the outcome after, and who may send at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Protocol

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.ports.run_store import Json


class EffectKind(Enum):
    """What is wanted of the gateway; also what was last sent for it."""

    CHARGE = "charge"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"
    FUND = "fund"
    GIVE_BACK = "give_back"
    """A void or a refund, whichever the gateway still offers; never sent as such."""
    PAY_LINK = "pay_link"
    """A link by which a payer pays an invoice; no record of the gateway tells of it."""
    ADOPTED = "adopted"
    """A charge of ours that the gateway tells of and a restored database does not; never sent."""


class EffectState(Enum):
    """How far a wanted effect is; only WAITING may be sent."""

    WAITING = "waiting"
    """It was not carried out: never sent, or for certain never made."""
    SENDING = "sending"
    """Somebody may be sending it, or died while doing so."""
    UNKNOWN = "unknown"
    """It was sent and the answer was lost: ask, never send."""
    QUESTION = "question"
    """Asking did not tell; only a person's word goes on."""
    DONE = "done"
    FAILED = "failed"
    """The gateway refused it for certain; trying again is a new decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What is wanted, fixed for ever by its key."""

    key: str
    kind: EffectKind
    connection: str
    digest: str
    """Of the content: the same key with another content is refused."""
    amount: Money | None = None
    invoice_id: str = ""
    """Under which a charge stands at the gateway."""
    transaction: TransactionId | None = None
    """What it acts on."""
    tender: Tender = Tender.CARD
    payer: str = ""
    """The vault customer who is charged."""
    run: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectRow:
    """An effect and how far it is."""

    effect: Effect
    version: int
    state: EffectState
    begun_at: datetime
    sent: EffectKind | None = None
    """What was last sent for it."""
    tries: int = 0
    sent_at: datetime | None = None
    looks: int = 0
    """How often it was asked for since it was last sent."""
    missed_at: datetime | None = None
    """When it was first looked for in vain, late enough to count."""
    due_at: datetime | None = None
    """When the next look or try is due; None: not by itself."""
    carried: TransactionId | None = None
    """The transaction that carried it out."""
    why: str = ""
    details: Json = field(default_factory=dict)


class Moved(Enum):
    """Why a row was not changed."""

    BY_OTHERS = "by others"
    """Somebody else changed it meanwhile: read it again."""
    WRITES_HELD = "writes held"
    """Nothing may be sent through the connection until the gap after a restore is matched."""


class EffectStore(Protocol):
    """Effects; every change is durable when the call returns.

    Raises:
        TransientError: it is not known whether the change is stored; read again.
    """

    def begin(self, effect: Effect) -> EffectRow:
        """The row of the effect's key, made if there is none; a charge may turn out to be adopted."""
        ...

    def find(self, key: str) -> EffectRow | None: ...

    def send(self, row: EffectRow) -> EffectRow | Moved:
        """Changes the row to SENDING as given; only the caller who gets a row back may send."""
        ...

    def change(self, row: EffectRow) -> EffectRow | Moved:
        """Stores the row as given, unless somebody changed it since it was read."""
        ...

    def due(self, connection: str, now: datetime, limit: int) -> Sequence[EffectRow]:
        """What is to be looked for or tried again, longest due first."""
        ...

    def claimed(self, connection: str, transactions: Collection[TransactionId]) -> set[TransactionId]:
        """Which of the transactions carried out an effect."""
        ...

    def acting_on(self, connection: str, transaction: TransactionId) -> Sequence[EffectRow]:
        """All effects that act on the transaction."""
        ...

    def unsettled(self, connection: str, limit: int) -> Sequence[EffectRow]:
        """What nobody knows yet whether it was carried out, and what waits for a person; oldest first."""
        ...

    def find_charges(
        self, connection: str, keys: Collection[str], invoice_ids: Collection[str]
    ) -> Sequence[EffectRow]:
        """Charges under one of the keys, and those that bear one of the ids at the connection's gateway."""
        ...

    def find_charge(self, connection: str, invoice_id: str) -> EffectRow | None:
        """The charge that bears the invoice id at the gateway."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Whether anything may be written at the gateway through a connection."""

    is_open: bool
    seen_at: datetime
    """When this database, as it runs now, was first seen."""
    gap_from: date
    """The first day of which something may be missing."""
    restored: bool
    """Whether the database is known to be older than what was done through it."""


class GateStore(Protocol):
    """Who may write; closed each time the database starts, until the gap before is looked at."""

    def gate(self, connection: str, *, now: datetime, gap_from: date) -> Gate:
        """The gate as it is; time and day count where nobody saw the database as it runs now before."""
        ...

    def tell_restored(self, connection: str) -> None:
        """The gateway tells of own charges that the database does not know."""
        ...

    def open(self, connection: str, *, seen_at: datetime, now: datetime) -> None:
        """The gap is matched; writes go on until the database starts anew.

        Nothing is opened where it was started anew since the gate was seen: that gap nobody looked at.
        """
        ...
