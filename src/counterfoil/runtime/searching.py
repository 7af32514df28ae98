"""Looks for what a lost answer may have left at the gateway: by invoice id, then by amount and time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta, tzinfo
from functools import partial

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import Payment, PaymentKind
from counterfoil.ports.effects import EffectKind, EffectRow, EffectStore
from counterfoil.ports.errors import DefectError
from counterfoil.ports.gateway import AnyRecord, GatewayRecord, GatewayRecords, UnreadableRecord
from counterfoil.runtime.looking import (
    Doubtful,
    Nothing,
    Sight,
    see_by_amount,
    see_by_invoice,
    see_capture,
    see_refund,
    see_void,
)
from counterfoil.runtime.reading_days import read_in_parts

A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)


class Search:
    """Reads the gateway's records for one connection."""

    def __init__(self, connection: str, gateway: GatewayRecords, effects: EffectStore, zone: tzinfo) -> None:
        self._connection = connection
        self._gateway = gateway
        self._effects = effects
        self._zone = zone

    def see(self, row: EffectRow, now: datetime, *, is_late: bool) -> Sight:
        """What the gateway says of what was sent; by amount and time only once its records must be there.

        Raises:
            CounterfoilError: it could not be read; look again.
        """
        if row.sent is EffectKind.CHARGE:
            return self._charge(row, now, is_late=is_late)
        if row.sent is EffectKind.PAY_LINK:
            return Doubtful(why="no record tells of pay links: look there whether it was sent, and say so")
        return self._acted_on(row, now)

    def _acted_on(self, row: EffectRow, now: datetime) -> Sight:
        """What became of the transaction that the effect is about."""
        payment = self.find(row.effect.transaction)
        if payment is None:
            return Doubtful(
                why=f"the gateway does not tell of transaction {row.effect.transaction}: look there, and say"
                " whether it was done"
            )
        match row.sent:
            case EffectKind.REFUND:
                return self._refund(row, payment, now)
            case EffectKind.VOID:
                return see_void(payment)
            case EffectKind.CAPTURE | EffectKind.FUND:
                return see_capture(payment)
            case _:
                raise DefectError(f"{row.effect.key} was sent as {row.sent}, which cannot be looked for")

    def find(self, transaction: TransactionId | None) -> Payment | None:
        """The transaction as the gateway tells it now, or None where it does not or cannot be read."""
        record = self._gateway.fetch_transaction(transaction) if transaction else None
        return record.payment if isinstance(record, GatewayRecord) else None

    def refunds_like(self, row: EffectRow, of: Payment, now: datetime) -> Sight:
        """Refunds that could be the one to be made, so that it is not made twice."""
        return see_refund(row, of, of.created_at, *self._near_refunds(row, of, of.created_at, now))

    def _charge(self, row: EffectRow, now: datetime, *, is_late: bool) -> Sight:
        """Up to now, because a row that was restored may have been sent later than it knows."""
        first, last = self._days(row.begun_at, now)
        sight = see_by_invoice(row, self._under(row.effect.invoice_id, first, last))
        if not isinstance(sight, Nothing) or sight.voided or not is_late:
            return sight
        if not self._gateway.tells_of(row.effect.tender):
            return Doubtful(
                why=f"the gateway's records tell of no {row.effect.tender.value} payments: look for"
                f" {row.effect.invoice_id} there, and say which transaction it is, or that there is none"
            )
        sent = row.sent_at or row.begun_at
        records = read_in_parts(self._gateway.fetch_range, *self._days(sent, sent))
        return see_by_amount(row, records, self._claimed(row, records))

    def _refund(self, row: EffectRow, of: Payment, now: datetime) -> Sight:
        since = row.sent_at or row.begun_at
        return see_refund(row, of, since, *self._near_refunds(row, of, since, now))

    def _near_refunds(
        self, row: EffectRow, of: Payment, since: datetime, now: datetime
    ) -> tuple[Sequence[AnyRecord], Collection[TransactionId]]:
        first, last = self._days(since, now)
        if of.invoice_reference:
            records = self._under(of.invoice_reference, first, last)
        else:
            records = self._refunds(first, last)
        return records, self._claimed(row, records)

    def _refunds(self, first: date, last: date) -> list[AnyRecord]:
        """Refunds of the days, a week at a time: of all else there may be much."""
        found: list[AnyRecord] = []
        while first <= last:
            end = min(first + A_WEEK - A_DAY, last)
            records = read_in_parts(self._gateway.fetch_range, first, end)
            found += [each for each in records if _is_refund(each)]
            first = end + A_DAY
        return found

    def _under(self, invoice_id: str, first: date, last: date) -> list[AnyRecord]:
        return read_in_parts(partial(self._gateway.find_by_invoice, invoice_id), first, last)

    def _claimed(self, row: EffectRow, records: Sequence[AnyRecord]) -> set[TransactionId]:
        numbers = {each.payment.transaction for each in records if not isinstance(each, UnreadableRecord)}
        return self._effects.claimed(self._connection, numbers) - {row.carried or TransactionId("")}

    def _days(self, since: datetime, until: datetime) -> tuple[date, date]:
        """The days between the moments in the gateway's zone, and one more at each end."""
        first, last = (moment.astimezone(self._zone).date() for moment in (since, until))
        return first - A_DAY, last + A_DAY


def _is_refund(record: AnyRecord) -> bool:
    return isinstance(record, GatewayRecord) and record.payment.kind is PaymentKind.REFUND
