"""Our plan for a fact on the books of a snapshot, by the site's own names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from counterfoil.connectors.sagepro.calibration.books import SnapshotTables
from counterfoil.connectors.sagepro.calibration.comparing import Nature, OurRow
from counterfoil.connectors.sagepro.calibration.snapshot import Snapshot
from counterfoil.connectors.sagepro.describing import changed_columns, touched
from counterfoil.connectors.sagepro.entries import Entry
from counterfoil.connectors.sagepro.judgements import Judgement
from counterfoil.connectors.sagepro.operations import Append, apply_operations
from counterfoil.connectors.sagepro.planning import Planned, Planner
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import COLUMNS, Kind, TableName, Value
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.ports.erp import Busy
from counterfoil.ports.errors import ConfigurationError

_USERS, _TIMES, _DAYS = ("added_by", "user"), ("added_at",), ("added_on",)
_HEADS = (TableName.DOCUMENTS, TableName.ORDERS, TableName.CUSTOMERS)


@dataclass(slots=True)
class _NoLedger:
    """The posting ledger of a company that we never posted to, but for what is to be taken back."""

    entries: dict[PostingKey, Entry] = field(default_factory=dict)

    def last_number(self, _name: str) -> int | None:
        return None

    def entry(self, key: PostingKey) -> Entry | None:
        return self.entries.get(key)

    def citing(self, _key: PostingKey) -> tuple[Entry, ...]:
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OurPlan:
    """The rows, and which of their columns no two programs fill alike."""

    rows: tuple[OurRow, ...]
    nature: Nature


def plan_on(
    profile: Profile, snapshot: Snapshot, fact: Fact, now: datetime, *, before: Entry | None = None
) -> tuple[Planned, OurPlan]:
    """The plan of a fact, had it been posted when the snapshot was taken.

    `before` is what the fact takes back or builds on, as the ledger would hold it.

    Raises:
        ConfigurationError: there is no plan, because the books or the profile do not allow one.
    """
    tables = SnapshotTables(profile, snapshot)
    ledger = _NoLedger({before.fact.key: before} if before else {})
    planner = Planner(tables, ledger, now.astimezone(profile.zone), lambda _key: Judgement(is_silent=True))
    planned = planner.plan(fact)
    if not isinstance(planned, Planned):
        why = planned.what if isinstance(planned, Busy) else planned.why
        raise ConfigurationError(
            f"Counterfoil has no plan for {fact.summary} on the books as they were before it was keyed: {why}"
        )
    return planned, OurPlan(rows=tuple(_rows(planned, tables)), nature=_nature(tables))


def renumbered(entry: Entry, drawn: Mapping[str, str]) -> Entry:
    """The same rows under the numbers that Sage Pro drew, so that they are found in its books."""

    def moved(table: TableName, values: Mapping[str, Value]) -> dict[str, Value]:
        return {
            name: drawn.get(value, value) if isinstance(value, str) and _names_one(table, name) else value
            for name, value in values.items()
        }

    return replace(
        entry,
        document=drawn.get(entry.document, entry.document),
        new=tuple(replace(row, values=moved(row.table, row.values)) for row in entry.new),
        changed=tuple(replace(row, key=moved(row.table, row.key)) for row in entry.changed),
    )


def _names_one(table: TableName, column: str) -> bool:
    return column in COLUMNS[table] and _is_number(column, COLUMNS[table][column].kind)


def _rows(planned: Planned, tables: SnapshotTables) -> Iterator[OurRow]:
    for operation in planned.plan.operations:
        if isinstance(operation, Append):
            fields = tables.bound(operation.table).render(operation.values)
            yield OurRow(table=operation.table.value, record=None, fields=fields)
    after = apply_operations(planned.rows, planned.plan.operations)
    for row_id in touched(planned.plan):
        values = {column: after[row_id].values[column] for column in changed_columns(planned.plan, row_id)}
        fields = tables.bound(row_id[0]).render(values)
        yield OurRow(table=row_id[0].value, record=row_id[1], fields=fields)


def nature_of(profile: Profile, snapshot: Snapshot) -> Nature:
    """Which columns of a company no two programs fill alike."""
    return _nature(SnapshotTables(profile, snapshot))


def _nature(tables: SnapshotTables) -> Nature:
    there = [name for name in TableName if tables.has(name) and name in COLUMNS]
    return Nature(
        users=frozenset(_places(tables, there, _USERS)),
        times=frozenset(_places(tables, there, _TIMES)),
        days=frozenset(_places(tables, there, _DAYS)),
        numbers=frozenset(
            place
            for name in there
            for place in _places(
                tables, [name], [c for c, k in COLUMNS[name].items() if _is_number(c, k.kind)]
            )
        ),
        heads=frozenset(_places(tables, [name for name in _HEADS if name in there], ("number",))),
    )


def _is_number(column: str, kind: Kind) -> bool:
    return kind is Kind.NUMBER or column in {"number", "customer"}


def _places(
    tables: SnapshotTables, names: list[TableName], columns: list[str] | tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for name in names:
        try:
            shapes = tables.bound(name).shapes
        except ConfigurationError:
            continue
        for column in columns:
            if column in shapes:
                yield name.value, shapes[column].name
