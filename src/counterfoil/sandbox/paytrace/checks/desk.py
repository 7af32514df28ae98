"""The rules of checks over their book, whichever wire a request came by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import msgspec

from counterfoil.sandbox.paytrace.checks.accounts import BankAccount
from counterfoil.sandbox.paytrace.checks.book import CheckBook
from counterfoil.sandbox.paytrace.checks.calendar import business_moment
from counterfoil.sandbox.paytrace.checks.fates import Fate
from counterfoil.sandbox.paytrace.checks.life import first_status, next_step
from counterfoil.sandbox.paytrace.checks.rows import (
    ALIVE,
    VOIDABLE,
    WAITING,
    CheckEntryRow,
    CheckKind,
    CheckRow,
    CheckStatus,
)
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import Reason, Refused
from counterfoil.sandbox.paytrace.rows import Caller, Details, StoredAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOrder:
    """A check as asked for."""

    amount_cents: int
    details: Details
    caller: Caller
    entry_class: str = ""
    is_hold: bool = False
    idempotency_key: str = ""
    at: datetime | None = None
    """When it was ordered, where that is not now."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A check that was recorded, whatever became of it at once."""

    row: CheckRow


@dataclass(frozen=True, slots=True)
class Repeated:
    """The idempotency key was used before; this is what it made then."""

    row: CheckRow


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A follow-up that the check's state or amount does not allow."""

    row: CheckRow


CheckOutcome = Taken | Repeated | Refused
FollowUpOnCheck = Taken | NotTaken | Refused


