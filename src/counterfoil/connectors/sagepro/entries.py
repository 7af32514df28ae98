"""What the posting ledger keeps of a posting's rows, so that it can be taken back and looked for later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from counterfoil.connectors.sagepro.journal_entries import JournalEntry
from counterfoil.connectors.sagepro.operations import Append, Plan, RowId, Set
from counterfoil.connectors.sagepro.records import COUNTER_MIRRORS, Row, TableName, Value
from counterfoil.domain.facts.chargeback import ChargebackOutcomeFact
from counterfoil.domain.facts.fact import Fact

ROW_KEYS: Mapping[TableName, tuple[str, ...]] = {
    TableName.CUSTOMERS: ("number",),
    TableName.SHIP_TOS: ("customer", "ship_to"),
    TableName.DOCUMENTS: ("number", "customer"),
    TableName.DOCUMENT_HISTORY: ("number", "customer"),
    **dict.fromkeys((TableName.LINES, TableName.LINE_HISTORY), ("number", "customer", "item")),
    TableName.CASH: ("number", "customer", "reference", "account", "applied_to"),
    TableName.DISTRIBUTIONS: ("number", "customer", "reference", "account", "line_kind"),
    **dict.fromkeys((TableName.ORDERS, TableName.ORDER_HISTORY), ("number", "customer")),
    **dict.fromkeys(
        (TableName.ORDER_LINES, TableName.ORDER_LINE_HISTORY), ("number", "customer", "line", "item")
    ),
    TableName.ORDER_ADDRESSES: ("number", "customer", "kind"),
    TableName.LOCATIONS: ("item", "location"),
    TableName.STORES: ("item", "location", "store"),
    **dict.fromkeys((TableName.SYSTEM, *COUNTER_MIRRORS), ("number",)),
}
"""By which columns a row is known again, wherever PACK or a period close has put it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRow:
    """A row that a posting added, by our column names."""

    table: TableName
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRow:
    """A row that a posting changed: by how much numbers rose, what other columns held before and after."""

    table: TableName
    key: Mapping[str, Value]
    added: Mapping[str, Decimal] = field(default_factory=dict)
    replaced: Mapping[str, tuple[Value, Value]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One posting as the ledger keeps it."""

    fact: Fact
    document: str
    new: tuple[NewRow, ...]
    changed: tuple[ChangedRow, ...]
    journals: tuple[JournalEntry, ...] = ()
    is_kept: bool = True
    """False for what an earlier version noted without its rows."""

    @property
    def is_told(self) -> bool:
        """Whether the ledger tells what was written.

        A dispute that is lost may write nothing; a receipt without rows is one that somebody keyed by hand.
        """
        nothing = self.is_kept and isinstance(self.fact, ChargebackOutcomeFact)
        return nothing or bool(self.new or self.changed or self.journals)


def entry_of(fact: Fact, plan: Plan, rows: Mapping[RowId, Row]) -> Entry:
    """What a plan does, without record numbers; `rows` as the plan found them."""
    new = tuple(
        NewRow(table=one.table, values=dict(one.values)) for one in plan.operations if isinstance(one, Append)
    )
    changed: dict[RowId, ChangedRow] = {}
    for one in plan.operations:
        if isinstance(one, Append):
            continue
        row_id = (one.table, one.record)
        before = changed.get(row_id) or ChangedRow(table=one.table, key=_key_of(rows[row_id]))
        added, replaced = dict(before.added), dict(before.replaced)
        if isinstance(one, Set):
            replaced[one.column] = (one.before, one.after)
        else:
            added[one.column] = added.get(one.column, Decimal(0)) + one.delta
        changed[row_id] = ChangedRow(table=one.table, key=before.key, added=added, replaced=replaced)
    return Entry(
        fact=fact,
        document=plan.document,
        new=new,
        changed=tuple(changed.values()),
        journals=plan.journals,
    )


def _key_of(row: Row) -> Mapping[str, Value]:
    return {name: row.values[name] for name in ROW_KEYS[row.table] if name in row.values}
