"""Rules by which one merchant account's payments find their companies, and what waits for a person's word."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from counterfoil.bootstrap.entered import require_no_card
from counterfoil.bootstrap.gateways import gateway_settings
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.connectors.paytrace.connector import connect
from counterfoil.domain.identifiers import CompanyCode
from counterfoil.domain.routing import Bearings, Clue, CompanyRule, Routed, Unrouted, normalised, route
from counterfoil.ports.errors import ConfigurationError, DecisionError
from counterfoil.ports.gateway import Gateway
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.events import bearings_of
from counterfoil.store.routing import read_rules, write_rules
from counterfoil.store.undecided import Undecided, UndecidedRun


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """A rule to set, or to take away where no company is named."""

    clue: Clue
    value: str
    company: str


def change_rules(workspace: Workspace, row: ConnectionRow, change: RuleChange) -> ConnectionRow:
    """Sets or takes away one rule; a running hub goes by it with the next payment that is stored.

    Raises:
        ConfigurationError: the company has no books here, a sandbox would be bound to live ones, or the rule
            to take away is not there.
    """
    require_no_card(rule=change.value)
    rule = normalised(CompanyRule(clue=change.clue, value=change.value, company=CompanyCode(change.company)))
    if (rule.clue is Clue.OTHERWISE) == bool(rule.value):
        raise ConfigurationError("a rule needs the beginning of an invoice number, a customer, or nothing")
    rules = read_rules(row.settings)
    others = [each for each in rules if (each.clue, each.value) != (rule.clue, rule.value)]
    if not rule.company and len(others) == len(rules):
        raise ConfigurationError("there is no such rule")
    if rule.company:
        require_books(workspace, row, rule.company)
        others.append(rule)
    changed = replace(row, settings=write_rules(row.settings, others))
    workspace.connect(changed, workspace.connections.secrets(row.id))
    return changed


def require_books(workspace: Workspace, row: ConnectionRow, company: str) -> None:
    """Looks whether money of the connection may go to the company.

    Raises:
        ConfigurationError: it has no books in the connection's environment, or a sandbox does not fit them.
    """
    rows = workspace.connections.all(row.environment)
    if not any(each.company == company and each.kind != row.kind for each in rows):
        raise ConfigurationError(f"company {company} has no books in {row.environment}: connect them first")
    workspace.require_fitting(replace(row, company=company))


def try_rules(row: ConnectionRow, payment: Bearings) -> Routed | Unrouted:
    """Where a payment would go; without rules everything belongs to the connection's own company."""
    rules = read_rules(row.settings)
    if not rules:
        return Routed(company=CompanyCode(row.company), why="the connection has no rules")
    return route(rules, payment)


def waiting(workspace: Workspace) -> Sequence[UndecidedRun]:
    return Undecided(workspace.database, workspace.clock).all()


def decide(workspace: Workspace, run: str, company: str, *, by: str) -> int:
    """A person says whose books one payment concerns; how many runs go on.

    Raises:
        ConfigurationError: no such run waits, or the company does not fit.
    """
    require_no_card(person=by)
    found = next((each for each in waiting(workspace) if each.id == run), None)
    row = workspace.connections.find(found.connection) if found else None
    if row is None:
        raise ConfigurationError(f"no run {run} waits for its company: counterfoil paytrace routes show")
    require_books(workspace, row, company)
    return Undecided(workspace.database, workspace.clock).assign(run, company, by=by)


def decide_by_rules(workspace: Workspace, row: ConnectionRow, *, by: str) -> int:
    """Lets go on what waits at the connection and is known by its rules now; how many runs.

    Without rules nothing is known: what waited is another company's as likely as the connection's own.
    """
    if not read_rules(row.settings):
        return 0
    undecided = Undecided(workspace.database, workspace.clock)
    settings = gateway_settings(row, workspace.connections.secrets(row.id))
    with closing(connect(settings, workspace.clock)) as connected:
        found = [
            (run.id, _known(row, run, connected.gateway))
            for run in undecided.all()
            if run.connection == row.id
        ]
    return sum(undecided.assign(run, company, by=by) for run, company in found if company)


def _known(row: ConnectionRow, run: UndecidedRun, gateway: Gateway) -> str | None:
    try:
        found = try_rules(row, bearings_of(gateway.normalise(run.body)))
    except DecisionError:
        return None
    return found.company if isinstance(found, Routed) else None
