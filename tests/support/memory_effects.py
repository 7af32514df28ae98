"""Effects and gates in memory, with the same promises as the database; restored like one."""

from __future__ import annotations

import copy
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from typing_extensions import override

from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.clock import Clock
from counterfoil.ports.effects import (
    Effect,
    EffectKind,
    EffectRow,
    EffectState,
    EffectStore,
    Gate,
    GateStore,
    Moved,
)

CHARGES = frozenset({EffectKind.CHARGE, EffectKind.ADOPTED})


@dataclass
class Seen:
    """A gate as one start of the database sees it."""

    start: int
    gate: Gate


@dataclass
class MemoryEffects(EffectStore, GateStore):
    """One process's database; `restart` and `restore` are what an operator does to it."""

    clock: Clock
    rows: dict[str, EffectRow] = field(default_factory=dict)
    gates: dict[str, Seen] = field(default_factory=dict)
    starts: int = 0
    known_restored: bool = False

    def back_up(self) -> object:
        return copy.deepcopy((self.rows, self.gates))

    def restart(self) -> None:
        self.starts += 1

    def restore(self, backup: object, *, seen_from_within: bool) -> None:
        """An older state; a copy of the server's files looks like a mere restart."""
        self.rows, self.gates = copy.deepcopy(backup)  # type: ignore[misc]
        self.restart()
        self.known_restored = seen_from_within

    @override
    def begin(self, effect: Effect) -> EffectRow:
        if effect.key in self.rows:
            return self.rows[effect.key]
        same = self.find_charge(effect.connection, effect.invoice_id) if effect.kind in CHARGES else None
        if same is not None:
            return same
        row = EffectRow(effect=effect, version=1, state=EffectState.WAITING, begun_at=self.clock.now())
        self.rows[effect.key] = row
        return row

    @override
    def find(self, key: str) -> EffectRow | None:
        return self.rows.get(key)

    @override
    def send(self, row: EffectRow) -> EffectRow | Moved:
        seen = self.gates.get(row.effect.connection)
        if seen is None or seen.start != self.starts or not seen.gate.is_open:
            return Moved.WRITES_HELD
        return self.change(row)

    @override
    def change(self, row: EffectRow) -> EffectRow | Moved:
        known = self.rows.get(row.effect.key)
        if known is None or known.version != row.version:
            return Moved.BY_OTHERS
        self.rows[row.effect.key] = replace(row, version=row.version + 1)
        return self.rows[row.effect.key]

    @override
    def due(self, connection: str, now: datetime, limit: int) -> Sequence[EffectRow]:
        dated = [(row.due_at, row) for row in self.rows.values() if row.effect.connection == connection]
        due = [(at, row) for at, row in dated if at is not None and at <= now]
        return [row for _, row in sorted(due, key=lambda each: each[0])][:limit]

    @override
    def claimed(self, connection: str, transactions: Collection[TransactionId]) -> set[TransactionId]:
        mine = (row for row in self.rows.values() if row.effect.connection == connection)
        return {row.carried for row in mine if row.carried is not None} & set(transactions)

    @override
    def acting_on(self, connection: str, transaction: TransactionId) -> Sequence[EffectRow]:
        wanted = (connection, transaction)
        return [
            row for row in self.rows.values() if (row.effect.connection, row.effect.transaction) == wanted
        ]

    @override
    def unsettled(self, connection: str, limit: int) -> Sequence[EffectRow]:
        open_ = (EffectState.SENDING, EffectState.UNKNOWN, EffectState.QUESTION)
        mine = [row for row in self.rows.values() if row.effect.connection == connection]
        found = [row for row in mine if row.state in open_]
        return sorted(found, key=lambda row: (row.begun_at, row.effect.key))[:limit]

    @override
    def find_charges(
        self, connection: str, keys: Collection[str], invoice_ids: Collection[str]
    ) -> Sequence[EffectRow]:
        charges = [row for row in self.rows.values() if row.effect.kind in CHARGES]
        return [
            row
            for row in charges
            if row.effect.key in keys
            or (row.effect.connection == connection and row.effect.invoice_id in invoice_ids)
        ]

    @override
    def find_charge(self, connection: str, invoice_id: str) -> EffectRow | None:
        for row in self.rows.values():
            effect = row.effect
            if effect.kind in CHARGES and (effect.connection, effect.invoice_id) == (connection, invoice_id):
                return row
        return None

    @override
    def gate(self, connection: str, *, now: datetime, gap_from: date) -> Gate:
        seen = self.gates.get(connection)
        if seen is None or seen.start != self.starts:
            held = seen is not None and not seen.gate.is_open
            gate = Gate(
                is_open=False,
                seen_at=now,
                gap_from=min(seen.gate.gap_from, gap_from) if seen is not None and held else gap_from,
                restored=self.known_restored or (seen is not None and held and seen.gate.restored),
            )
            self.gates[connection] = Seen(self.starts, gate)
            self.known_restored = False
        return self.gates[connection].gate

    @override
    def tell_restored(self, connection: str) -> None:
        seen = self.gates[connection]
        self.gates[connection] = Seen(seen.start, replace(seen.gate, restored=True))

    @override
    def open(self, connection: str, *, seen_at: datetime, now: datetime) -> None:
        seen = self.gates[connection]
        if seen.gate.seen_at == seen_at:
            self.gates[connection] = Seen(seen.start, replace(seen.gate, is_open=True))
