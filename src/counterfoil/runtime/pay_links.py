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

import structlog
from typing_extensions import override

from counterfoil.domain.pay_links import PayLinkWish
from counterfoil.ports.clock import Clock
from counterfoil.ports.effects import Effect, EffectKind, EffectRow, EffectState, EffectStore, Moved
from counterfoil.ports.errors import CounterfoilError, DecisionError, OutcomeUnknownError, TransientError
from counterfoil.ports.hosted import HostedFields, NotMade, PayLink, PayLinkRequest
from counterfoil.ports.instructions import NotOffered, Unknown
from counterfoil.ports.run_store import Run
from counterfoil.runtime.cashier import link_key
from counterfoil.runtime.gateway_writes import LONGEST_CALL, SEND_WITHIN, OtherContent, Pending, WritesHeld

log = structlog.get_logger()

LINK, URL, RUN = "link", "url", "run"
"""In an effect's details: the gateway's number of the link, its address, and the run that tried last."""

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

    def begun(self, wish: PayLinkWish, *, run: str) -> LinkOutcome | None:
        """How far the link is; None where it was not sent, or another run's was refused."""
        ...

    def make(self, wish: PayLinkWish, *, run: str) -> LinkOutcome:
        """Has the link sent once, or tells how far it is; another run may try what was refused before."""
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

    def key(self, wish: PayLinkWish) -> str:
        return link_key(self.environment, self.company, wish.invoice, wish.amount)


class GatewayPayLinks(PayLinks):
    """Links of one connection, as rows beside its other writes."""

    def __init__(self, desk: LinkDesk, hosted: HostedFields, effects: EffectStore, clock: Clock) -> None:
        self._desk = desk
        self._hosted = hosted
        self._effects = effects
        self._clock = clock

    @property
    @override
    def currency(self) -> str:
        return self._desk.currency

    @override
    def begun(self, wish: PayLinkWish, *, run: str) -> LinkOutcome | None:
        row = self._effects.find(self._desk.key(wish))
        if row is None or _may_be_sent(row, run):
            return None
        return self._outcome(row, wish, run)

    @override
    def make(self, wish: PayLinkWish, *, run: str) -> LinkOutcome:
        row = self._effects.begin(self._effect(wish, run))
        outcome = self._outcome(row, wish, run)
        if isinstance(outcome, OtherContent) or not _may_be_sent(row, run):
            return outcome
        return self._send(row, _request(wish), run)

    def _outcome(self, row: EffectRow, wish: PayLinkWish, run: str) -> LinkOutcome:
        wanted = self._effect(wish, run)
        if (row.effect.connection, row.effect.digest) != (wanted.connection, wanted.digest):
            return OtherContent(key=row.effect.key)
        return outcome_of(row)

    def _effect(self, wish: PayLinkWish, run: str) -> Effect:
        content = "|".join((wish.invoice, str(wish.amount), wish.email))
        return Effect(
            key=self._desk.key(wish),
            kind=EffectKind.PAY_LINK,
            connection=self._desk.connection,
            digest=hashlib.sha256(content.encode()).hexdigest(),
            amount=wish.amount,
            run=run,
        )

    def _send(self, row: EffectRow, request: PayLinkRequest, run: str) -> LinkOutcome:
        now = self._clock.now()
        sending = self._effects.send(
            replace(
                row,
                state=EffectState.SENDING,
                sent=EffectKind.PAY_LINK,
                tries=row.tries + 1,
                sent_at=now,
                due_at=now + LONGEST_CALL,
                why="",
                details={**row.details, RUN: run},
            )
        )
        if sending is Moved.WRITES_HELD:
            return WritesHeld(why="writes through this connection are held after a restart or a restore")
        if sending is Moved.BY_OTHERS:
            raise TransientError(f"{row.effect.key} is being carried out by somebody else")
        if self._clock.now() - now > SEND_WITHIN:
            self._keep(replace(sending, state=EffectState.WAITING, why="it was not sent in time"))
            raise TransientError(f"{row.effect.key} was not sent in time, and nothing was done")
        return self._ask_gateway(sending, request)

    def _ask_gateway(self, row: EffectRow, request: PayLinkRequest) -> LinkOutcome:
        try:
            answer = self._hosted.pay_link(request)
        except OutcomeUnknownError as error:
            answer = Unknown(why=str(error))
        except CounterfoilError as error:
            self._keep(replace(row, state=EffectState.WAITING, why=str(error)))
            raise
        match answer:
            case PayLink():
                told = {**row.details, LINK: answer.id, URL: answer.url}
                ended = replace(row, state=EffectState.DONE, details=told)
            case NotMade(why=why) | NotOffered(why=why):
                ended = replace(row, state=EffectState.FAILED, why=why)
            case Unknown(why=why):
                log.warning(
                    "gateway_outcome_unknown", effect=row.effect.key, connection=self._desk.connection
                )
                ended = replace(row, state=EffectState.QUESTION, why=why)
            case _:
                assert_never(answer)
        return outcome_of(self._keep(ended))

    def _keep(self, ended: EffectRow) -> EffectRow:
        """Stores what became of this very try, also over what somebody concluded from the time it took."""
        ended = replace(ended, due_at=None)
        while True:
            stored = self._effects.change(ended)
            if not isinstance(stored, Moved):
                return stored
            row = self._effects.find(ended.effect.key)
            if row is None or row.tries != ended.tries or row.state is EffectState.DONE:
                return row or ended
            ended = replace(ended, version=row.version)


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


def _may_be_sent(row: EffectRow, run: str) -> bool:
    return row.state is EffectState.WAITING or (
        row.state is EffectState.FAILED and row.details.get(RUN) != run
    )


def _request(wish: PayLinkWish) -> PayLinkRequest:
    return PayLinkRequest(
        invoice_id=wish.invoice, amount=wish.amount, email=wish.email, expires_on=wish.expires_on
    )
