"""Has the gateway send links by which payers pay invoices, each at most once (decision 0011).

No record of the gateway tells of links, so that a lost answer cannot be asked for: a person says what became
of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, assert_never

from typing_extensions import override

from counterfoil.domain.identifiers import InvoiceNumber, document_number
from counterfoil.domain.pay_links import PayLinkWish
from counterfoil.ports.clock import Clock
from counterfoil.ports.effects import Effect, EffectKind, EffectRow, EffectState, EffectStore, Moved
from counterfoil.ports.errors import DecisionError
from counterfoil.ports.hosted import HostedFields, NotMade, PayLink, PayLinkRequest
from counterfoil.ports.instructions import NotOffered, Unknown
from counterfoil.ports.run_store import Run
from counterfoil.runtime.cashier import link_key
from counterfoil.runtime.gateway_writes import OtherContent, Pending
from counterfoil.runtime.sending import LINK, Sender, WritesHeld

URL, RUN = "url", "run"
"""In an effect's details: the link's address, and the run that tried last."""

LinkOutcome = PayLink | NotMade | Pending | WritesHeld | OtherContent


class PayLinks(Protocol):
    """What has links sent for a run's company.

    Raises:
        TransientError: nothing was sent, or it is not known how it stands; repeat the call.
        ConfigurationError: the log-in is refused or lacks a permission; nothing was done.
    """

    @property
    def currency(self) -> str:
        """What the merchant account takes."""
        ...

    def begun(self, wish: PayLinkWish, *, run: str | None) -> LinkOutcome | None:
        """How far the link is; None where it was not sent, or another run's was refused."""
        ...

    def make(self, wish: PayLinkWish, *, run: str | None) -> LinkOutcome:
        """Has the link sent once, or tells how far it is.

        Another run may try what was refused before, and so may a person, who has none.
        """
        ...


LinkDesks = Callable[[Run], PayLinks]
"""What sends links for a run; raises ConfigurationError where there is nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDesk:
    """Whose invoices are asked for, through which connection."""

    environment: str
    company: str
    connection: str
    currency: str

    def key(self, request: PayLinkRequest) -> str:
        return link_key(self.environment, self.company, InvoiceNumber(request.invoice_id), request.amount)


class GatewayPayLinks(PayLinks):
    """Links of one connection, as rows beside its other writes."""

    def __init__(self, desk: LinkDesk, hosted: HostedFields, effects: EffectStore, clock: Clock) -> None:
        self._desk = desk
        self._hosted = hosted
        self._effects = effects
        self._sender = Sender(desk.connection, effects, clock)

    @property
    @override
    def currency(self) -> str:
        return self._desk.currency

    @override
    def begun(self, wish: PayLinkWish, *, run: str | None) -> LinkOutcome | None:
        request = _request(wish)
        row = self._effects.find(self._desk.key(request))
        if row is None or _may_be_sent(row, run):
            return None
        return self._outcome(row, request, run)

    @override
    def make(self, wish: PayLinkWish, *, run: str | None) -> LinkOutcome:
        return self.ask(_request(wish), run=run)

    def ask(self, request: PayLinkRequest, *, run: str | None = None) -> LinkOutcome:
        """As `make`, for an invoice of which nothing is known."""
        row = self._effects.begin(self._effect(request, run))
        outcome = self._outcome(row, request, run)
        if isinstance(outcome, OtherContent) or not _may_be_sent(row, run):
            return outcome
        return self._send(row, request, run)

    def _outcome(self, row: EffectRow, request: PayLinkRequest, run: str | None) -> LinkOutcome:
        wanted = self._effect(request, run)
        if (row.effect.connection, row.effect.digest) != (wanted.connection, wanted.digest):
            return OtherContent(key=row.effect.key)
        return outcome_of(row)

    def _effect(self, request: PayLinkRequest, run: str | None) -> Effect:
        invoice = document_number(request.invoice_id) or request.invoice_id
        content = "|".join((invoice, str(request.amount), request.email))
        return Effect(
            key=self._desk.key(request),
            kind=EffectKind.PAY_LINK,
            connection=self._desk.connection,
            digest=hashlib.sha256(content.encode()).hexdigest(),
            amount=request.amount,
            run=run,
        )

    def _send(self, row: EffectRow, request: PayLinkRequest, run: str | None) -> LinkOutcome:
        tried = replace(row, details={**row.details, RUN: run})
        sent = self._sender.send(tried, EffectKind.PAY_LINK, lambda: self._hosted.pay_link(request), _ended)
        return sent if isinstance(sent, WritesHeld) else outcome_of(sent.row)


def _ended(row: EffectRow, answer: PayLink | NotMade | NotOffered | Unknown) -> EffectRow:
    """The row after the gateway answered; what is not known no later look can tell."""
    match answer:
        case PayLink():
            told = {**row.details, LINK: answer.id, URL: answer.url}
            return replace(row, state=EffectState.DONE, details=told)
        case NotMade(why=why) | NotOffered(why=why):
            return replace(row, state=EffectState.FAILED, why=why)
        case Unknown(why=why):
            return replace(row, state=EffectState.QUESTION, why=why)
        case _:
            assert_never(answer)


def outcome_of(row: EffectRow) -> LinkOutcome:
    """What a row that is not to be sent tells."""
    match row.state:
        case EffectState.DONE:
            return PayLink(id=str(row.details.get(LINK, "")), url=str(row.details.get(URL, "")))
        case EffectState.FAILED:
            return NotMade(why=row.why)
        case _:
            return Pending(state=row.state, due_at=row.due_at, why=row.why)


def hear_made(effects: EffectStore, key: str, *, by: str, now: datetime) -> EffectRow:
    """A named person's word that a link was sent after all.

    Raises:
        DecisionError: it is no link that waits for anybody's word, or it changed while the word was given.
    """
    row = effects.find(key)
    if row is None or row.effect.kind is not EffectKind.PAY_LINK or row.state is not EffectState.QUESTION:
        raise DecisionError(f"{key} is no pay link that waits for anybody's word")
    told = {"said_by": by, "said_at": now.isoformat(), "said": "made"}
    done = replace(row, state=EffectState.DONE, due_at=None, why="", details={**row.details, **told})
    stored = effects.change(done)
    if isinstance(stored, Moved):
        raise DecisionError(f"{key} changed meanwhile: look again")
    return stored


def _may_be_sent(row: EffectRow, run: str | None) -> bool:
    return row.state is EffectState.WAITING or (
        row.state is EffectState.FAILED and (run is None or row.details.get(RUN) != run)
    )


def _request(wish: PayLinkWish) -> PayLinkRequest:
    return PayLinkRequest(
        invoice_id=wish.invoice, amount=wish.amount, email=wish.email, expires_on=wish.expires_on
    )
