"""`counterfoil paytrace take-card`, `cards`, `end-card`, `pay-link`: paid without seeing a card."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, assert_never

import typer

from counterfoil.bootstrap.card_desk import CardQuestion, ask_for_card, end_card
from counterfoil.bootstrap.entered import require_no_card
from counterfoil.bootstrap.gateway_connections import find_gateway
from counterfoil.bootstrap.gateways import gateway_settings
from counterfoil.bootstrap.link_desks import open_pay_links
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.paytrace.options import NAME, AsJson, Base, Data, Environment, reached_at
from counterfoil.config import read_settings
from counterfoil.connectors.paytrace.connector import PaytraceConnection, connect
from counterfoil.domain.consent import ConsentScope
from counterfoil.domain.money import Money, MoneyError
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.hosted import NotMade, PayLink, PayLinkRequest
from counterfoil.runtime.gateway_writes import OtherContent, Pending
from counterfoil.runtime.sending import WritesHeld
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.payment_methods import StoredPaymentMethods, Terms

CURRENCY = "USD"
NOT_DONE = 1

Connection = Annotated[str, typer.Option(help="The merchant account's connection.")]
By = Annotated[str, typer.Option(help="Who says so; kept with it.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day.")]


def take_card(  # noqa: PLR0913 - each is one thing that a payer must be told
    customer: Annotated[str, typer.Argument(help="The customer's number in Sage Pro.")],
    consent: Annotated[str, typer.Argument(help="What the payer agrees to, in full sentences.")],
    *,
    by: By,
    invoice: Annotated[str, typer.Option(help="For this invoice alone; else for every open one.")] = "",
    at_most: Annotated[str, typer.Option(help="The most that one charge may be, such as 500.00.")] = "",
    until: Day = None,
    days: Annotated[int, typer.Option(help="How long the address is open.", min=1, max=30)] = 3,
    base: Base = "",
    connection: Connection = NAME,
    environment: Environment = None,
    data: Data = None,
) -> None:
    """Opens an address where a payer saves a card in PayTrace's own fields and agrees to its use."""
    with told():
        terms = Terms(
            text=" ".join(consent.split()),
            scope=ConsentScope.ONE_INVOICE if invoice else ConsentScope.OPEN_INVOICES,
            invoice=invoice,
            amount_max=_money(at_most) if at_most else None,
            until=until.date() if until else None,
        )
        if not terms.text:
            raise ConfigurationError("say what the payer agrees to")
        lasts = timedelta(days=days)
        question = CardQuestion(customer=customer, terms=terms, asked_by=by, lasts=lasts)
        settings = read_settings(data=data)
        with Workspace(settings) as workspace:
            row = find_gateway(workspace, connection, environment)
            ticket = ask_for_card(workspace, row, question)
    typer.echo(f"{reached_at(base, settings)}/cards/{ticket}")


def cards(
    *,
    connection: Connection = NAME,
    environment: Environment = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Lists saved payment methods with whose they are and what their owners agreed to."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        row = find_gateway(workspace, connection, environment)
        rows = StoredPaymentMethods(workspace.database, workspace.clock).all(row.id)
    found = [
        {
            "id": each.id,
            "customer": each.customer,
            "status": each.status,
            "last_four": each.method.last_four if each.method else "",
            "brand": each.method.brand if each.method else "",
            "expires": each.method.expires if each.method else "",
            "consent": each.terms.text,
            "scope": each.terms.scope.value,
            "by": each.method.consent.by if each.method and each.method.consent else "",
            "at": each.method.consent.at.isoformat() if each.method and each.method.consent else "",
        }
        for each in rows
    ]
    if as_json:
        typer.echo(json.dumps(found, indent=1))
        return
    for each in found:
        card = (
            f"card ending in {each['last_four']} to {each['expires']}" if each["last_four"] else "no card yet"
        )
        agreed = f", agreed by {each['by']} on {each['at'][:10]}" if each["by"] else ""
        typer.echo(f"{each['id']}  customer {each['customer']}: {each['status']}, {card}{agreed}")


def end(
    method: Annotated[str, typer.Argument(help="The saved method, as counterfoil paytrace cards tells it.")],
    *,
    by: By,
    connection: Connection = NAME,
    environment: Environment = None,
    data: Data = None,
) -> None:
    """Withdraws a consent and takes the card out of PayTrace's vault."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        row = find_gateway(workspace, connection, environment)
        with closing(_connected(workspace, row)) as connected:
            ended = end_card(workspace, row, connected.vault, method, by=by)
    if ended.left_in_vault:
        typer.echo(
            "Nothing is charged to it any more, but the card may still be in PayTrace's vault"
            f" ({ended.left_in_vault}): run this again, or delete it in the virtual terminal",
            err=True,
        )
        raise typer.Exit(NOT_DONE)
    typer.echo("Nothing is charged to it any more, and it is out of PayTrace's vault.")


def pay_link(  # noqa: PLR0913 - a command's options
    invoice: Annotated[str, typer.Argument(help="The invoice's number.")],
    amount: Annotated[str, typer.Argument(help="What is to be paid, such as 120.00.")],
    email: Annotated[str, typer.Argument(help="Where PayTrace sends the link.")],
    *,
    until: Day = None,
    connection: Connection = NAME,
    environment: Environment = None,
    data: Data = None,
) -> None:
    """Has PayTrace send a link by which a payer pays an invoice on PayTrace's own page; V3 only.

    It is sent once for an invoice and amount, whoever asks; the books are not looked at.
    """
    with told(), Workspace(read_settings(data=data)) as workspace:
        require_no_card(invoice=invoice, email=email)
        row = find_gateway(workspace, connection, environment)
        request = PayLinkRequest(
            invoice_id=invoice.strip(),
            amount=_money(amount),
            email=email.strip(),
            expires_on=until.date() if until else None,
        )
        with closing(_connected(workspace, row)) as connected:
            links = open_pay_links(workspace, row.environment, row.company, row.id, connected.hosted)
            outcome = links.ask(request)
    if not isinstance(outcome, PayLink):
        typer.echo(_why_no_link(outcome), err=True)
        raise typer.Exit(NOT_DONE)
    typer.echo(outcome.url or f"PayTrace sends the link to {request.email}")


def _why_no_link(outcome: NotMade | Pending | WritesHeld | OtherContent) -> str:
    match outcome:
        case NotMade():
            return outcome.why
        case WritesHeld():
            return f"{outcome.why}: nothing was sent. A running hub lets them go; then run this again"
        case OtherContent():
            return f"{outcome.key} was sent to another address before: nothing was sent now"
        case Pending():
            return (
                f"It is not known whether it was sent ({outcome.why or 'it is being sent'}), and it is not"
                " sent again: look in PayTrace, then counterfoil paytrace effects say"
            )
    assert_never(outcome)


def _connected(workspace: Workspace, row: ConnectionRow) -> PaytraceConnection:
    return connect(gateway_settings(row, workspace.connections.secrets(row.id)), workspace.clock)


def _money(written: str) -> Money:
    try:
        money = Money(Decimal(written), CURRENCY)
    except (InvalidOperation, MoneyError) as error:
        raise ConfigurationError(f"{written!r} is no amount such as 120.00") from error
    if not money.is_positive or not money.is_whole_minor_units:
        raise ConfigurationError(f"{written!r} is no amount of dollars and cents")
    return money
