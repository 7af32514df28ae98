"""The gateway's rules over its ledger, whichever wire a request came by."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import msgspec

from counterfoil.ports.clock import Clock
from counterfoil.ports.ids import IdSource
from counterfoil.sandbox.paytrace.approvals import Charge as Charge
from counterfoil.sandbox.paytrace.approvals import Presented, Terms, decide
from counterfoil.sandbox.paytrace.cards import Card
from counterfoil.sandbox.paytrace.e2ee import KeyPair
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.outcomes import (
    Charged,
    ChargeOutcome,
    Done,
    FollowUpOutcome,
    NotDone,
    Reason,
    Refused,
    Verdict,
)
from counterfoil.sandbox.paytrace.rows import (
    BatchRow,
    Caller,
    Kind,
    Movement,
    MovementRow,
    State,
    StoredCard,
    TransactionRow,
)
from counterfoil.sandbox.paytrace.rules import Rules, exceeds
from counterfoil.sandbox.paytrace.settings import Settings
from counterfoil.sandbox.paytrace.users import Users


class Gateway:
    """One merchant account; every change is one ledger transaction, and money moves only with its entry."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        ids: IdSource,
        settings: Settings,
        *,
        key_pair: KeyPair | None = None,
    ) -> None:
        self.ledger = ledger
        self.settings = settings
        self.users = Users(ledger, settings)
        self.key_pair = key_pair or KeyPair()
        self._rules = Rules(ledger, settings)
        self._clock = clock
        self._ids = ids

    def now(self) -> datetime:
        """The time in whole seconds, as the vendor keeps it."""
        return self._clock.now().replace(microsecond=0)

    def new_id(self) -> str:
        return self._ids.new_id()

    def new_token(self, bytes_count: int) -> str:
        return self._ids.token(bytes_count)

    def charge_card(self, charge: Charge, card: Card) -> ChargeOutcome:
        """A keyed sale or authorisation."""
        return self._charge_keyed(
            charge, self.ledger.seal.seal(card), card.csc_response, has_csc=bool(card.csc)
        )

    def charge_sealed(self, charge: Charge, card: StoredCard, csc_response: str) -> ChargeOutcome:
        """The same on a card that was keyed elsewhere, such as in hosted fields."""
        return self._charge_keyed(charge, card, csc_response, has_csc=True)

    def charge_customer(self, charge: Charge, at: datetime | None = None) -> ChargeOutcome:
        """A sale or authorisation on the card in the vault of the customer that the details name."""
        customer = self.ledger.customer(charge.details.customer_id)
        if customer is None or customer.card is None:
            return Refused.of(Reason.CUSTOMER_UNKNOWN, charge.details.customer_id)
        details = msgspec.structs.replace(
            charge.details,
            billing=customer.billing,
            shipping=customer.shipping,
            email=charge.details.email or customer.email,
        )
        presented = Presented(customer.card, customer.billing, "", is_keyed=False)
        return self._charge(replace(charge, details=details), presented, at)

    def capture(self, transaction_id: int, amount_cents: int | None) -> FollowUpOutcome:
        """Captures an authorisation once, in full or in part; what was not captured lapses."""
        with self.ledger.changes():
            row = self.ledger.transaction(transaction_id)
            if row is None:
                return Refused.of(Reason.TRANSACTION_ID)
            cents = row.amount_cents if amount_cents is None else amount_cents
            if row.state is not State.AUTHORIZED or not 0 < cents <= row.amount_cents:
                return NotDone(transaction_id)
            captured = msgspec.structs.replace(row, state=State.PENDING, amount_cents=cents)
            self.ledger.put_transaction(captured)
            self.move(captured, Movement.CAPTURED, cents)
            return Done(captured)

    def void(self, transaction_id: int) -> FollowUpOutcome:
        """Voids what is not settled; a voided refund may be made again."""
        with self.ledger.changes():
            row = self.ledger.transaction(transaction_id)
            if row is None:
                return Refused.of(Reason.TRANSACTION_ID)
            if row.state not in {State.AUTHORIZED, State.PENDING}:
                return NotDone(transaction_id)
            voided = msgspec.structs.replace(row, state=State.VOIDED)
            self.ledger.put_transaction(voided)
            if row.kind is Kind.REFUND:
                self.move(voided, Movement.REFUND_VOIDED, row.amount_cents)
            elif row.state is State.PENDING:
                self.move(voided, Movement.VOIDED, -row.amount_cents)
            return Done(voided)

    def refund(self, transaction_id: int, amount_cents: int | None, caller: Caller) -> FollowUpOutcome:
        """Refunds a settled transaction, in parts if asked, never more than it took."""
        with self.ledger.changes():
            row = self.ledger.transaction(transaction_id)
            if row is None:
                return Refused.of(Reason.TRANSACTION_ID)
            if row.state is not State.SETTLED:
                return Refused.of(Reason.NOT_SETTLED)
            left = self.refundable_cents(row)
            cents = left if amount_cents is None else amount_cents
            if not 0 < cents <= left:
                return NotDone(transaction_id)
            user = self.users.find(caller.user)
            if user is not None and exceeds(cents, user.refund_ceiling_cents):
                return Refused.of(Reason.REFUND_CEILING)
            refund = self._refund_row(row, cents, caller)
            self.ledger.put_transaction(refund)
            self.move(refund, Movement.REFUNDED, -cents)
            return Done(refund)

    def refundable_cents(self, row: TransactionRow) -> int:
        """What is left of a transaction to pay back."""
        if row.kind is Kind.REFUND:
            return 0
        refunds = self.ledger.refunds_of(row.transaction_id)
        return row.amount_cents - sum(
            refund.amount_cents for refund in refunds if refund.state is not State.VOIDED
        )

    def settle(self, at: datetime | None = None) -> int | None:
        """Settles everything pending in one batch; its number, or None when nothing was pending."""
        with self.ledger.changes():
            pending = self.ledger.in_state(State.PENDING)
            if not pending:
                return None
            number, now = self.ledger.next_batch_number(), at or self.now()
            self.ledger.add_batch(BatchRow(batch_number=number, settled_at=now))
            for row in pending:
                settled = msgspec.structs.replace(
                    row, state=State.SETTLED, settled_at=now, batch_number=number
                )
                self.ledger.put_transaction(settled)
                sign = -1 if row.kind is Kind.REFUND else 1
                self.move(settled, Movement.SETTLED, sign * row.amount_cents, now)
            return number

    def _charge_keyed(
        self, charge: Charge, card: StoredCard, csc_response: str, *, has_csc: bool
    ) -> ChargeOutcome:
        billing = charge.details.billing
        return self._charge(charge, Presented(card, billing, csc_response, is_keyed=True, has_csc=has_csc))

    def _charge(self, charge: Charge, presented: Presented, at: datetime | None = None) -> ChargeOutcome:
        with self.ledger.changes():
            now = at or self.now()
            user = self.users.find(charge.caller.user)
            refused = self._rules.refusal(charge, presented, user=user, now=now)
            if refused is not None:
                return refused
            decision = decide(presented, self._terms(charge, now))
            row = TransactionRow(
                transaction_id=self.ledger.next_transaction_id(),
                kind=charge.kind,
                state=_first_state(charge.kind, decision.verdict),
                amount_cents=charge.amount_cents,
                card=presented.card,
                approval=decision.approval,
                details=charge.details,
                caller=charge.caller,
                created_at=now,
                recurrence_id=charge.recurrence_id,
            )
            self.ledger.put_transaction(row)
            self._move_charged(row, decision.verdict)
            return Charged(decision.verdict, row)

    def _terms(self, charge: Charge, now: datetime) -> Terms:
        return Terms(
            trigger=self.settings.triggers_by_cents.get(charge.amount_cents),
            auto_void=self.settings.auto_void,
            code=f"TAS{int(self.new_id()[:8], 16) % 1000:03}",
            today=now.astimezone(self.settings.zone).date(),
        )

    def _refund_row(self, original: TransactionRow, cents: int, caller: Caller) -> TransactionRow:
        approval = msgspec.structs.replace(original.approval, code="", message="", avs="", csc="")
        return msgspec.structs.replace(
            original,
            transaction_id=self.ledger.next_transaction_id(),
            kind=Kind.REFUND,
            state=State.PENDING,
            amount_cents=cents,
            approval=approval,
            caller=caller,
            created_at=self.now(),
            parent_id=original.transaction_id,
            settled_at=None,
            batch_number=None,
        )

    def _move_charged(self, row: TransactionRow, verdict: Verdict) -> None:
        if row.kind is not Kind.SALE or verdict is Verdict.DECLINED:
            return
        self.move(row, Movement.CAPTURED, row.amount_cents, row.created_at)
        if verdict is Verdict.AUTO_VOIDED:
            self.move(row, Movement.VOIDED, -row.amount_cents, row.created_at)

    def move(
        self, row: TransactionRow, movement: Movement, amount_cents: int, at: datetime | None = None
    ) -> None:
        """Enters a movement of money in the journal."""
        self.ledger.add_movement(
            MovementRow(
                transaction_id=row.transaction_id,
                movement=movement,
                amount_cents=amount_cents,
                moved_at=at or self.now(),
                batch_number=row.batch_number,
            )
        )


def _first_state(kind: Kind, verdict: Verdict) -> State:
    match verdict:
        case Verdict.DECLINED:
            return State.DECLINED
        case Verdict.AUTO_VOIDED:
            return State.VOIDED
        case Verdict.APPROVED:
            return State.PENDING if kind is Kind.SALE else State.AUTHORIZED
