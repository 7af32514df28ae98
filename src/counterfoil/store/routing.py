"""Which company a new event's runs work for: the lineage's own, else what the connection's rules say."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from counterfoil.domain.routing import Bearings, CompanyRule, Routed, route
from counterfoil.ports import encoding
from counterfoil.ports.run_store import Json

RULES = "routes"
"""Where a connection's rules stand in its settings."""
UNDECIDED = ""
"""The company of a run for which a person must say whose books it concerns."""

# A payment stays with the company that its first decided run had, whatever rules are changed afterwards:
# else what is told of it again could be posted to a second company.
FIND_COMPANIES = sa.text("""
    SELECT DISTINCT ON (inbox.order_key, run.environment) inbox.order_key, run.environment, run.company
    FROM inbox JOIN run ON run.event = inbox.id
    WHERE inbox.order_key = ANY (:order_keys) AND run.company <> ''
    ORDER BY inbox.order_key, run.environment, run.seq
""")


def read_rules(settings: Json) -> tuple[CompanyRule, ...]:
    """The rules of a connection; none means that all its payments belong to its own company."""
    stored = settings.get(RULES)
    return tuple(encoding.decode(CompanyRule, rule) for rule in stored) if isinstance(stored, list) else ()


def write_rules(settings: Json, rules: Collection[CompanyRule]) -> dict[str, object]:
    """The settings with these rules in place of those that were there."""
    return {**settings, RULES: [encoding.encode(rule) for rule in rules]}


class Companies:
    """The companies of a group's events, each lineage with one company per environment."""

    def __init__(self, connection: sa.Connection, order_keys: Collection[str]) -> None:
        rows = connection.execute(FIND_COMPANIES, {"order_keys": sorted(set(order_keys))})
        self._known = {(row.order_key, row.environment): str(row.company) for row in rows}

    def of(self, order_key: str, bearings: Bearings | None, route_row: sa.RowMapping) -> str:
        """The company for one event at one connection; `bearings` is None where the record is unreadable."""
        key = (order_key, str(route_row["environment"]))
        if key not in self._known:
            company = _decide(bearings, route_row)
            if company == UNDECIDED:
                return UNDECIDED
            self._known[key] = company
        return self._known[key]


def _decide(bearings: Bearings | None, route_row: sa.RowMapping) -> str:
    rules = read_rules({RULES: route_row["rules"]})
    if not rules:
        return str(route_row["company"])
    if bearings is None:
        return UNDECIDED
    found = route(rules, bearings)
    return found.company if isinstance(found, Routed) else UNDECIDED