class CheckDesk:
    """Checks of one merchant account; time passes for them whenever somebody looks."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._settings = gateway.settings.checks
        self.book = CheckBook(gateway.ledger.documents)

    def catch_up(self) -> None:
        """Brings every check to where it should be by now, each step at its own time."""
        now = self._gateway.now()
        with self._gateway.ledger.changes():
            while due := self.book.due(now):
                for row in due:
                    self._step(row)

    def take(self, order: CheckOrder, account: BankAccount) -> CheckOutcome:
        """A payment from an account that was keyed."""
        fate = self._settings.fates_by_account.get(account.number) or self._fate_of(order.amount_cents)
        return self._take(order, account.sealed(self._gateway.ledger.seal), fate)

    def take_on_file(self, order: CheckOrder) -> CheckOutcome:
        """A payment from the account in the vault of the customer that the details name."""
        customer = self._gateway.ledger.customer(order.details.customer_id)
        if customer is None or customer.account is None:
            return Refused.of(Reason.CUSTOMER_UNKNOWN, order.details.customer_id)
        details = msgspec.structs.replace(
            order.details,
            billing=customer.billing,
            shipping=customer.shipping,
            email=order.details.email or customer.email,
        )
        return self._take(
            replace(order, details=details), customer.account, self._fate_of(order.amount_cents)
        )

    def fund(self, check_id: int, amount_cents: int | None) -> FollowUpOnCheck:
        """Releases a held check, in full or in part; what is not funded lapses."""
        self.catch_up()
        with self._gateway.ledger.changes():
            row = self.book.check(check_id)
            if row is None or row.status is not CheckStatus.INITIATED:
                return Refused.of(Reason.CHECK_GONE)
            cents = row.amount_cents if amount_cents is None else amount_cents
            if not 0 < cents <= row.amount_cents:
                return NotTaken(row)
            now = self._gateway.now()
            funded = msgspec.structs.replace(
                row,
                status=CheckStatus.ACCEPTED,
                amount_cents=cents,
                changed_at=now,
                due_at=self._cut_off(now),
            )
            self.book.put(funded)
            return Taken(funded)

    def void(self, check_id: int) -> FollowUpOnCheck:
        """Stops a check that the bank does not have yet."""
        self.catch_up()
        with self._gateway.ledger.changes():
            row = self.book.check(check_id)
            if row is None or row.status not in VOIDABLE:
                return Refused.of(Reason.CHECK_GONE)
            voided = msgspec.structs.replace(
                row, status=CheckStatus.VOIDED, changed_at=self._gateway.now(), due_at=None
            )
            self.book.put(voided)
            return Taken(voided)

    def refund(self, check_id: int, amount_cents: int | None, caller: Caller) -> FollowUpOnCheck:
        """Pays a settled check back, in parts if asked, never more than it brought."""
        self.catch_up()
        with self._gateway.ledger.changes():
            row = self.book.check(check_id)
            if row is None or row.status is not CheckStatus.SETTLED or row.kind is CheckKind.REFUND:
                return Refused.of(Reason.CHECK_UNKNOWN)
            left = self.refundable_cents(row)
            cents = left if amount_cents is None else amount_cents
            if not 0 < cents <= left:
                return NotTaken(row)
            refund = self._refund_row(row, cents, caller)
            self.book.put(refund)
            return Taken(refund)

    def refundable_cents(self, row: CheckRow) -> int:
        """What is left of a settled check to pay back."""
        if row.kind is CheckKind.REFUND or row.status is not CheckStatus.SETTLED:
            return 0
        refunds = self.book.refunds_of(row.check_id)
        return row.amount_cents - sum(refund.amount_cents for refund in refunds if refund.status in ALIVE)

    def _take(self, order: CheckOrder, account: StoredAccount, fate: Fate | None) -> CheckOutcome:
        self.catch_up()
        with self._gateway.ledger.changes():
            before = self.book.by_key(order.idempotency_key)
            if before is not None:
                return self._repeated(before, order, account)
            now = order.at or self._gateway.now()
            status = first_status(fate, is_hold=order.is_hold)
            row = CheckRow(
                check_id=self.book.next_id(),
                uuid=str(UUID(self._gateway.new_id())),
                kind=CheckKind.PAYMENT,
                status=status,
                amount_cents=order.amount_cents,
                account=account,
                entry_class=order.entry_class,
                details=order.details,
                caller=order.caller,
                created_at=now,
                changed_at=now,
                due_at=self._cut_off(now) if status in WAITING else None,
                end=None if fate is None else fate.status,
                end_code="" if fate is None else fate.return_code,
                is_end_late=fate is not None and fate.is_late,
                idempotency_key=order.idempotency_key,
            )
            self.book.put(row)
            return Taken(row)

    def _repeated(self, before: CheckRow, order: CheckOrder, account: StoredAccount) -> CheckOutcome:
        is_same = before.amount_cents == order.amount_cents and before.account.digest == account.digest
        if is_same and self._settings.is_repeat_answered:
            return Repeated(before)
        return Refused.of(Reason.IDEMPOTENCY_KEY)

    def _refund_row(self, original: CheckRow, cents: int, caller: Caller) -> CheckRow:
        now = self._gateway.now()
        return CheckRow(
            check_id=self.book.next_id(),
            uuid=str(UUID(self._gateway.new_id())),
            kind=CheckKind.REFUND,
            status=CheckStatus.ACCEPTED,
            amount_cents=cents,
            account=original.account,
            entry_class=original.entry_class,
            details=original.details,
            caller=caller,
            created_at=now,
            changed_at=now,
            due_at=self._cut_off(now),
            parent_id=original.check_id,
        )

    def _step(self, row: CheckRow) -> None:
        stepped, moved_cents = next_step(row, self._settings, self._gateway.settings.zone)
        self.book.put(stepped)
        if moved_cents:
            day = stepped.changed_at.astimezone(self._gateway.settings.zone).date()
            entry = CheckEntryRow(
                check_id=row.check_id,
                amount_cents=moved_cents,
                moved_at=stepped.changed_at,
                deposit_id=f"{day:%Y%m%d}-D0001",
            )
            self.book.add_entry(entry)

    def _fate_of(self, amount_cents: int) -> Fate | None:
        return self._settings.fates_by_cents.get(amount_cents)

    def _cut_off(self, now: datetime) -> datetime:
        return business_moment(now, self._settings.cut_off, self._gateway.settings.zone)
