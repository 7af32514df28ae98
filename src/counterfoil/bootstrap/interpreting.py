"""The interpreter of a process, with every site that its runs may reach."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from counterfoil.bootstrap.gateways import close_gateways, open_gateways
from counterfoil.bootstrap.sites import SiteBook
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.runtime.dispute_operations import dispute_operations
from counterfoil.runtime.interpreter import Interpreter
from counterfoil.runtime.operations import payment_operations
from counterfoil.runtime.refund_operations import refund_operations
from counterfoil.store.known_payments import StoredPayments
from counterfoil.store.runs import StoredRuns


def make_interpreter(workspace: Workspace, sites: SiteBook) -> Interpreter:
    runs = StoredRuns(workspace.database, workspace.clock, workspace.ids)
    known = StoredPayments(workspace.database)
    operations = (
        payment_operations(sites.site_of, runs)
        | refund_operations(sites.site_of, runs, known)
        | dispute_operations()
    )
    return Interpreter(runs, operations, workspace.clock)


@contextmanager
def open_interpreter(workspace: Workspace) -> Iterator[Interpreter]:
    """For a process that only carries runs."""
    links = open_gateways(workspace)
    sites = SiteBook(workspace, links)
    try:
        yield make_interpreter(workspace, sites)
    finally:
        sites.close()
        close_gateways(links)
