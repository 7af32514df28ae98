"""The group of commands."""

from __future__ import annotations

import typer

from counterfoil.cli.agent import connecting, describing, folder, operating, running, service

app = typer.Typer(
    help="The program beside one Sage Pro company's files, and those who call it.", no_args_is_help=True
)
app.command()(folder.init)
app.command()(running.run)
app.command()(service.service)
app.command()(running.child)
app.command()(folder.admit)
app.command()(folder.keys)
app.command()(folder.renew)
app.command()(connecting.connect)
app.command()(operating.health)
app.command()(operating.pause)
app.command()(operating.resume)
app.command()(describing.openapi)
