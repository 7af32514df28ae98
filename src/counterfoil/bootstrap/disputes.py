"""Disputes that a processor's file or a person tells become events, each with the payment it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from operator import attrgetter

from counterfoil.bootstrap.entered import require_no_card
from counterfoil.bootstrap.gateways import KIND, gateway_settings
from counterfoil.bootstrap.library_flows import deploy_for_disputes
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.connectors.paytrace.connector import PaytraceConnection, connect
from counterfoil.domain.dispute import (
    Dispute,
    DisputeStage,
    Matched,
    Unmatched,
    match_look,
    match_transaction,
)
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import Payment
from counterfoil.ports.errors import ConfigurationError, DecisionError
from counterfoil.ports.gateway import GatewayRecord
from counterfoil.ports.run_store import Json
from counterfoil.runtime.dispute_operations import told_dispute, told_match, written
from counterfoil.runtime.engine import Engine
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.disputes import UNMATCHED, DisputeRow, Disputes
from counterfoil.store.events import bearings_of
from counterfoil.store.inbox import Accepted, Inbox, NewEvent

_SPREAD = timedelta(days=2)
_ORDER = (DisputeStage.OPENED, DisputeStage.FEE, DisputeStage.WON, DisputeStage.LOST)
"""Of one day: a fee is charged for the opening, and may come back with the win."""


class Standing(Enum):
    """How a told dispute stands to what is stored."""

    NEW = "new"
    KNOWN = "known"
    CONTRADICTED = "contradicted"
    """The same stage of the case is stored, and both cannot be true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A told dispute: new or known, and the payment it is about."""

    dispute: Dispute
    standing: Standing
    match: Matched | Unmatched
    payment: Payment | None = None


class DisputeDesk:
    """One connection's disputes: matched against its payments, stored all or none."""

    def __init__(self, workspace: Workspace, row: ConnectionRow, gateway: PaytraceConnection) -> None:
        self._workspace = workspace
        self._row = row
        self._gateway = gateway
        self._stored = Disputes(workspace.database, workspace.clock, row.id)

    def judge(self, disputes: Sequence[Dispute]) -> list[Judged]:
        """Each told dispute in the order in which it happened; nothing is stored.

        Raises:
            TransientError: the gateway is asked about a payment and does not answer.
        """
        known = self._stored.by_key([dispute.key for dispute in disputes])
        cases = {row.key.split("/")[1]: row.lineage for row in self._stored.all() if row.is_matched}
        judged = []
        for dispute in sorted(disputes, key=lambda each: (each.on, _ORDER.index(each.stage), each.case)):
            one = self._judge(dispute, known.get(dispute.key), cases.get(dispute.case))
            if isinstance(one.match, Matched):
                cases[dispute.case] = one.match.lineage
            judged.append(one)
        return judged

    def store(self, judged: Sequence[Judged], *, told_by: str) -> int:
        """Stores what is new as events, in one transaction; how many were.

        Raises:
            ConfigurationError: one of them contradicts what is stored; nothing was stored.
        """
        require_no_card(person_or_file=told_by)
        for one in judged:
            if one.standing is Standing.CONTRADICTED:
                raise ConfigurationError(
                    f"case {one.dispute.case} stands as {one.dispute.stage.value} with another content:"
                    " nothing was stored"
                )
        events = [self._event(one, told_by) for one in judged if one.standing is Standing.NEW]
        if not events:
            return 0
        workspace = self._workspace
        deploy_for_disputes(workspace.deployments, self._row.environment)
        engine = Engine(workspace.database.conninfo)
        inbox = Inbox(workspace.database, engine.defer, clock=workspace.clock, ids=workspace.ids)
        return sum(isinstance(answer, Accepted) for answer in inbox.store(events))

    def standing(self) -> list[Judged]:
        """Everything that is stored, oldest first; a stage that was matched later is told as matched."""
        rows = self._stored.by_key({row.key.removesuffix(UNMATCHED) for row in self._stored.all()})
        known = [
            Judged(dispute=told_dispute(row.body), standing=Standing.KNOWN, match=told_match(row.body))
            for row in rows.values()
        ]
        return sorted(known, key=lambda one: one.dispute.on)

    def unmatched(self, case: str) -> list[DisputeRow]:
        """The stored stages of a case whose payment nobody knows yet."""
        rows = [row for row in self._stored.all() if row.key.split("/")[1] == case]
        matched = {row.key for row in rows if row.is_matched}
        return [row for row in rows if not row.is_matched and row.key.removesuffix(UNMATCHED) not in matched]

    def name_payment(self, case: str, transaction: str, *, by: str) -> int:
        """A person says which payment a case is about; how many of its stages are matched now.

        Raises:
            ConfigurationError: nothing of the case waits, or the payment contradicts it.
        """
        rows = self.unmatched(case)
        if not rows:
            raise ConfigurationError(f"nothing of case {case} waits for its payment")
        named = [replace(told_dispute(row.body), transaction=transaction) for row in rows]
        judged = [self._found(dispute) for dispute in named]
        for one in judged:
            if isinstance(one.match, Unmatched):
                raise ConfigurationError(one.match.why)
        self.store(judged, told_by=by)
        for row in rows:
            self._stored.close_reviews(row.event, {"transaction": transaction}, by=by)
        return len(rows)

    def _judge(self, dispute: Dispute, stored: DisputeRow | None, lineage: str | None) -> Judged:
        if stored is None:
            return self._found(dispute, lineage)
        is_same = told_dispute(stored.body).agrees_with(dispute)
        standing = Standing.KNOWN if is_same else Standing.CONTRADICTED
        return Judged(dispute=dispute, standing=standing, match=told_match(stored.body))

    def _found(self, dispute: Dispute, lineage: str | None = None) -> Judged:
        if lineage is not None and not dispute.transaction:
            match: Matched | Unmatched = Matched(lineage=lineage, why=f"case {dispute.case} is about it")
            return Judged(dispute=dispute, standing=Standing.NEW, match=match)
        if lineage is not None and lineage.rpartition("/")[2] != dispute.transaction:
            why = f"case {dispute.case} is about {lineage}, and transaction {dispute.transaction} is named"
            return Judged(dispute=dispute, standing=Standing.NEW, match=Unmatched(why=why))
        payments = self._candidates(dispute)
        if dispute.transaction:
            match = match_transaction(dispute, payments[-1] if payments else None)
        else:
            match = match_look(dispute, payments, self._gateway.zone)
        fitting = (each for each in payments if isinstance(match, Matched) and each.lineage == match.lineage)
        return Judged(dispute=dispute, standing=Standing.NEW, match=match, payment=next(fitting, None))

    def _candidates(self, dispute: Dispute) -> list[Payment]:
        """The payments that it may be about: those stored, else those that the gateway knows."""
        if dispute.transaction:
            lineage = f"{KIND}/{self._row.settings['merchant']}/{dispute.transaction}"
            stored = self._read(self._stored.payments_of(lineage))
            record = (
                None
                if stored
                else self._gateway.gateway.fetch_transaction(TransactionId(dispute.transaction))
            )
            return stored or ([record.payment] if isinstance(record, GatewayRecord) else [])
        if dispute.paid_on is None or not dispute.last_four:
            return []
        noon = datetime.combine(dispute.paid_on, time(12), self._gateway.zone).astimezone(UTC)
        stored = self._read(self._stored.payments_between(noon - _SPREAD, noon + _SPREAD))
        days = timedelta(days=1)
        fetched = self._gateway.gateway.fetch_range(dispute.paid_on - days, dispute.paid_on + days)
        told = [record.payment for record in fetched if isinstance(record, GatewayRecord)]
        return sorted([*stored, *told], key=attrgetter("created_at"))

    def _read(self, bodies: Sequence[Json]) -> list[Payment]:
        found = []
        for body in bodies:
            try:
                found.append(self._gateway.gateway.normalise(body))
            except DecisionError:
                continue
        return found

    def _event(self, one: Judged, told_by: str) -> NewEvent:
        dispute, match = one.dispute, one.match
        is_matched = isinstance(match, Matched)
        own = f"{KIND}/{self._row.settings['merchant']}/dispute-{dispute.case}"
        return NewEvent(
            connection=self._row.id,
            key=dispute.key if is_matched else dispute.key + UNMATCHED,
            source="processor",
            kind=dispute.event_kind,
            order_key=match.lineage if isinstance(match, Matched) else own,
            body=written(dispute, match, told_by),
            redacted=False,
            occurred_at=datetime.combine(dispute.on, time(12), self._gateway.zone).astimezone(UTC),
            bearings=bearings_of(one.payment) if one.payment else None,
        )


@contextmanager
def dispute_desk(workspace: Workspace, row: ConnectionRow) -> Iterator[DisputeDesk]:
    """The desk of one gateway connection, for as long as the block lasts."""
    connected = connect(gateway_settings(row, workspace.connections.secrets(row.id)), workspace.clock)
    try:
        yield DisputeDesk(workspace, row, connected)
    finally:
        connected.close()
