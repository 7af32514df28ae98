"""Looks in the books for what clerks keyed while a company stood on shadow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from counterfoil.connectors.sagepro.editions import look_into
from counterfoil.connectors.sagepro.own_folder import own_folder
from counterfoil.connectors.sagepro.planning import Tables
from counterfoil.connectors.sagepro.posting.by_hand import keyed_groups
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.connectors.sagepro.shadow.book import Shadow, ShadowBook
from counterfoil.connectors.sagepro.shadow.comparing import Keyed, State, choose, compare_receipt
from counterfoil.domain.facts.receipt import ReceiptFact

_Place = tuple[TableName, int]

DAYS = timedelta(days=10)
"""How many days around a payment a clerk's receipt for it is looked for."""


def look(profile: Profile) -> list[Keyed]:
    """Every plan with what became of it, oldest first; opens tables for reading.

    Raises:
        ConfigurationError: a table is missing, or the database refuses.
        TransientError: a table is held by another program, or the database does not answer.
    """
    plans = ShadowBook(own_folder(profile)).plans()
    with look_into(profile) as tables:
        return list(match(plans, tables, profile))


def match(plans: Sequence[Shadow], tables: Tables, profile: Profile) -> Iterator[Keyed]:
    """What became of each plan; a clerk's row stands for one plan at most."""
    taken: set[_Place] = set()
    for plan in plans:
        fact = plan.fact
        if not isinstance(fact, ReceiptFact):
            yield Keyed(summary=fact.summary, key=str(fact.key), state=State.APART)
            continue
        groups = keyed_groups(fact, DAYS, tables.find, tables.moved_receipts, profile)
        found = choose(fact, [rows for rows in (_left(group, taken) for group in groups) if rows])
        if found is None:
            yield Keyed(summary=fact.summary, key=str(fact.key), state=State.WAITING)
        else:
            taken |= {(row.table, row.record) for row in found}
            yield compare_receipt(plan.entry, fact, found)


def _left(group: Sequence[Row], taken: set[_Place]) -> list[Row]:
    return [row for row in group if (row.table, row.record) not in taken]
