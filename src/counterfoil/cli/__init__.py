"""The command line: one module per command group."""

from __future__ import annotations

import typer

from counterfoil.cli import (
    alerts,
    audit_trail,
    breakers,
    bulk,
    database,
    dead_letters,
    disputes,
    notify,
    review,
    sandbox,
)
from counterfoil.cli.agent.command import app as agent
from counterfoil.cli.catalogue.command import catalogue
from counterfoil.cli.catalogue.connecting import app as connectors
from counterfoil.cli.demo.command import demo
from counterfoil.cli.flows.command import app as flows
from counterfoil.cli.foxpro.command import app as foxpro
from counterfoil.cli.paytrace.command import app as paytrace
from counterfoil.cli.sagepro import app as sagepro
from counterfoil.cli.serve import serve
from counterfoil.cli.status import status
from counterfoil.cli.support_bundle import support_bundle
from counterfoil.cli.worker import worker

app = typer.Typer(
    name="counterfoil",
    help="Joins PayTrace payments to the books in Sage Pro ERP.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
app.add_typer(sandbox.app, name="sandbox")
app.add_typer(database.app, name="database")
app.add_typer(flows, name="flows")
app.add_typer(foxpro, name="foxpro")
app.add_typer(agent, name="agent")
app.add_typer(sagepro, name="sagepro")
app.add_typer(paytrace, name="paytrace")
app.add_typer(connectors, name="connectors")
app.add_typer(disputes.app, name="disputes")
app.add_typer(review.app, name="review")
app.add_typer(breakers.app, name="breakers")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(bulk.app, name="bulk")
app.add_typer(notify.app, name="notify")
app.add_typer(alerts.app, name="alerts")
app.add_typer(audit_trail.app, name="audit-trail")
app.command()(demo)
app.command()(serve)
app.command()(worker)
app.command()(status)
app.command()(support_bundle)
app.command()(catalogue)
