"""`counterfoil paytrace routes`: which company's books the payments of a merchant account belong to."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from counterfoil.bootstrap import routing
from counterfoil.bootstrap.gateway_connections import find_gateway, gateway_rows
from counterfoil.bootstrap.routing import RuleChange
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.paytrace.options import AsJson, Data, Environment, Name
from counterfoil.config import read_settings
from counterfoil.domain.routing import Bearings, Clue, Routed
from counterfoil.ports.errors import ConfigurationError
from counterfoil.store.routing import read_rules

UNROUTED = 1
RULES = "its rules"

app = typer.Typer(
    help="Which company's books the payments of a merchant account belong to.", no_args_is_help=True
)

Prefix = Annotated[str, typer.Option(help="How invoice references begin.")]
Customer = Annotated[str, typer.Option(help="The stored customer at PayTrace.")]


@app.command()
def show(*, as_json: AsJson = False, data: Data = None) -> None:
    """Shows the rules of every connection, and the payments that no rule knows."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        rows, waiting = gateway_rows(workspace), routing.waiting(workspace)
    names = {row.id: row.name for row in rows}
    if as_json:
        rules = {
            f"{row.environment}/{row.name}": [
                {"clue": rule.clue.value, "value": rule.value, "company": rule.company}
                for rule in read_rules(row.settings)
            ]
            for row in rows
        }
        runs = [
            {"run": run.id, "connection": names[run.connection], "payment": run.order_key, "kind": run.kind}
            for run in waiting
        ]
        typer.echo(json.dumps({"rules": rules, "waiting": runs}, indent=1))
        return
    for row in rows:
        typer.echo(f"{row.name} ({row.environment})")
        texts = [rule.text for rule in read_rules(row.settings)]
        for text in texts or [f"everything belongs to company {row.company}"]:
            typer.echo(f"    {text}")
    for run in waiting:
        typer.echo(f"which company?  {run.id}  {run.order_key} ({run.kind}) at {names[run.connection]}")


@app.command("set")
def set_(
    name: Name,
    company: Annotated[str, typer.Argument(help="The company's code; - takes the rule away.")],
    *,
    prefix: Prefix = "",
    customer: Customer = "",
    environment: Environment = None,
    data: Data = None,
) -> None:
    """Sets a rule: by prefix, by customer, or, with neither, for all that no other rule knows."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        clue, value = _clue(prefix, customer)
        row = find_gateway(workspace, name, environment)
        wanted = "" if company == "-" else company
        change = RuleChange(clue=clue, value=value, company=wanted)
        changed = routing.change_rules(workspace, row, change)
        done = routing.decide_by_rules(workspace, changed, by=RULES)
    for rule in read_rules(changed.settings):
        typer.echo(rule.text)
    if done:
        typer.echo(f"{done} runs that waited for their company go on")


@app.command("test")
def try_(
    name: Name,
    *,
    invoice: Annotated[str, typer.Option(help="An invoice reference as a payer would write it.")] = "",
    customer: Customer = "",
    environment: Environment = None,
    data: Data = None,
) -> None:
    """Says where a payment would go; exit code 1 where a person would be asked."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        row = find_gateway(workspace, name, environment)
    found = routing.try_rules(row, Bearings(invoice_reference=invoice, customer=customer))
    if isinstance(found, Routed):
        typer.echo(f"company {found.company}: {found.why}")
        return
    typer.echo(f"which company? {found.why}")
    raise typer.Exit(UNROUTED)


@app.command()
def decide(
    run: Annotated[str, typer.Argument(help="The run, as counterfoil paytrace routes show tells it.")],
    company: Annotated[str, typer.Argument(help="The company's code.")],
    *,
    by: Annotated[str, typer.Option(help="Who says so; kept with the answer.")],
    data: Data = None,
) -> None:
    """Says whose books one payment concerns; it is carried on, with all that is told of it later."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        done = routing.decide(workspace, run, company, by=by)
    typer.echo(f"{done} runs go on for company {company}")


def _clue(prefix: str, customer: str) -> tuple[Clue, str]:
    if prefix and customer:
        raise ConfigurationError("a rule looks at one thing: give --prefix or --customer")
    if prefix:
        return Clue.INVOICE_PREFIX, prefix
    return (Clue.CUSTOMER, customer) if customer else (Clue.OTHERWISE, "")
