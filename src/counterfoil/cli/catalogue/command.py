"""`counterfoil catalogue`: what flows can start on, do, and map."""

from __future__ import annotations

from typing import Annotated

import typer

from counterfoil.bootstrap.catalogue import catalogue_connectors, site_connectors
from counterfoil.cli.catalogue.documents import document, markdown, type_words
from counterfoil.cli.failures import told
from counterfoil.cli.foxpro.telling import AsJson, progress, say, say_document, shown
from counterfoil.ports.catalogue import ConnectorSpec


def catalogue(
    *,
    as_json: AsJson = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="The reference page.")] = False,
    site: Annotated[
        str | None,
        typer.Option(help="Sage Pro's folder, database server or a profile: the records of its tables."),
    ] = None,
    company: Annotated[str | None, typer.Option(help="Which company, where the site has several.")] = None,
) -> None:
    """Shows what connectors offer: triggers, operations and records, with the type of every field.

    With a site it tells the tables of a Sage Pro company: widths from their headers, and how sure the meaning
    of each column is. Tables are opened for reading; nothing is changed.
    """
    with told(), progress() as advance:
        connectors = catalogue_connectors() if site is None else site_connectors(site, company, advance)
    if as_json:
        say_document(document(connectors))
    elif as_markdown:
        for line in markdown(connectors):
            say(line)
    else:
        for connector in connectors:
            _tell(connector)


def _tell(connector: ConnectorSpec) -> None:
    say(f"{connector.name}: {shown(connector.label)}")
    for trigger in connector.triggers:
        say(f"    starts on {', '.join(trigger.kinds)}")
    for spec in connector.operations:
        takes = ", ".join(f"{name} ({record.name})" for name, record in spec.takes.items())
        say(f"    {spec.name}: {spec.label}{f', from {takes}' if takes else ''}")
    for record in connector.records:
        say(f"    {shown(record.label)}")
        for field in record.fields:
            sure = field.certainty.value
            say(f"        {shown(field.name)}: {shown(field.label)}, {type_words(field)}, {sure}")
